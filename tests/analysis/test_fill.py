"""Known pixels stay, unknown ones become blends of what is around."""

import numpy as np

from vultus.analysis.fill import continued, spread


def test_known_pixels_are_kept() -> None:
    rng = np.random.default_rng(0)
    picture = rng.uniform(0, 255, (37, 53, 3)).astype(np.float32)
    known = (rng.random((37, 53)) < 0.5).astype(np.float32)
    filled = spread(picture, known)
    assert np.allclose(filled[known == 1], picture[known == 1])


def test_a_hole_in_one_colour_becomes_that_colour() -> None:
    picture = np.full((40, 40, 3), 90, np.float32)
    picture[10:30, 10:30] = 255
    known = np.ones((40, 40), np.float32)
    known[10:30, 10:30] = 0
    assert np.allclose(spread(picture, known), 90, atol=0.1)


def test_between_two_colours_the_fill_lies_between() -> None:
    picture = np.zeros((32, 64, 3), np.float32)
    picture[:, 48:] = 200
    known = np.ones((32, 64), np.float32)
    known[:, 16:48] = 0
    row = spread(picture, known)[16, :, 0]
    assert 60 < row[32] < 140
    assert row[18] < row[32] < row[45]


def test_nothing_known_is_no_number_error() -> None:
    assert np.isfinite(spread(np.ones((9, 7, 3), np.float32), np.zeros((9, 7), np.float32))).all()


def test_strokes_go_on_behind_what_is_filled() -> None:
    """A hole in stripes: light is that of the stripes, and so is how much it varies; a smooth fill loses them."""
    rows = np.arange(96)
    picture = np.repeat((120 + 40 * np.sign(np.sin(rows / 1.5)))[:, None, None], 96, 1).repeat(3, 2).astype(np.float32)
    known = np.ones((96, 96), np.float32)
    known[30:66, 30:66] = 0
    filled, smooth = continued(picture, known)[38:58, 38:58], spread(picture, known)[38:58, 38:58]
    assert filled.std() > 2 * smooth.std()
    assert filled.std() > 0.5 * picture.std()
    assert abs(float(filled.mean()) - 120) < 12
    np.testing.assert_array_equal(continued(picture, known)[known > 0], picture[known > 0])


def test_where_nothing_has_a_grain_both_fills_are_the_same() -> None:
    slope = np.linspace(0, 200, 80, dtype=np.float32)
    picture = np.repeat(np.repeat(slope[None, :, None], 60, 0), 3, 2)
    known = np.ones((60, 80), np.float32)
    known[20:40, 30:50] = 0
    assert np.abs(continued(picture, known) - spread(picture, known)).max() < 12
    nothing, all_of_it = np.zeros_like(known), np.ones_like(known)
    np.testing.assert_array_equal(continued(picture, all_of_it), picture)
    assert np.isfinite(continued(picture, nothing)).all()
