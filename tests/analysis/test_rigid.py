"""A head's pose is read from its pixels: expressions do not turn it, and where pixels tell nothing points do."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from vultus import analysis, render
from vultus.analysis import choose, fit, rigid
from vultus.face import channel, face_model
from vultus.media import read_picture
from vultus.pose import Pose, angles
from vultus.topology import LOWER_LIDS, UPPER_LIDS

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Array = NDArray[np.float64]

SIZE = 384


class Stage:
    """One portrait, its resting frame and the head to compare with."""

    def __init__(self, picture: Bytes) -> None:
        self.portrait = analysis.prepare(picture)
        self.scene = render.init(self.portrait, SIZE)
        self.rest = self.drawn()
        self.points = seen(self.rest)
        self.head, self.pose = rigid.step(None, self.rest, self.points)

    def drawn(self, **channels: float) -> Bytes:
        row = self.portrait.rest.copy()
        for name, value in channels.items():
            row[channel(name)] += value
        return render.draw(self.scene, row).copy()

    def turned(self, pose: Pose) -> Array:  # [3] degrees since the resting frame
        return np.asarray(np.degrees(np.array(angles(pose[1])) - np.array(angles(self.pose[1]))))


def seen(picture: Bytes) -> Floats:
    return choose.reader().faces(picture)[0].points


def assert_same(one: Pose, other: Pose) -> None:
    assert one[0] == pytest.approx(other[0])
    np.testing.assert_allclose(one[1], other[1], atol=1e-9)
    np.testing.assert_allclose(one[2], other[2], atol=1e-6)


@pytest.fixture(scope="module")
def stage(example_picture: Path) -> Stage:
    return Stage(read_picture(example_picture))


def test_the_first_frame_is_where_its_points_are(stage: Stage) -> None:
    told = fit.head_pose(stage.points, face_model())
    assert_same(stage.pose, told)


def test_the_same_frame_once_more_has_not_moved(stage: Stage) -> None:
    found = rigid.follow(stage.head, stage.rest, stage.points)
    assert found.alike > 0.999
    np.testing.assert_allclose(stage.turned(found.pose), 0, atol=0.02)


@pytest.mark.parametrize(
    "commanded",
    [{"headYaw": 0.14}, {"headPitch": 0.12}, {"headPitch": -0.1, "headRoll": 0.1}, {"headYaw": -0.1, "jawOpen": 0.6}],
)
def test_a_turn_comes_back_nearer_than_points_tell_it(stage: Stage, commanded: dict[str, float]) -> None:
    frame = stage.drawn(**commanded)
    wanted = np.degrees([commanded.get(name, 0.0) for name in ("headPitch", "headYaw", "headRoll")])
    points = seen(frame)
    by_pixels = stage.turned(rigid.follow(stage.head, frame, points).pose) - wanted
    by_points = stage.turned(rigid.by_points(stage.head, points)) - wanted
    assert np.linalg.norm(by_pixels) < max(1.5, 0.8 * float(np.linalg.norm(by_points)))


@pytest.mark.parametrize("shown", [{"jawOpen": 0.7}, {"eyeBlinkLeft": 1.0, "eyeBlinkRight": 1.0}, {"browInnerUp": 0.7}])
def test_expressions_do_not_turn_the_head(stage: Stage, shown: dict[str, float]) -> None:
    frame = stage.drawn(**shown)
    assert np.abs(stage.turned(rigid.follow(stage.head, frame, seen(frame)).pose)).max() < 1.5


def test_points_that_are_off_are_put_right(stage: Stage) -> None:
    wrong = stage.points + np.array([3.0, -2.0, 0.0], np.float32)
    told, found = rigid.by_points(stage.head, wrong), rigid.follow(stage.head, stage.rest, wrong)
    error = np.abs(found.pose[2][:2] - stage.pose[2][:2]).max()
    assert np.abs(told[2][:2] - stage.pose[2][:2]).max() > 1.9
    assert error < 0.3


def test_darker_and_flatter_pictures_tell_the_same(stage: Stage) -> None:
    frame = stage.drawn(headYaw=0.1)
    dim = (frame * 0.6 + 30).astype(np.uint8)
    points = seen(frame)
    one, other = (stage.turned(rigid.follow(stage.head, picture, points).pose) for picture in (frame, dim))
    np.testing.assert_allclose(one, other, atol=0.3)


def test_where_pixels_tell_nothing_points_are_believed(stage: Stage) -> None:
    noise = np.random.default_rng(0).integers(0, 256, stage.rest.shape, np.uint8)
    points = stage.points + np.array([2.0, 1.0, 0.0], np.float32)
    for nothing in (np.zeros_like(stage.rest), noise):
        found = rigid.follow(stage.head, nothing, points)
        assert found.alike < rigid.ALIKE[0]
        assert_same(found.pose, rigid.by_points(stage.head, points))


def test_a_pose_moved_by_nothing_stays_and_a_turn_keeps_the_middle(stage: Stage) -> None:
    assert_same(rigid.moved(stage.pose, np.zeros(6), stage.head.middle), stage.pose)
    scale, matrix, shift = rigid.moved(stage.pose, np.array([0.1, 0.2, -0.1, 0, 0, 0]), stage.head.middle)
    was = stage.pose[0] * stage.pose[1] @ stage.head.middle + stage.pose[2]
    np.testing.assert_allclose(scale * matrix @ stage.head.middle + shift, was)


def test_samples_lie_on_still_skin_away_from_the_lids() -> None:
    chosen, mean = rigid.samples(), face_model().mean
    places = np.einsum("nk,nkc->nc", chosen.shares, mean[chosen.corners])
    lids = mean[np.array([*UPPER_LIDS, *LOWER_LIDS]).ravel()]
    assert np.linalg.norm(places[:, None, :2] - lids[None, :, :2], axis=-1).min() >= rigid.EYES
    assert chosen.weights.min() >= rigid.LEAST and len(chosen.weights) > 300
    np.testing.assert_allclose(chosen.shares.sum(1), 1)
    lips = mean[[13, 14]].mean(0)
    assert np.linalg.norm(places - lips, axis=1).min() > 0.15


def test_nothing_is_changed_in_place(stage: Stage) -> None:
    picture, points = stage.rest.copy(), stage.points.copy()
    head, _ = rigid.step(stage.head, picture, points)
    assert head is stage.head
    np.testing.assert_array_equal(picture, stage.rest)
    np.testing.assert_array_equal(points, stage.points)
