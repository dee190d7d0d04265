"""The mark: what it may change, what it must say, for every size and kind of frame."""

import numpy as np
import pytest

from tests.provenance.faces import scene
from vultus.provenance import Marker, find
from vultus.provenance.watermark import LIGHT, MOST

NUMBER = 0xABCDE


def marked(frame: np.ndarray, number: int = NUMBER) -> np.ndarray:
    changed = frame.copy()
    Marker(number).mark(changed)
    return changed


def psnr(a: np.ndarray, b: np.ndarray) -> float:
    return float(10 * np.log10(255**2 / np.mean((a.astype(float) - b) ** 2)))


@pytest.mark.parametrize("busy", [0.0, 3.0, 20.0])
@pytest.mark.parametrize("size", [64, 130, 256, 512, 1078])
def test_at_most_two_levels_and_46_db(size: int, busy: float) -> None:
    frame = scene(1, size, busy)
    changes = marked(frame).astype(int) - frame
    assert 0 < np.abs(changes).max() <= 2
    assert psnr(marked(frame), frame) >= 46


def test_all_three_colours_change_alike() -> None:
    frame = np.clip(scene(2), 8, 247)
    changes = marked(frame).astype(int) - frame
    assert (changes == changes[..., :1]).all()


@pytest.mark.parametrize("size", [128, 256, 300, 512, 1078])
def test_one_frame_says_its_number(size: int) -> None:
    found = find([marked(scene(3, size))], everywhere=False)
    assert found is not None
    assert found.number == NUMBER
    assert found.confidence > 0.99


def test_a_tiny_frame_carries_the_coarse_layer() -> None:
    """At 64 pixels a chip is one pixel: several frames are needed, and they must not be compressed hard."""
    frames = [marked(scene(seed, 64, busy=1.0)) for seed in range(12)]
    found = find(frames, everywhere=False)
    assert found is not None
    assert found.number == NUMBER


@pytest.mark.parametrize("level", [0, 255])
def test_black_and_white_frames_are_no_trouble(level: int) -> None:
    frame = np.full((256, 256, 3), level, np.uint8)
    assert psnr(marked(frame), frame) >= 46


def test_the_same_frame_and_number_give_the_same_bytes() -> None:
    frame = scene(4)
    assert np.array_equal(marked(frame), marked(frame))
    assert not np.array_equal(marked(frame, 1), marked(frame, 2))


def test_smooth_frames_are_marked_more_lightly() -> None:
    assert psnr(marked(scene(5, 512, 0.0)), scene(5, 512, 0.0)) > psnr(marked(scene(5, 512, 9.0)), scene(5, 512, 9.0))
    assert LIGHT < MOST
