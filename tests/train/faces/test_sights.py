"""Looks at kept faces: points follow their pixels, mirrors swap sides, the kept file gives back what went in."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

pytest.importorskip("scipy", reason="the extra `train` is not installed")

from vultus.analysis.own_view import View, around
from vultus.face import GAZE, ROTATION, face_model
from vultus.pose import rotation
from vultus.train.faces import looks, occluders, sights, split, store, teacher

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]


def dotted(points: Floats, size: int = 400) -> Bytes:
    """A grey picture with a white dot at the nose and a red one at the picture-left eye."""
    picture = np.full((size, size, 3), 90, np.uint8)
    for point, colour in ((33, (255, 0, 0)), (4, (255, 255, 255))):
        cv2.circle(picture, (round(float(points[point, 0])), round(float(points[point, 1]))), 12, colour, -1)
    return picture


def head(turn: tuple[float, float, float] = (0.0, 0.0, 0.0)) -> Floats:
    """The mean head in pixels of a picture 400 wide, turned by pitch, yaw and roll."""
    posed = np.asarray(face_model().mean, np.float64) @ rotation(*turn).T * [100, -100, -100]
    return np.asarray(posed + np.array([200, 180, 0]), np.float32)


def brightest(picture: Bytes) -> Floats:  # -> [2] the middle of what is white
    y, x = np.nonzero(picture.min(2) > 180)
    return np.array([x.mean(), y.mean()], np.float32)


@pytest.fixture
def kept() -> store.Example:
    points = head((0.1, 0.3, 0.2))
    one = store.example(dotted(points), points, "generated", split.TRAIN, "somebody")
    return store.Example(one.picture, one.points, teacher.posed(one.points), one.kind, one.part, one.name)


def test_a_view_goes_in_and_out_again() -> None:
    points = head((0.0, 0.2, 0.4))
    view = around(points)
    np.testing.assert_allclose(view.out_of(view.into(points, 128), 128), points, atol=2e-3)


def test_a_view_of_a_tilted_head_is_upright() -> None:
    eyes = around(head((0.0, 0.0, 0.4))).into(head((0.0, 0.0, 0.4)), 128)[[33, 263], 1]
    assert abs(float(eyes[0] - eyes[1])) < 0.5


def test_what_a_view_cuts_lies_where_it_says() -> None:
    points = head((0.0, 0.2, 0.3))
    for side in (150.0, 900.0):
        view = View(210.0, 190.0, side, 0.25)
        seen = brightest(view.cut(dotted(points), 128))
        np.testing.assert_allclose(seen, view.into(points, 128)[4, :2], atol=0.8)


def test_points_stay_on_their_pixels_however_they_are_looked_at(kept: store.Example) -> None:
    view = around(kept.points)
    turned = sights.plain(kept, View(view.x + 4, view.y - 3, view.side * 1.1, 0.5))
    for sight in (sights.plain(kept), turned, sights.mirrored(turned)):
        np.testing.assert_allclose(brightest(sight.picture), sight.points[4, :2], atol=1.0)


def test_angles_of_a_look_are_those_of_its_points(kept: store.Example) -> None:
    view = around(kept.points)
    sight = sights.plain(kept, View(view.x, view.y, view.side, -0.4))
    for one in (sight, sights.mirrored(sight)):
        np.testing.assert_allclose(teacher.posed(one.points)[ROTATION], one.row[ROTATION], atol=0.01)
        np.testing.assert_allclose(teacher.posed(one.points)[GAZE], one.row[GAZE], atol=0.02)


def test_every_occluder_and_every_style_leaves_a_picture(kept: store.Example) -> None:
    rng = np.random.default_rng(0)
    sight = sights.plain(kept)
    for occluder in occluders.KINDS:
        changed, hidden = occluder(sight.picture, sight.points, rng)
        assert changed.dtype == np.uint8 and changed.shape == sight.picture.shape
        assert hidden.shape == (sights.SIZE, sights.SIZE) and hidden.min() >= 0 and hidden.max() <= 1
    for style in (*looks.STYLES, looks.lit, looks.worn):
        for _ in range(5):
            changed = style(sight.picture, rng)
            assert changed.dtype == np.uint8 and changed.shape == sight.picture.shape


def test_something_opaque_hides_points(kept: store.Example) -> None:
    rng = np.random.default_rng(0)
    seen = [sights.anew(kept, rng).seen.mean() for _ in range(40)]
    assert min(seen) < 0.95 and max(seen) == 1


def test_a_kept_file_gives_back_what_went_in(kept: store.Example, tmp_path: Path) -> None:
    store.save(tmp_path / "some.npz", [kept, kept])
    again = store.read_all(tmp_path)[1]
    assert (again.kind, again.part, again.name) == (kept.kind, kept.part, kept.name)
    np.testing.assert_array_equal(again.picture, kept.picture)
    np.testing.assert_allclose(again.points, kept.points, atol=1 / store.FINE)
    np.testing.assert_allclose(again.row, kept.row, atol=1e-3)


def test_one_picture_in_ten_and_one_style_are_held_out() -> None:
    parts = [split.picture(f"group/{number:05d}.jpg", "painting") for number in range(2000)]
    assert 0.07 < np.mean(np.array(parts) == split.HELD_OUT) < 0.13
    assert split.picture("sd_artists/00001.jpg", "drawing") == split.HELD_OUT_STYLE
    assert split.clip("addresses/st_reagan_clip1") == split.HELD_OUT
