"""Recordings that come to nothing."""

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

pytest.importorskip("fastapi", reason="the extra `server` is not installed")

from tests.papers import PAPERS
from vultus.server.house import House
from vultus.server.messages import Order, Recorded, Wanted
from vultus.server.recording import Raw
from vultus.server.session import Session
from vultus.server.studio import Studio, film_file


@pytest.mark.parametrize(("times", "told"), [((), "nothing was recorded"), ((0, 1), "could not be completed")])
def test_it_is_told_and_leaves_nothing(tmp_path: Path, times: tuple[int, ...], told: str) -> None:
    async def record() -> list[dict[str, object]]:
        events: list[dict[str, object]] = []
        sent: list[Order] = []
        session = Session("s", Wanted(""), sent.append)
        Studio(cast(House, SimpleNamespace(films=tmp_path)), session, events.append)
        pictures, sound = tmp_path / "a.h264", tmp_path / "a.pcm"
        pictures.write_bytes(b"no picture")
        sound.write_bytes(b"")
        session.take(Recorded("s", Raw(pictures, sound, times, 25, PAPERS)))
        async with asyncio.timeout(10):
            while not events:
                await asyncio.sleep(0.01)
        return events

    (event,) = asyncio.run(record())
    assert event["type"] == "error"
    assert told in str(event["detail"])
    assert list(tmp_path.iterdir()) == []


def test_only_names_of_ours_are_looked_up(tmp_path: Path) -> None:
    (tmp_path / "0123456789abcdef.mp4").write_bytes(b"")
    (tmp_path / "other.mp4").write_bytes(b"")
    assert film_file(tmp_path, "0123456789abcdef") is not None
    assert film_file(tmp_path, "other") is None
    assert film_file(tmp_path, "0" * 5000) is None
