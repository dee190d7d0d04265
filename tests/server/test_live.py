"""One session, without any server around it."""

import itertools
import queue
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.sounds import babble
from vultus.clock import now
from vultus.server.live import PATIENCE as LET_GO_FIRST
from vultus.server.live import REHEARSED, Live
from vultus.server.messages import (
    MEDIA_RATE,
    Clear,
    Close,
    Ended,
    Finish,
    Key,
    News,
    Overhear,
    Play,
    Push,
    Record,
    Recorded,
    Shown,
    Told,
    Turn,
    Wanted,
)
from vultus.server.recording import complete
from vultus.server.turns import Turns
from vultus.talker import Talker

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

PATIENCE = 20.0  # seconds


class Watched:
    """A session and what it tells."""

    def __init__(self, wanted: Wanted) -> None:
        self.news: queue.Queue[News] = queue.Queue()
        self.live = Live("s", wanted, self.news.put)
        self.shown: list[Shown] = []
        self.told: list[dict[str, object]] = []

    def until(self, kind: str) -> dict[str, object]:
        """Take news until an event of this type."""
        while True:
            news = self.take()
            if isinstance(news, Told) and news.event["type"] == kind:
                return news.event

    def pictures(self, count: int) -> list[Shown]:
        """The next pictures."""
        begin = len(self.shown)
        while len(self.shown) < begin + count:
            self.take()
        return self.shown[begin:]

    def take(self) -> News:
        news = self.news.get(timeout=PATIENCE)
        if isinstance(news, Shown):
            self.shown.append(news)
        elif isinstance(news, Told):
            self.told.append(news.event)
        return news


@contextmanager
def session(wanted: Wanted) -> Iterator[Watched]:
    watched = Watched(wanted)
    watched.live.start()
    try:
        yield watched
    finally:
        watched.live.order(Close("s"))
        watched.live.join(PATIENCE)
        assert not watched.live.is_alive()


def pcm(seconds: float) -> bytes:
    return (babble(seconds) * 32767).astype("<i2").tobytes()


def heard(shown: list[Shown]) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    """What the sound of these pictures decodes to."""
    decoder = av.CodecContext.create("libopus", "r")
    assert isinstance(decoder, av.AudioCodecContext)
    packets = [av.Packet(piece.content) for one in shown for piece in one.sounds]
    frames = [frame for packet in packets for frame in decoder.decode(packet)]
    return np.concatenate([frame.to_ndarray().reshape(-1).astype(np.float32) / 32768 for frame in frames])


def decoded(shown: list[Shown], codec: str) -> list[Bytes]:
    """What these pictures decode to."""
    decoder = av.CodecContext.create(codec, "r")
    assert isinstance(decoder, av.VideoCodecContext)
    packets = [av.Packet(one.content) for one in shown]
    frames = [frame for packet in [*packets, None] for frame in decoder.decode(packet)]
    return [np.asarray(frame.to_ndarray(format="rgb24"), np.uint8) for frame in frames]


@pytest.fixture
def wanted(portrait_file: Path) -> Wanted:
    return Wanted(str(portrait_file), size=64)


