"""Many lives at once are the lives that are lived one by one."""

import numpy as np
import pytest

pytest.importorskip("torch", reason="the extra `train` is not installed")

from vultus.face import ROTATION, D
from vultus.motion import flow, hearing, settling
from vultus.motion.controls import Controls
from vultus.motion.emotion import Emotion
from vultus.train.evaluate.many import Lives

TOLD = [Controls(), Controls(emotion=Emotion(happy=0.7)), Controls(gaze=(0.1, -0.1), head_gain=1.5), Controls()]
SEEDS = [1, 1, 2, 3]
FRAMES = 60  # more than the window of the transformer


def test_each_of_many_is_the_life_of_its_seed() -> None:
    heard = hearing.step(hearing.init(), np.random.default_rng(0).normal(-6, 2, (4, 80)).astype(np.float32))[1]
    sounds = [settling.quiet(), heard]
    lives = Lives(SEEDS, np.stack([told.conditions() for told in TOLD]))
    together = np.stack([lives.step(sounds[t // 10 % 2]) for t in range(FRAMES)], 1)
    assert together.shape == (len(SEEDS), FRAMES, D) and together.dtype == np.float32
    for rows, seed, told in zip(together, SEEDS, TOLD, strict=True):
        state = flow.init(seed)
        for t in range(FRAMES):
            state, row = flow.step(state, sounds[t // 10 % 2], told.conditions())
            np.testing.assert_allclose(rows[t], row, atol=2e-3)
    assert np.abs(together[0] - together[1])[:, ROTATION].max() > 1e-3
    assert np.abs(together[0] - together[3])[:, ROTATION].max() > 1e-3
