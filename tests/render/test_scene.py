"""Laws of drawing: identity, stillness, determinism, and that each channel moves what it names."""

import math
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from tests import drawn
from vultus import render
from vultus.face import EXPRESSIONS, D, channel
from vultus.render.folds import SMOOTHEST, draw_folds, folded
from vultus.render.mouth import draw_mouth
from vultus.render.place import at_home, place, shape
from vultus.topology import IRISES, LOWER_LIDS, UPPER_LIDS

Floats = NDArray[np.float32]
SCENE = render.init(drawn.portrait(), drawn.SIDE)


def with_(**settings: float) -> Floats:
    row = drawn.portrait().rest.copy()
    for name, value in settings.items():
        row[channel(name)] += value
    return row


def psnr(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> float:
    error = float(np.mean((a.astype(np.float64) - b) ** 2)) + 1e-12
    return 10 * math.log10(255**2 / error)


def test_rest_gives_back_the_source_picture() -> None:
    frame = render.draw(SCENE, drawn.portrait().rest)
    assert psnr(frame, drawn.picture()) >= 50
    assert np.abs(frame.astype(int) - drawn.picture()).max() <= 1


def test_rest_is_bit_exact_where_the_matte_is_whole_or_empty() -> None:
    frame = render.draw(SCENE, drawn.portrait().rest)
    alpha = drawn.portrait().fore[..., 3]
    certain = (alpha == 0) | (alpha == 255)
    assert certain.mean() > 0.9
    assert np.array_equal(frame[certain], drawn.picture()[certain])


def test_what_does_not_move_stays_bit_exact() -> None:
    rest = render.draw(SCENE, drawn.portrait().rest)
    blink = render.draw(SCENE, with_(eyeBlinkLeft=1.0, eyeBlinkRight=1.0))
    changed = np.flatnonzero((rest != blink).any(axis=(1, 2)))
    placed, _ = place(SCENE.home, drawn.portrait().rest)
    assert changed.min() > placed[10, 1]  # nothing above the forehead
    assert changed.max() < placed[2, 1]  # nothing below the nose
    assert len(changed) > 5


def test_the_same_row_gives_the_same_bytes() -> None:
    row = with_(jawOpen=0.4, headYaw=0.2, gazeYaw=0.2)
    assert render.draw(SCENE, row).tobytes() == render.draw(SCENE, row).tobytes()


def test_drawing_leaves_the_row_alone() -> None:
    row = with_(jawOpen=0.4)
    kept = row.copy()
    render.draw(SCENE, row)
    assert np.array_equal(row, kept)


@pytest.mark.parametrize("name", [name for name in EXPRESSIONS if name != "tongueOut"])
def test_every_expression_changes_the_face(name: str) -> None:
    rest = render.draw(SCENE, drawn.portrait().rest).astype(int)
    moved = render.draw(SCENE, with_(**{name: 0.8})).astype(int)
    assert np.abs(moved - rest).max() > 12


@pytest.mark.parametrize("size", [64, 128, 200, 512])
def test_any_size_shows_the_same_picture(size: int) -> None:
    scene = render.init(drawn.portrait(), size)
    frame = render.draw(scene, drawn.portrait().rest)
    assert frame.shape == (size, size, 3)
    means = frame.reshape(2, size // 2, 2, size // 2, 3).mean((1, 3))
    whole = drawn.picture().reshape(2, 128, 2, 128, 3).mean((1, 3))
    assert np.abs(means - whole).max() < 4


def test_head_extremes_leave_no_hole_in_the_face() -> None:
    for settings in (
        {"headYaw": 0.3},
        {"headYaw": -0.3},
        {"headPitch": 0.25},
        {"headRoll": 0.3},
        {"logDistance": -0.2},
    ):
        frame = render.draw(SCENE, with_(**settings)).astype(int)
        placed, _ = place(SCENE.home, with_(**settings))
        for point in (1, 9, 50, 280, 199):  # nose, brow, cheeks, chin
            x, y = np.rint(placed[point]).astype(int)
            patch = frame[y - 1 : y + 2, x - 1 : x + 2].reshape(-1, 3)
            assert np.abs(patch - np.array(drawn.SKIN)).max() < 90, (settings, point)


def test_a_blink_hides_the_iris() -> None:
    x, y = np.rint(drawn.points()[IRISES[0][0], :2]).astype(int)
    opened = render.draw(SCENE, drawn.portrait().rest)[y, x].astype(int)
    shut = render.draw(SCENE, with_(eyeBlinkLeft=1.0, eyeBlinkRight=1.0))[y - 3 : y, x].astype(int)
    assert np.abs(opened - drawn.IRIS).max() < 20
    assert np.abs(shut - np.array(drawn.SKIN)).max() < 40


@pytest.mark.parametrize("way", [-1, 1])
def test_gaze_moves_the_iris_to_its_side(way: int) -> None:
    def iris_column(row: Floats) -> float:
        frame = render.draw(SCENE, row).astype(int)
        x, y = np.rint(drawn.points()[IRISES[1][0], :2]).astype(int)
        window = frame[y - 3 : y + 4, x - 14 : x + 15]
        dark = np.abs(window - np.array(drawn.IRIS)).max(-1) < 30
        return float((dark * np.arange(-14, 15)).sum() / dark.sum())

    rest = iris_column(drawn.portrait().rest)
    moved = iris_column(with_(gazeYaw=0.3 * way))
    assert 1.0 < way * (moved - rest) < 6.0


def test_an_open_jaw_shows_the_dark_and_closed_lips_do_not() -> None:
    middle = np.rint(drawn.points()[13, :2]).astype(int)
    x, y = int(middle[0]), int(middle[1])
    opened = render.draw(SCENE, with_(jawOpen=0.7))
    closed = render.draw(SCENE, with_(jawOpen=0.7, mouthClose=0.7))
    below = slice(y, y + 12)
    assert opened[below, x].astype(int).min() < 60
    assert closed[below, x].astype(int).sum(-1).min() > 180


def test_a_row_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(AssertionError):
        render.draw(SCENE, np.zeros(D - 1, np.float32))


def lid_opening(row: Floats, side: int) -> float:
    face = shape(drawn.portrait(), row)
    return float((face[list(UPPER_LIDS[side]), 1] - face[list(LOWER_LIDS[side]), 1])[2:7].mean())


@pytest.mark.parametrize("side", [0, 1])
def test_upper_lids_go_along_with_the_gaze(side: int) -> None:
    rest = lid_opening(drawn.portrait().rest, side)
    assert lid_opening(with_(gazePitch=-0.25), side) < 0.85 * rest
    assert rest < lid_opening(with_(gazePitch=0.25), side) < 1.4 * rest
    assert lid_opening(with_(gazeYaw=0.25), side) == rest


def test_lids_that_are_shut_stay_shut_wherever_the_eyes_look() -> None:
    for pitch in (-0.3, 0.3):
        row = with_(eyeBlinkLeft=1.0, eyeBlinkRight=1.0, gazePitch=pitch)
        assert max(abs(lid_opening(row, side)) for side in (0, 1)) < 1e-6


def test_a_shut_lid_has_a_line_as_dark_as_the_lashes_of_the_picture() -> None:
    row = with_(eyeBlinkLeft=1.0, eyeBlinkRight=1.0)
    x, y = np.rint(place(SCENE.home, row)[0][UPPER_LIDS[0][4]]).astype(int)
    portrait = drawn.portrait()
    edge, _ = place(SCENE.home, portrait.rest)
    dark = portrait.fore.copy()
    for lid_x, lid_y in np.rint(edge[list(UPPER_LIDS[0])]).astype(int):
        dark[lid_y - 1 : lid_y + 1, lid_x - 2 : lid_x + 3, :3] = 20
    without, made_up = (
        render.draw(render.init(one, drawn.SIDE), row)[y : y + 2, x].astype(int).mean()
        for one in (portrait, replace(portrait, fore=dark))
    )
    assert without > 140
    assert made_up < 90


def test_a_tongue_shows_between_the_teeth() -> None:
    plain, out = (render.draw(SCENE, with_(jawOpen=0.3, tongueOut=t)).astype(int) for t in (0.0, 0.6))
    changed = np.abs(plain - out).max(-1) > 8
    assert changed.sum() > 20
    x, y = np.rint(place(SCENE.home, with_(jawOpen=0.3))[0][14]).astype(int)
    redder = (out - plain)[y - 5 : y, x]
    assert redder[:, 0].mean() > redder[:, 2].mean()


def body(row: Floats) -> NDArray[np.float64]:
    """Outer points of a portrait held at the bottom: frame pixels."""
    points = len(drawn.portrait().outer)
    held = replace(drawn.portrait(), holds=np.tile(np.array([0, 0, 0, 1], np.float32), (points, 1)))
    home = at_home(held, SCENE.home.camera)
    return place(home, row)[0][-points:] - home.outer


def test_what_the_pictures_end_cuts_off_never_comes_into_view() -> None:
    for settings in ({"logDistance": 0.2}, {"headY": 0.2}, {"headPitch": 0.2}):
        assert body(with_(**settings))[:, 1].min() >= 0


def test_what_the_pictures_end_cuts_off_may_go_farther_out() -> None:
    near = body(with_(logDistance=-0.2))
    assert near[:, 1].max() > 5
    assert np.ptp(near[:, 0]) > 10


@pytest.mark.parametrize(
    ("settings", "start", "end"),
    [
        ({"mouthSmileLeft": 0.9}, 426, 436),  # the person's left is on the picture's right
        ({"mouthSmileRight": 0.9}, 206, 216),
        ({"browInnerUp": 0.9, "browOuterUpLeft": 0.9, "browOuterUpRight": 0.9}, 108, 337),
    ],
)
def test_folds_darken_where_the_skin_folds_and_only_there(settings: dict[str, float], start: int, end: int) -> None:
    row = with_(**settings)
    placed, _ = place(SCENE.home, row)
    plain = np.full((drawn.SIDE, drawn.SIDE, 3), 200, np.uint8)
    shaded = plain.copy()
    draw_folds(shaded, placed, row, drawn.portrait().rest, drawn.UNIT, 1.0)
    x, y = np.rint((placed[start] + placed[end]) / 2).astype(int)
    assert 165 < shaded[y, x].mean() < 197
    assert (shaded != plain).any(-1).mean() < 0.05
    still = plain.copy()
    draw_folds(still, placed, drawn.portrait().rest, drawn.portrait().rest, drawn.UNIT, 1.0)
    assert np.array_equal(still, plain)


def test_smooth_skin_folds_less_than_rough_skin() -> None:
    portrait = drawn.portrait()
    smooth = replace(portrait, fore=np.full_like(portrait.fore, 180))
    grain = np.random.default_rng(0).integers(-20, 21, portrait.fore.shape[:2])[..., None]
    rough = replace(portrait, fore=np.clip(smooth.fore + grain, 0, 255).astype(np.uint8))
    assert folded(smooth) == SMOOTHEST
    assert SMOOTHEST < folded(portrait) <= folded(rough) == 1


@pytest.mark.parametrize("shown", [0.1, 1.0])
def test_a_mouth_that_is_a_little_open_is_the_pictures_own(shown: float) -> None:
    row = with_(jawOpen=0.15)
    portrait = drawn.portrait()
    face = shape(portrait, row)
    gap = float(face[13, 1] - face[14, 1])
    home = at_home(portrait, SCENE.home.camera)
    own = replace(SCENE.mouth, shown=shown, own_gap=gap)
    before = np.full((drawn.SIDE, drawn.SIDE, 3), 99, np.uint8)
    after = before.copy()
    draw_mouth(after, own, place(home, row)[0], face, home, row)
    assert np.array_equal(after, before)
    draw_mouth(after, replace(own, own_gap=gap / 3), place(home, row)[0], face, home, row)
    assert not np.array_equal(after, before)
