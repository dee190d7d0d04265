import av
import numpy as np
import pytest
from av.video.reformatter import ColorRange, Colorspace

from vultus.media.colour import BLUE, HALF, LUMA, RED, SHIFT, planes


def exact(rgb: tuple[int, int, int]) -> tuple[float, float, float]:
    """BT.709-6 in fractions, limited range."""
    r, g, b = (v / 255 for v in rgb)
    y = 0.2126 * r + 0.7152 * g + 0.0722 * b
    return 16 + 219 * y, 128 + 224 * (b - y) / 1.8556, 128 + 224 * (r - y) / 1.5748


@pytest.mark.parametrize(
    "rgb", [(0, 0, 0), (255, 255, 255), (255, 0, 0), (0, 255, 0), (0, 0, 255), (12, 200, 99), (128, 128, 128)]
)
def test_even_colours_are_those_of_the_standard(rgb: tuple[int, int, int]) -> None:
    found = planes(np.full((8, 8, 3), rgb, np.uint8)).reshape(-1)
    y, u, v = exact(rgb)
    assert np.abs(found[:64].astype(float) - y).max() <= 0.51
    assert np.abs(found[64:80].astype(float) - u).max() <= 0.51
    assert np.abs(found[80:].astype(float) - v).max() <= 0.51


def test_a_player_sees_the_colours_that_went_in() -> None:
    ramp = np.linspace(0, 255, 64)
    picture = np.stack([np.tile(ramp, (64, 1)), np.tile(ramp[:, None], (1, 64)), np.full((64, 64), 90)], -1)
    frame = av.VideoFrame.from_ndarray(planes(picture.astype(np.uint8)), format="yuv420p")
    shown = frame.reformat(
        format="rgb24",
        src_colorspace=Colorspace.ITU709,
        dst_colorspace=Colorspace.ITU709,
        src_color_range=ColorRange.MPEG,
        dst_color_range=ColorRange.JPEG,
    ).to_ndarray()
    assert np.abs(shown.astype(float) - picture.astype(np.uint8))[2:-2, 2:-2].mean() < 2.5


@pytest.mark.parametrize(("column", "shares"), [(2, (0, 2, 0)), (3, (0, 1, 1)), (0, (3, 0, 0))])
def test_chroma_stands_on_the_left_column_of_its_pair(column: int, shares: tuple[int, int, int]) -> None:
    picture = np.zeros((2, 6, 3), np.uint8)
    picture[:, column] = 255, 0, 0
    red = planes(picture).reshape(-1)[12 + 3 :].astype(int) - 128
    np.testing.assert_allclose(red, [112 * share / 4 for share in shares], atol=0.51)


def test_odd_sides_are_not_taken() -> None:
    with pytest.raises(AssertionError):
        planes(np.zeros((3, 4, 3), np.uint8))


@pytest.mark.parametrize("size", [(64, 64), (66, 70), (2, 16), (6, 34), (4, 2)])
def test_sixteen_pixels_at_once_are_the_same_as_one_by_one(size: tuple[int, int]) -> None:
    rng = np.random.default_rng(3)
    picture = rng.choice(np.array([0, 1, 127, 254, 255], np.uint8), (*size, 3))
    wide = picture.astype(np.int64)
    luma = (wide @ LUMA + (16 << SHIFT) + HALF) >> SHIFT
    lines = wide[::2] + wide[1::2]
    left = np.concatenate([lines[:, :1], lines[:, 1:-1:2]], 1)
    mixed = left + 2 * lines[:, ::2] + lines[:, 1::2]
    halves = [(mixed @ row + (128 << SHIFT + 3) + (HALF << 3)) >> SHIFT + 3 for row in (BLUE, RED)]
    assert np.array_equal(planes(picture).ravel(), np.concatenate([a.ravel() for a in (luma, *halves)]))
