"""L*a*b* against OpenCV's, whose tables of eight bits round twice."""

import cv2
import numpy as np

from vultus.lab import lab


def test_it_is_opencvs_within_its_rounding() -> None:
    colours = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    theirs = cv2.cvtColor(colours, cv2.COLOR_RGB2LAB).astype(np.float64) - [0, 128, 128]
    assert np.abs(lab(colours) - theirs).max() < 2.5
    assert np.abs(lab(colours) - theirs).mean() < 0.4


def test_greys_have_no_colour_and_white_is_full() -> None:
    greys = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, 1)
    found = lab(greys)
    assert np.abs(found[:, 1:]).max() < 1e-9
    assert (np.diff(found[:, 0]) > 0).all()
    assert found[0, 0] == 0
    np.testing.assert_allclose(found[-1, 0], 255)


def test_any_number_of_colours() -> None:
    assert lab(np.zeros(3, np.uint8)).shape == (3,)
    assert lab(np.zeros((2, 5, 3), np.uint8)).shape == (2, 5, 3)
