"""Processes for work that may break, without any server around them."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import numpy as np
import pytest

from vultus.errors import InputRefused
from vultus.media import write_picture
from vultus.server.errand import PATIENT
from vultus.server.errands import Broken, Errands


def run(work: Callable[[Errands], Awaitable[None]], patience: float = 60.0, idle: float = 0.0) -> None:
    async def all_of_it() -> None:
        errands = Errands("examine", patience, idle)
        try:
            await work(errands)
        finally:
            await errands.stop()
        assert not errands.running

    asyncio.run(all_of_it())


def test_refusals_come_back_as_they_are_raised_and_name_no_file_of_ours(tmp_path: Path) -> None:
    async def work(errands: Errands) -> None:
        (tmp_path / "x.mp4").write_bytes(b"no film")
        with pytest.raises(InputRefused) as refused:
            await errands.run({"file": str(tmp_path / "x.mp4")})
        assert str(tmp_path) not in str(refused.value)
        assert "video" in str(refused.value)

    run(work)


def test_the_process_stays_for_a_while_and_then_ends(tmp_path: Path) -> None:
    async def work(errands: Errands) -> None:
        for _ in range(2):
            with pytest.raises(InputRefused):
                await errands.run({"file": "none"})
            assert errands.running
        until = asyncio.get_running_loop().time() + 10
        while errands.running and asyncio.get_running_loop().time() < until:
            await asyncio.sleep(0.05)
        assert not errands.running
        with pytest.raises(InputRefused):
            await errands.run({"file": "none"})

    run(work, idle=0.5)


def test_what_takes_too_long_is_broken_off(tmp_path: Path) -> None:
    write_picture(tmp_path / "x.png", np.random.default_rng(0).integers(0, 255, (512, 512, 3), np.uint8))

    async def work(errands: Errands) -> None:
        with pytest.raises(Broken):
            await errands.run({"file": str(tmp_path / "x.png")})
        assert not errands.running

    run(work, patience=0.2)


def test_a_process_that_breaks_is_replaced() -> None:
    async def work(errands: Errands) -> None:
        with pytest.raises(Broken):
            await errands.run({"file": None})  # that would be a bug of ours
        with pytest.raises(InputRefused):
            await errands.run({"file": "none"})

    run(work)


def test_what_is_killed_is_broken(tmp_path: Path) -> None:
    write_picture(tmp_path / "x.png", np.random.default_rng(0).integers(0, 255, (512, 512, 3), np.uint8))

    async def work(errands: Errands) -> None:
        asked = asyncio.create_task(errands.run({"file": str(tmp_path / "x.png")}))
        while not errands.running:
            await asyncio.sleep(0.01)
        errands.kill()
        with pytest.raises(Broken):
            await asked

    run(work)


def test_what_is_woken_is_there_when_it_is_asked(tmp_path: Path) -> None:
    async def work(errands: Errands) -> None:
        errands.wake()
        errands.wake()
        while not errands.running:
            await asyncio.sleep(0.01)
        with pytest.raises(InputRefused):
            await errands.run({"file": "none"})

    run(work, idle=5.0)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no `nice`")
def test_errands_give_way_to_faces(tmp_path: Path) -> None:
    own = os.getpriority(os.PRIO_PROCESS, 0)

    async def work(errands: Errands) -> None:
        await errands.run({})
        assert errands._child is not None
        assert os.getpriority(os.PRIO_PROCESS, errands._child._process.pid) == min(19, own + PATIENT)

    run(work, idle=5.0)
