"""The stream as FFmpeg, and so browsers, read it."""

import io

import av
import numpy as np
import pytest

from tests.sounds import babble
from vultus.clock import SAMPLES_PER_FRAME
from vultus.server.encode import H264, Opus
from vultus.server.fragments import Parameters, beginning, fragment, parameters
from vultus.server.messages import MEDIA_RATE, Shown

SIZE, COUNT, LENGTH = 64, 12, MEDIA_RATE // 25


def shown() -> list[Shown]:
    pictures, opus, sound = H264(SIZE, 25, 500), Opus(), babble(COUNT / 25)
    made = []
    for index in range(COUNT):
        frame = np.full((SIZE, SIZE, 3), 20 * index, np.uint8)
        content, key = pictures.encode(frame, index, key=index in (0, 8))
        pieces = opus.encode(sound[index * SAMPLES_PER_FRAME : (index + 1) * SAMPLES_PER_FRAME])
        made.append(Shown("s", index, index * LENGTH, LENGTH, content, key, True, tuple(pieces), 0.0))
    return made


def sets(first: Shown) -> Parameters:
    found = parameters(first.content)
    assert found is not None
    return found


def stream(kept: list[Shown]) -> io.BytesIO:
    head = beginning(SIZE, sets(kept[0]))
    return io.BytesIO(head + b"".join(fragment(one, number + 1) for number, one in enumerate(kept)))


def times(kept: list[Shown], kind: str) -> list[float]:
    with av.open(stream(kept), "r") as container:
        chosen = container.streams.video if kind == "video" else container.streams.audio
        return [float(frame.time or 0) for frame in container.decode(*chosen)]


def test_every_picture_comes_at_its_time_and_looks_right() -> None:
    with av.open(stream(shown()), "r") as container:
        frames = list(container.decode(video=0))
    assert [frame.time for frame in frames] == [pytest.approx(i / 25) for i in range(COUNT)]
    for index, frame in enumerate(frames):
        assert abs(float(frame.to_ndarray(format="rgb24").mean()) - 20 * index) < 6


def test_the_sound_is_whole_and_starts_with_the_pictures() -> None:
    with av.open(stream(shown()), "r") as container:
        frames = list(container.decode(audio=0))
    assert frames[0].time == pytest.approx(0, abs=0.003)  # less the codec's own lead
    assert sum(frame.samples for frame in frames) == pytest.approx(COUNT * LENGTH, abs=200)


def test_a_gap_shifts_nothing() -> None:
    made = shown()
    kept = [*made[:4], *made[8:]]  # number 8 stands alone
    assert times(kept, "video") == [pytest.approx(i / 25) for i in (0, 1, 2, 3, 8, 9, 10, 11)]
    assert times(kept, "audio")[-1] == pytest.approx(times(made, "audio")[-1])


def test_the_codec_is_named_as_browsers_want_it() -> None:
    assert sets(shown()[0]).codec.startswith("avc1.42c0")
