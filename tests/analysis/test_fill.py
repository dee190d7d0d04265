"""Known pixels stay, unknown ones become blends of what is around."""

import numpy as np

from vultus.analysis.fill import spread


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
