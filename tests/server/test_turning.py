import json
import math

import pytest

from vultus.errors import InputRefused, OptionRefused
from vultus.motion.controls import Controls
from vultus.server.turning import keyframes, known, ranges, timeline, turned


def test_what_is_known_can_be_sent_back() -> None:
    values = {name: list(value) if isinstance(value, tuple) else value for name, value in known().items()}
    assert Controls(**turned(values)) == Controls()
    assert set(ranges()) == set(known())


def test_feelings_have_names_and_mix() -> None:
    values = turned({"emotion": {"happy": 0.5, "surprised": 1}})
    assert Controls(**values).emotion == (0.5, 0, 0, 1, 0, 0)
    assert json.loads(json.dumps(values)) == values


@pytest.mark.parametrize(
    "values",
    [
        None,
        [],
        "gaze",
        {"gaze": 1},
        {"gaze": [0, 0, 0]},
        {"gaze": [0, "x"]},
        {"gaze": [2, 0]},
        {"distance": math.nan},
        {"distance": math.inf},
        {"distance": True},
        {"distance": None},
        {"head_gain": -1},
        {"__class__": 1},
        {"nothing": 0},
        {"emotion": {"hungry": 1}},
        {"emotion": {"happy": 2}},
        {"emotion": {"happy": "very"}},
        {"emotion": [1, 0]},
        {"blink_rate": -1},
    ],
)
def test_what_makes_no_sense_is_refused(values: object) -> None:
    with pytest.raises(OptionRefused, match="control"):
        turned(values)


def test_keyframes_are_a_timeline() -> None:
    stored = [
        {"seconds": 0, "controls": {"gaze": [0, 0]}},
        {"seconds": 2, "controls": {"gaze": [0.2, 0]}, "ease": "linear"},
    ]
    assert timeline(keyframes(stored)).at(1.0).gaze == pytest.approx((0.1, 0))


@pytest.mark.parametrize(
    "stored",
    [
        None,
        {},
        ["x"],
        [{}],
        [{"seconds": 0}],
        [{"controls": {}}],
        [{"seconds": -1, "controls": {}}],
        [{"seconds": "x", "controls": {}}],
        [{"seconds": 1, "controls": {}}, {"seconds": 0, "controls": {}}],
        [{"seconds": 0, "controls": {"gaze": [9, 0]}}],
        [{"seconds": 0, "controls": {"nothing": 0}}],
        [{"seconds": 0, "controls": {}, "ease": "jump"}],
        [{"seconds": 0, "controls": {}, "more": 1}],
        [{"seconds": 0, "controls": {}}] * 3000,
        [{"seconds": i, "controls": {"distance": 0, "character": 0, "listening": 0}} for i in range(1500)],
    ],
)
def test_keyframes_that_make_no_sense_are_refused(stored: object) -> None:
    with pytest.raises(InputRefused):
        keyframes(stored)
