import math

import pytest

from vultus.motion.controls import Controls
from vultus.server.glide import TIME_CONSTANT, glide


def test_it_arrives_without_a_jump() -> None:
    now, target = Controls(), Controls(gaze=(0.4, -0.2), head_gain=2.0)
    steps = []
    for _ in range(50):
        moved = glide(now, target, 0.04)
        steps.append(abs(moved.gaze[0] - now.gaze[0]))
        now = moved
    assert max(steps) < 0.4 * 0.3
    assert steps[:20] == sorted(steps[:20], reverse=True)
    assert now.gaze == pytest.approx(target.gaze, abs=1e-3)
    assert now.head_gain == pytest.approx(2.0, abs=1e-3)


def test_the_way_does_not_depend_on_the_steps() -> None:
    target = Controls(distance=0.3)
    once = glide(Controls(), target, 0.08)
    twice = glide(glide(Controls(), target, 0.04), target, 0.04)
    assert once.distance == pytest.approx(twice.distance)
    assert once.distance == pytest.approx(0.3 * (1 - math.exp(-0.08 / TIME_CONSTANT)))


def test_at_rest_nothing_changes() -> None:
    assert glide(Controls(), Controls(), 0.04) == Controls()
