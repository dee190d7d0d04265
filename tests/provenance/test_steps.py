"""Levels added to many bytes at once, against whole numbers held in their range."""

import numpy as np
import pytest

from vultus.provenance.pattern import FINE
from vultus.provenance.watermark import _add


@pytest.mark.parametrize("shape", [(128, 128, 3), (130, 200, 3), (64, 70, 3), (256, 258, 4), (3, 512, 3)])
def test_levels_are_added_cell_by_cell_and_held_at_both_ends(shape: tuple[int, int, int]) -> None:
    rng = np.random.default_rng(2)
    frame = rng.choice(np.array([0, 1, 2, 100, 253, 254, 255], np.uint8), shape)
    levels = rng.integers(-2, 3, (FINE, FINE)).astype(np.int8)
    rows, columns = (np.arange(side) * FINE // side for side in shape[:2])
    wanted = frame.astype(int)
    wanted[..., :3] += levels[rows][:, columns, None]
    _add(frame.reshape(shape[0], -1), shape[2], levels)
    assert np.array_equal(frame, np.clip(wanted, 0, 255))