def test_pictures_and_sound_share_one_clock(wanted: Wanted) -> None:
    with session(wanted) as watched:
        pictures = watched.pictures(20)
    assert [one.time for one in pictures] == [i * MEDIA_RATE // 25 for i in range(20)]
    sounds = [piece.time for one in pictures for piece in one.sounds]
    assert sounds == [i * MEDIA_RATE // 50 for i in range(len(sounds))]
    assert abs(sounds[-1] - pictures[-1].time) <= MEDIA_RATE // 25
    assert pictures[0].key


@pytest.mark.parametrize("rate", [20, 25, 40, 50])
def test_any_rate_keeps_the_sound_beside_the_pictures(wanted: Wanted, rate: int) -> None:
    with session(Wanted(wanted.portrait, size=64, rate=rate)) as watched:
        pictures = watched.pictures(2 * rate // 3)
    for one in pictures:
        for piece in one.sounds:
            assert -MEDIA_RATE // 25 <= piece.time - one.time <= 2 * MEDIA_RATE // 25


def test_speech_begins_is_said_and_ends(wanted: Wanted) -> None:
    with session(wanted) as watched:
        watched.live.order(Push("s", pcm(0.5), live=False))
        watched.live.order(Finish("s"))
        begun, said = watched.until("speaking"), watched.until("said")
    assert isinstance(begun["picture"], int)
    assert isinstance(said["picture"], int)
    assert said["picture"] - begun["picture"] in (13, 14, 15)  # 12.5 frames, and the two that the face looks ahead


def test_nothing_is_left_after_clear(wanted: Wanted) -> None:
    with session(wanted) as watched:
        watched.live.order(Push("s", pcm(5.0), live=False))
        watched.until("speaking")
        watched.pictures(10)
        watched.live.order(Clear("s"))
        event = watched.until("cleared")
        after = watched.pictures(20)
    assert isinstance(event["dropped_seconds"], float)
    assert isinstance(event["picture"], int)
    assert event["dropped_seconds"] > 3
    index = event["picture"]
    before = [one for one in watched.shown if one.index < index]
    assert np.abs(heard(before)).max() > 0.1
    assert np.abs(heard([one for one in after if one.index > index])).max() < 0.01


def test_a_picture_that_stands_alone_comes_when_asked_for(wanted: Wanted) -> None:
    with session(wanted) as watched:
        assert [one.key for one in watched.pictures(5)] == [True, False, False, False, False]
        watched.live.order(Key("s"))
        assert any(one.key for one in watched.pictures(15))


def test_controls_turn_the_eyes(wanted: Wanted) -> None:
    with session(wanted) as watched:
        watched.pictures(2)
        watched.live.order(Turn("s", {"gaze": (0.5, 0.0)}))
        watched.pictures(2)
        assert watched.live.controls.gaze[0] == pytest.approx(0.5)


def test_a_timeline_leads_and_then_leaves(wanted: Wanted) -> None:
    keyframes = [{"seconds": 0, "controls": {"distance": 0.0}}, {"seconds": 0.4, "controls": {"distance": 0.2}}]
    with session(wanted) as watched:
        watched.pictures(2)
        watched.live.order(Play("s", keyframes))
        watched.until("played")
        assert watched.live.controls.distance == pytest.approx(0.2)
        watched.live.order(Turn("s", {"distance": 0.1}))
        watched.pictures(2)
        assert watched.live.controls.distance == pytest.approx(0.1)
        watched.live.order(Play("s", keyframes))
        watched.live.order(Play("s", []))
        watched.pictures(2)
        assert watched.live.controls.distance == pytest.approx(0.1)


def test_it_listens_while_somebody_else_speaks_and_it_does_not(wanted: Wanted) -> None:
    with session(wanted) as watched:
        watched.pictures(2)
        watched.live.order(Overhear("s", pcm(0.6)))
        assert watched.until("heard")["speaks"] is True
        watched.pictures(2)
        assert watched.live.controls.listening == 1.0
        assert np.abs(heard(watched.shown)).max() == 0  # it says nothing of what it overhears
        watched.live.order(Push("s", pcm(5.0), live=False))
        watched.until("speaking")
        watched.pictures(2)
        assert watched.live.controls.listening == 0.0
        watched.live.order(Clear("s"))
        assert watched.until("heard")["speaks"] is False  # since its microphone gives nothing any more


def test_a_picture_that_is_late_repeats_the_one_before_and_leaves_no_gap(
    wanted: Wanted, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = Talker.draw

    def slow(talker: Talker, moves: Floats, index: int | None = None) -> Bytes:
        time.sleep(0.06)
        return draw(talker, moves, index)

    monkeypatch.setattr(Talker, "draw", slow)
    with session(wanted) as watched:
        pictures = watched.pictures(40)
    fresh = [one.fresh for one in pictures]
    assert 8 <= sum(fresh) < 35  # one of five at least
    assert all(one.content for one in pictures)
    assert [one.index for one in pictures] == list(range(40))
    seen = [frame.astype(int) for frame in decoded(pictures, "h264")]
    moved = [np.abs(after - before).mean() for before, after in itertools.pairwise(seen)]
    assert max(moved[i - 1] for i in range(1, 40) if not fresh[i]) < 1.0


def test_a_picture_that_would_come_late_is_not_drawn(wanted: Wanted) -> None:
    live = Live("s", wanted, lambda _: None)
    live._key, live._skipped, live._takes = False, 0, 0.010  # of 0.040
    assert live._is_in_time(0.024)
    assert [live._is_in_time(0.026) for _ in range(5)] == [False] * 4 + [True]  # fewer, never none
    live._takes = 1.0  # a machine that is much too slow draws what it can
    assert live._is_in_time(0.019)
    assert not live._is_in_time(0.021)
    live._key = True
    assert live._is_in_time(0.5)  # one that is to stand alone must be new


def test_whoever_opens_a_session_lets_pictures_go_first(wanted: Wanted) -> None:
    class Watching(Turns):
        def __init__(self) -> None:
            super().__init__(1)
            self.asked: list[float] = []  # seconds from asking until due

        @contextmanager
        def take(self, due: float) -> Iterator[None]:
            self.asked.append(due - now())
            with super().take(due):
                yield

    turns, news = Watching(), queue.Queue[News]()
    live = Live("s", wanted, news.put, turns)
    live.start()
    while not isinstance(news.get(timeout=PATIENCE), Shown):
        pass
    live.order(Close("s"))
    live.join(PATIENCE)
    opening, pictures = turns.asked[: 2 + REHEARSED], turns.asked[2 + REHEARSED :]
    assert min(opening) > 0.9 * LET_GO_FIRST
    assert max(pictures) <= 0.001


def test_what_is_rehearsed_is_not_shown(wanted: Wanted) -> None:
    with session(wanted) as watched:
        pictures = watched.pictures(6)
    assert [one.index for one in pictures] == list(range(6))
    assert [one.key for one in pictures] == [True, *[False] * 5]
    assert len(decoded(pictures, "h264")) == 6


def test_vp8_too(wanted: Wanted) -> None:
    with session(Wanted(wanted.portrait, size=64, codec="vp8")) as watched:
        pictures = watched.pictures(3)
    assert [frame.shape for frame in decoded(pictures, "vp8")] == [(64, 64, 3)] * 3


def test_a_broken_portrait_ends_its_session_and_says_why(tmp_path: Path) -> None:
    path = tmp_path / "x.vultus"
    path.write_bytes(b"nothing")
    watched = Watched(Wanted(str(path)))
    watched.live.start()
    ended = watched.take()
    assert isinstance(ended, Ended)
    assert "no portrait file" in str(ended.why)


def test_a_recording_that_nobody_ends_ends(wanted: Wanted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vultus.server.live.MOST_RECORDED", 1)
    with session(wanted) as watched:
        watched.live.order(Record("s", str(tmp_path / "r")))
        while not isinstance(news := watched.take(), Recorded):
            pass
        watched.pictures(2)
    assert len(news.raw.times) == 25


@pytest.mark.parametrize("codec", ["h264", "vp8"])
def test_a_recording_is_a_film_of_what_was_shown(wanted: Wanted, tmp_path: Path, codec: str) -> None:
    with session(Wanted(wanted.portrait, size=64, codec=codec)) as watched:
        watched.pictures(3)
        watched.live.order(Record("s", str(tmp_path / "r")))
        watched.live.order(Push("s", pcm(0.6), live=False))
        watched.pictures(25)
        watched.live.order(Record("s", None))
        while not isinstance(news := watched.take(), Recorded):
            pass
    complete(news.raw, tmp_path / "film.mp4")
    with av.open(str(tmp_path / "film.mp4")) as film:
        frames = list(film.decode(video=0))
    with av.open(str(tmp_path / "film.mp4")) as film:
        sound = np.concatenate([frame.to_ndarray()[0] for frame in film.decode(audio=0)])
    assert 20 <= len(frames) <= 30
    assert abs(len(sound) / 16_000 - len(frames) / 25) < 0.15
    assert np.abs(sound).max() > 0.05
    assert sorted(path.name for path in tmp_path.iterdir()) == ["film.mp4"]
