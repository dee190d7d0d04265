"""Parts of a face taken from tracks."""

from fractions import Fraction

import numpy as np
import pytest

from vultus.errors import MotionRefused
from vultus.face import GAZE, ROTATION, D, E, Motion, channel
from vultus.motion.controls import Controls
from vultus.motion.tracks import FADE_FRAMES, NO_TRACKS, Tracks, usable

PLAIN = Controls()


def track(count: int = 20, rate: int = 25) -> Motion:
    rows = np.zeros((count, D), np.float32)
    rows[:, :E], rows[:, E:] = 0.5, 0.1
    return Motion(rows, Fraction(rate))


def generated() -> np.ndarray:
    return np.full(D, 0.2, np.float32)


@pytest.mark.parametrize(
    ("tracks", "taken"),
    [
        (Tracks(pose=track()), set(range(ROTATION.start, D))),
        (Tracks(expression=track()), set(range(E))),
        (Tracks(gaze=track()), {*range(GAZE.start, GAZE.stop)}),
        (Tracks(pose=track(), gaze=track()), set(range(E, D))),
        (NO_TRACKS, set()),
    ],
)
def test_a_track_takes_over_what_it_is_for(tracks: Tracks, taken: set[int]) -> None:
    row = tracks.put_in(generated(), 3, PLAIN)
    assert set(np.flatnonzero(row != generated()).tolist()) == taken


def test_a_track_obeys_the_controls_too() -> None:
    tracks = Tracks(pose=track(), expression=track())
    row = tracks.put_in(generated(), 0, Controls(head_gain=0.5, expression_gain=0.5, distance=0.2))
    assert row[channel("headYaw")] == pytest.approx(0.05)
    assert row[channel("jawOpen")] == pytest.approx(0.25)
    assert row[channel("logDistance")] == pytest.approx(0.25)


def test_where_it_ends_the_face_goes_over_without_a_jump() -> None:
    tracks = Tracks(pose=track(20))
    yaw = np.array([tracks.put_in(generated(), i, PLAIN)[channel("headYaw")] for i in range(20 + FADE_FRAMES)])
    np.testing.assert_allclose(yaw[:20], 0.1, atol=1e-6)
    assert yaw[-1] == pytest.approx(0.2, abs=1e-6)
    assert np.abs(np.diff(yaw)).max() < 0.02


def test_the_row_given_is_left_as_it_was() -> None:
    row = generated()
    Tracks(pose=track()).put_in(row, 0, PLAIN)
    np.testing.assert_array_equal(row, generated())


def test_tracks_of_other_rates_take_as_long() -> None:
    assert len(usable(track(60, 60))) == 25
    assert len(usable(track(1, 30))) == 1


def test_rows_that_no_face_can_show_are_refused() -> None:
    with pytest.raises(MotionRefused, match="no weights"):
        Tracks(gaze=Motion(np.full((2, D), 400, np.float32))).check()
    Tracks(gaze=track()).check()
