"""Motion from elsewhere, put on a portrait."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from vultus.drive import is_motion_file, put_on, read_motion, write_motion
from vultus.errors import MotionRefused, OptionRefused
from vultus.face import GAZE, ROTATION, D, Motion, channel
from vultus.motion.controls import Controls
from vultus.motion.timeline import Keyframe, Timeline
from vultus.motion.tracks import Tracks
from vultus.portrait import Portrait


def wave(count: int = 50, rate: int = 25) -> Motion:
    rows = np.zeros((count, D), np.float32)
    time = np.arange(count) / rate
    rows[:, channel("jawOpen")] = 0.4 + 0.3 * np.sin(5 * time)
    rows[:, channel("headYaw")] = 0.1 * np.sin(3 * time)
    rows[:, channel("gazeYaw")] = rows[:, channel("headYaw")]
    return Motion(rows, Fraction(rate))


def test_still_motion_leaves_the_portrait_in_its_place(portrait: Portrait) -> None:
    rows = put_on(Motion(np.zeros((3, D), np.float32)), portrait, Controls())
    np.testing.assert_allclose(rows[:, ROTATION.start :], np.repeat(portrait.rest[None, ROTATION.start :], 3, 0))


def test_expression_and_head_arrive(portrait: Portrait) -> None:
    motion = wave()
    rows = put_on(motion, portrait, Controls())
    np.testing.assert_allclose(rows[:, channel("jawOpen")], motion["jawOpen"], atol=1e-6)
    turned = rows[:, channel("headYaw")] - portrait.rest[channel("headYaw")]
    np.testing.assert_allclose(turned, motion["headYaw"], atol=0.01)


def test_eyes_that_stayed_in_the_head_stay_in_it(portrait: Portrait) -> None:
    rows = put_on(wave(), portrait, Controls())
    np.testing.assert_allclose(rows[:, GAZE], np.repeat(portrait.rest[None, GAZE], 50, 0), atol=0.01)


def test_gains_apply(portrait: Portrait) -> None:
    rows = put_on(wave(), portrait, Controls(head_gain=0, expression_gain=0.5))
    assert np.ptp(rows[:, channel("headYaw")]) == 0
    np.testing.assert_allclose(rows[:, channel("jawOpen")], 0.5 * wave()["jawOpen"], atol=1e-6)


@pytest.mark.parametrize("rate", [24, 30, 60])
def test_motion_of_another_rate_takes_as_long(portrait: Portrait, rate: int) -> None:
    rows = put_on(wave(2 * rate, rate), portrait, Controls())
    assert len(rows) == 50
    np.testing.assert_allclose(rows[:48, channel("jawOpen")], wave()["jawOpen"][:48], atol=0.01)


def test_rows_that_no_face_can_show_are_refused(portrait: Portrait) -> None:
    with pytest.raises(MotionRefused, match="no weights"):
        put_on(Motion(np.full((2, D), 400, np.float32)), portrait, Controls())


def test_a_motion_file_is_known_by_its_name() -> None:
    assert is_motion_file(Path("a/talk.NPZ")) and is_motion_file("talk.csv")
    assert not is_motion_file("talk.mp4")


@pytest.mark.parametrize("name", ["a.npz", "a.csv", "a.CSV"])
def test_motion_goes_into_a_file_and_back(tmp_path: Path, name: str) -> None:
    write_motion(wave(), tmp_path / name)
    again = read_motion(tmp_path / name)
    assert again.rate == 25
    np.testing.assert_allclose(again.rows, wave().rows, atol=1e-6)


def test_other_names_are_refused(tmp_path: Path) -> None:
    with pytest.raises(OptionRefused, match=r"\.npz or \.csv"):
        write_motion(wave(), tmp_path / "a.txt")
    with pytest.raises(MotionRefused, match="no such file"):
        read_motion(tmp_path / "a.csv")


def test_a_timeline_leads_driven_motion_too(portrait: Portrait) -> None:
    line = Timeline([Keyframe(1, {"distance": 0}), Keyframe(2, {"distance": 0.2}, "linear")])
    plain, led = put_on(wave(), portrait, Controls()), put_on(wave(), portrait, Controls(), line)
    away = (led - plain)[:, channel("logDistance")]
    np.testing.assert_allclose(away, np.clip((np.arange(50) / 25 - 1) * 0.2, 0, 0.2), atol=1e-6)
    np.testing.assert_array_equal(
        np.delete(led, channel("logDistance"), 1), np.delete(plain, channel("logDistance"), 1)
    )


def test_a_part_may_come_from_another_track(portrait: Portrait) -> None:
    still = Motion(np.zeros((50, D), np.float32))
    rows = put_on(wave(), portrait, Controls(), tracks=Tracks(pose=still))
    assert np.ptp(rows[:, channel("headYaw")]) == 0 < np.ptp(rows[:, channel("jawOpen")])
