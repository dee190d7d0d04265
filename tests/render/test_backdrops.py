"""A person cut out, before other backgrounds, and back in the whole picture."""

import numpy as np
import pytest
from numpy.typing import NDArray

from vultus import render
from vultus.face import channel
from vultus.portrait import Portrait

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

SIZE = 128


def moved(portrait: Portrait) -> Floats:
    row = portrait.rest.copy()
    row[channel("headYaw")] += 0.2
    row[channel("headX")] += 0.1
    row[channel("jawOpen")] = 0.5
    row[channel("eyeBlinkLeft")] = 1
    return row


@pytest.fixture(scope="module")
def scene(portrait: Portrait) -> render.Scene:
    return render.init(portrait, SIZE)


def test_the_cutout_over_the_plate_is_the_frame(portrait: Portrait, scene: render.Scene) -> None:
    for row in (portrait.rest, moved(portrait)):
        cut = render.draw_cutout(render.cut_out(scene), row)
        alpha = cut[..., 3:] / 255
        over = cut[..., :3] * alpha + scene.plate * (1 - alpha)
        away = np.abs(over - render.draw(scene, row)).max(-1)
        assert away.max() <= 3 and (away <= 2).mean() > 0.999  # rims mix neighbouring pixels of the plate's grain


def test_the_face_is_whole_and_the_wall_is_gone(portrait: Portrait, scene: render.Scene) -> None:
    alpha = render.draw_cutout(render.cut_out(scene), moved(portrait))[..., 3]
    assert alpha[SIZE // 3 : SIZE // 2, SIZE * 2 // 5 : SIZE * 3 // 5].min() == 255
    assert alpha[:8].max() == 0


def test_a_colour_stands_where_the_wall_stood(portrait: Portrait, scene: render.Scene) -> None:
    green = render.on_colour(scene, (0, 255, 0))
    frame, cut = render.draw(green, portrait.rest), render.draw_cutout(render.cut_out(scene), portrait.rest)
    assert (frame[cut[..., 3] == 0] == (0, 255, 0)).all()
    behind = cut[..., 3] == 255
    np.testing.assert_array_equal(frame[behind], render.draw(scene, portrait.rest)[behind])


def test_a_picture_behind_is_cut_to_a_square_and_scaled(portrait: Portrait, scene: render.Scene) -> None:
    wide = np.zeros((SIZE, 3 * SIZE, 3), np.uint8)
    wide[:, SIZE : 2 * SIZE] = 77
    frame = render.draw(render.on_picture(scene, wide), portrait.rest)
    assert (frame[:8] == 77).all()


def test_a_blurred_wall_loses_its_grain(portrait: Portrait, scene: render.Scene) -> None:
    sharp, soft = (render.draw(one, portrait.rest)[:6].astype(float) for one in (scene, render.on_blur(scene)))
    assert soft.std(axis=1).mean() < 0.3 * sharp.std(axis=1).mean()
    assert soft.mean() == pytest.approx(sharp.mean(), abs=2)


@pytest.fixture(scope="module")
def large(portrait: Portrait) -> tuple[Bytes, tuple[int, int, int]]:
    """A picture that goes on left, above and on the right of the portrait's frame."""
    _, _, side = portrait.frame
    own = render.draw(render.init(portrait, side), portrait.rest)
    return np.pad(own, ((40, 0), (60, 50), (0, 0)), "edge"), (60, 40, side)


def test_at_rest_the_whole_picture_is_itself(portrait: Portrait, large: tuple[Bytes, tuple[int, int, int]]) -> None:
    picture, square = large
    drawn = render.draw_whole(render.into_picture(portrait, picture, square), portrait.rest)
    assert np.abs(drawn.astype(int) - picture).max() <= 1


def test_there_is_no_seam_where_the_picture_goes_on(
    portrait: Portrait, large: tuple[Bytes, tuple[int, int, int]]
) -> None:
    picture, (x, y, side) = large
    drawn = render.draw_whole(render.into_picture(portrait, picture, (x, y, side)), moved(portrait))
    changed = np.abs(drawn.astype(int) - picture).max(-1)
    assert changed[y + side // 3 : y + side // 2, x + side // 3 : x + 2 * side // 3].max() > 20
    outside = np.ones(changed.shape, bool)
    outside[y : y + side, x : x + side] = False
    assert changed[outside].max() == 0
    assert changed[y : y + side, [x, x + 1, x + side - 2, x + side - 1]].max() <= 2
    assert changed[[y, y + 1], x : x + side].max() <= 2
