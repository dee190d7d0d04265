"""Noise of a seed and a frame."""

import numpy as np

from vultus.face import D
from vultus.motion import noise


def test_the_same_seed_and_frame_give_the_same_bytes() -> None:
    assert noise.draw(3, 7).tobytes() == noise.draw(3, 7).tobytes()


def test_other_seeds_and_frames_give_other_noise() -> None:
    draws = [noise.draw(seed, frame) for seed in range(4) for frame in range(4)]
    for i, one in enumerate(draws):
        assert all(abs(np.corrcoef(one, other)[0, 1]) < 0.6 for other in draws[:i])


def test_it_is_standard_normal_and_never_far_off() -> None:
    many = np.stack([noise.draw(0, frame) for frame in range(2000)])
    assert many.shape == (2000, D) and many.dtype == np.float32
    assert abs(many.mean()) < 0.01 and abs(many.std() - 1) < 0.01
    assert np.abs(many).max() <= noise.FARTHEST
    assert np.abs((many[1:] * many[:-1]).mean(axis=0)).max() < 0.12  # frames know nothing of each other
