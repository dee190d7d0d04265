"""Our own frames, tracked back: what was commanded comes out again."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from vultus import analysis, render
from vultus.analysis.video import Tracked, most_central, the_same, track
from vultus.errors import VideoRefused
from vultus.face import POINTS, channel
from vultus.media import read_picture

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

FRAMES = 48
YAW = 0.15 * np.sin(np.arange(FRAMES) / 6)
JAW = 0.5 * np.clip(np.sin(np.arange(FRAMES) / 4), 0, 1)
GONE = range(20, 24)  # frames without a face


@pytest.fixture(scope="module")
def tracked(example_picture: Path) -> Tracked:
    portrait = analysis.prepare(read_picture(example_picture))
    scene = render.init(portrait, 256)

    def film() -> Iterator[tuple[Fraction, Bytes]]:
        for index in range(FRAMES):
            row = portrait.rest.copy()
            row[channel("headYaw")] += YAW[index]
            row[channel("jawOpen")] = JAW[index]
            frame = render.draw(scene, row)
            yield Fraction(index, 25), np.zeros_like(frame) if index in GONE else frame

    return track(film())


def test_there_is_a_row_a_frame_and_lost_frames_are_reported(tracked: Tracked) -> None:
    assert len(tracked.motion) == tracked.frames == FRAMES
    assert tracked.seen == FRAMES - len(GONE)
    assert set(np.flatnonzero(~tracked.found)) == set(GONE)


def test_head_and_jaw_come_back(tracked: Tracked) -> None:
    seen = tracked.found
    assert np.corrcoef(tracked.motion["headYaw"][seen], YAW[seen])[0, 1] > 0.97
    assert np.corrcoef(tracked.motion["jawOpen"][seen], JAW[seen])[0, 1] > 0.9
    assert np.ptp(tracked.motion["headYaw"]) == pytest.approx(np.ptp(YAW), rel=0.35)


def test_what_is_lost_is_drawn_straight_across(tracked: Tracked) -> None:
    assert np.abs(np.diff(tracked.motion["headYaw"])).max() < 0.05


def test_eyes_that_stay_in_the_head_turn_with_it_in_the_world(tracked: Tracked) -> None:
    assert np.corrcoef(tracked.motion["gazeYaw"], YAW)[0, 1] > 0.9


def test_a_video_without_a_face_is_refused() -> None:
    with pytest.raises(VideoRefused, match="no face was found in any of 3 frames"):
        track((Fraction(i, 25), np.full((96, 96, 3), 90, np.uint8)) for i in range(3))


def square(x: float, y: float, width: float) -> Floats:  # [POINTS, 3]
    corners = np.array([(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)])
    points = np.zeros((POINTS, 3), np.float32)
    points[:, :2] = corners[np.arange(POINTS) % 4] * width + [x, y]
    return points


def test_the_largest_face_leads_unless_it_stands_aside() -> None:
    small, large, aside = square(200, 150, 40), square(150, 150, 60), square(380, 20, 64)
    assert most_central([small, large, aside], 400, 300) is large


def test_the_face_that_is_followed_is_stayed_with() -> None:
    last, large = square(100, 100, 40), square(260, 100, 120)
    near = square(110, 100, 42)
    assert the_same([large, near], last) is near
    assert the_same([large], last) is None
    assert the_same([], last) is None
