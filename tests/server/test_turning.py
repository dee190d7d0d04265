import math

import pytest

from vultus.errors import OptionRefused
from vultus.motion.controls import Controls
from vultus.server.turning import known, turned


def test_what_is_known_can_be_sent_back() -> None:
    values = {name: list(value) if isinstance(value, tuple) else value for name, value in known().items()}
    assert Controls(**turned(values)) == Controls()  # type: ignore[arg-type]


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
    ],
)
def test_what_makes_no_sense_is_refused(values: object) -> None:
    with pytest.raises(OptionRefused, match="control"):
        turned(values)
