"""Turning one control moves its own channels only: gaze, distance and gains are put on a life that does not know them.

What else they move, by design: lids go down with eyes that look down, and eyes turn back against a head that turns
farther, so that they keep looking where they look.
"""

from functools import cache

import numpy as np
import pytest

from tests.sounds import babble
from vultus import speech
from vultus.clock import FEATURES_PER_FRAME
from vultus.face import GAZE, LOG_DISTANCE, ROTATION, D, Floats, neutral
from vultus.motion import controls, stream
from vultus.motion.controls import BLINKS, SPOKEN, Controls
from vultus.motion.emotion import Emotion

HEAD = list(range(ROTATION.start, D))
LOOK = [GAZE.start, GAZE.start + 1]
TURNED = {
    "gaze up": (Controls(gaze=(0.2, 0.1)), LOOK),
    "gaze down": (Controls(gaze=(-0.1, -0.2)), [*LOOK, *BLINKS]),
    "distance": (Controls(distance=0.2), [LOG_DISTANCE]),
    "head gain": (Controls(head_gain=1.6), HEAD),
    "a still head": (Controls(head_gain=0), HEAD),
    "expression gain": (Controls(expression_gain=1.4), SPOKEN),
    "less expression": (Controls(expression_gain=0.3), SPOKEN),
}
MOVED_EYES = {"head gain", "a still head"}


@cache
def rows_of(told: Controls) -> Floats:  # [T, D] from the motion stage
    return stream.step(stream.init(5), _features(), told)[1]


@cache
def _features() -> Floats:
    return speech.step(speech.init(), babble(3.0))[1]


@pytest.mark.parametrize("name", TURNED)
@pytest.mark.parametrize("placed", [False, True])
def test_other_channels_stay_the_same_to_the_bit(name: str, placed: bool) -> None:
    told, own = TURNED[name]
    usual, turned = rows_of(Controls()), rows_of(told)
    if placed:
        usual, turned = (controls.apply(rows, neutral(), told) for rows, told in ((usual, Controls()), (turned, told)))
        own = [*own, *(LOOK if name in MOVED_EYES else [])]
    others = [i for i in range(D) if i not in own]
    np.testing.assert_array_equal(turned[:, others], usual[:, others])
    assert not np.allclose(turned[:, own], usual[:, own], atol=1e-3)


def test_a_control_that_is_turned_in_between_leaves_the_rest_of_the_take_as_it_was() -> None:
    features, middle = _features(), 25 * FEATURES_PER_FRAME
    told = Controls(gaze=(0.2, 0.1), distance=0.1, head_gain=1.5, expression_gain=1.2)
    state, before = stream.step(stream.init(5), features[:middle])
    state, _ = stream.step(state, features[middle : 2 * middle], told)
    _, after = stream.step(state, features[2 * middle :])
    whole = rows_of(Controls())
    np.testing.assert_array_equal(before, whole[: len(before)])
    np.testing.assert_array_equal(after, whole[len(whole) - len(after) :])


def test_a_feeling_is_lived_and_does_change_the_take() -> None:
    happy = rows_of(Controls(emotion=Emotion(happy=0.8)))
    assert not np.array_equal(happy[:, ROTATION], rows_of(Controls())[:, ROTATION])
