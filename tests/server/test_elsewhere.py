"""Calls on threads that nobody waits for."""

import asyncio
import subprocess
import sys
import threading

import pytest

from vultus.errors import VoiceFailed
from vultus.server.elsewhere import Elsewhere


def test_what_a_call_gives_and_raises_comes_back() -> None:
    async def both() -> int:
        elsewhere: Elsewhere[int] = Elsewhere(1)
        with pytest.raises(ZeroDivisionError):
            await elsewhere.call(lambda: 1 // 0)
        return await elsewhere.call(lambda: 6 * 7)

    assert asyncio.run(both()) == 42


def test_other_work_goes_on_meanwhile_and_no_more_calls_hang_than_may() -> None:
    gate = threading.Event()

    async def some() -> int:
        elsewhere: Elsewhere[bool] = Elsewhere(2)
        hanging = [asyncio.create_task(elsewhere.call(lambda: gate.wait(10))) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(VoiceFailed, match="too many"):
            await elsewhere.call(lambda: True)
        gate.set()
        return sum(await asyncio.gather(*hanging))

    assert asyncio.run(some()) == 2


def test_who_goes_is_not_told_and_leaves_the_place_to_others() -> None:
    gate = threading.Event()

    async def gone() -> bool:
        elsewhere: Elsewhere[bool] = Elsewhere(1)
        waiting = asyncio.create_task(elsewhere.call(lambda: gate.wait(10)))
        await asyncio.sleep(0)
        waiting.cancel()
        gate.set()
        for _ in range(100):
            await asyncio.sleep(0.01)
            try:
                return await elsewhere.call(lambda: True)
            except VoiceFailed:
                continue
        return False

    assert asyncio.run(gone())


def test_a_process_ends_though_a_call_hangs() -> None:
    script = (
        "import asyncio, time\n"
        "from vultus.server.elsewhere import Elsewhere\n"
        "async def main():\n"
        "    asyncio.create_task(Elsewhere(1).call(lambda: time.sleep(60)))\n"
        "    await asyncio.sleep(0.2)\n"
        "asyncio.run(main())\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=50)
