"""Colours taken together, against numpy's own way."""

import numpy as np

from vultus.analysis.channels import greatest, least, total


def test_they_are_numpys_to_the_bit() -> None:
    colours = np.random.default_rng(0).normal(0, 100, (17, 5, 3)).astype(np.float32)
    assert np.array_equal(greatest(colours), colours.max(-1))
    assert np.array_equal(least(colours), colours.min(-1))
    assert np.array_equal(total(colours), colours.sum(-1))


def test_bytes_stay_bytes_and_the_picture_stays_as_it_is() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (4, 4, 3), dtype=np.uint8)
    before = picture.copy()
    assert greatest(picture).dtype == np.uint8
    assert np.array_equal(least(picture), before.min(-1))
    assert np.array_equal(picture, before)
