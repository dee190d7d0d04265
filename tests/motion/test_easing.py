"""Controls on their way: no jump, no overshoot, and the same way however time is cut."""

from collections.abc import Iterator

import numpy as np

from vultus.motion import easing
from vultus.motion.controls import Controls
from vultus.motion.emotion import Emotion

FAR = Controls(
    gaze=(0.4, -0.2), distance=0.3, pose=(0.1, -0.2, 0.1), emotion=Emotion(happy=1), head_gain=2, eye_contact=1
)


def way(target: Controls, count: int = 60) -> Iterator[easing.Eased]:
    state = easing.begin(Controls())
    for _ in range(count):
        state = easing.step(state, target, 0.04)
        yield state


def test_it_leaves_gently_does_not_overshoot_and_arrives() -> None:
    values = np.stack([Controls().values(), *(state.controls.values() for state in way(FAR))])
    asked = FAR.values() - values[0]
    done = (values - values[0])[:, asked != 0] / asked[asked != 0]
    steps = np.diff(done, axis=0)
    assert steps.min() >= -1e-9 and done.max() <= 1 + 1e-9
    assert steps[0].max() < 0.2 and steps.max() < 0.3
    np.testing.assert_array_equal(done[-1], 1)


def test_eyes_are_quicker_than_a_head() -> None:
    *_, state = way(FAR, 6)
    assert state.controls.gaze[0] / 0.4 > 0.9 > state.controls.pose[1] / -0.2


def test_the_way_does_not_depend_on_the_steps() -> None:
    once = easing.step(easing.begin(Controls()), FAR, 0.08)
    twice = easing.step(easing.step(easing.begin(Controls()), FAR, 0.04), FAR, 0.04)
    np.testing.assert_allclose(once.controls.values(), twice.controls.values())
    np.testing.assert_allclose(once.speed, twice.speed)


def test_a_change_of_mind_on_the_way_makes_no_kink() -> None:
    values = [state.controls.pose[1] for state in way(FAR, 8)]
    *_, state = way(FAR, 8)
    for _ in range(8):
        state = easing.step(state, Controls(), 0.04)
        values.append(state.controls.pose[1])
    assert np.abs(np.diff(values, 2)).max() < 0.012


def test_at_rest_nothing_is_computed() -> None:
    state = easing.begin(FAR)
    assert easing.step(state, FAR, 0.04) is state


def test_a_spring_that_turns_round_stays_in_range() -> None:
    *_, state = way(Controls(emotion=Emotion(happy=1)), 5)
    for _ in range(60):
        state = easing.step(state, Controls(), 0.04)
        assert 0 <= state.controls.emotion.happy <= 1
    assert state.controls == Controls()
