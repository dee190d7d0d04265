"""Controls as a client sends them, checked: names and ranges, radians and shares."""

import math
from dataclasses import fields
from typing import Any

from vultus.errors import OptionRefused
from vultus.motion.controls import Controls

RANGES: dict[str, tuple[float, float]] = {
    "gaze": (-math.radians(30), math.radians(30)),  # yaw, pitch
    "distance": (math.log(0.5), math.log(2.0)),
    "head_gain": (0.0, 3.0),
    "expression_gain": (0.0, 3.0),
    "character": (0.0, 1.0),
    "pose": (-math.radians(20), math.radians(20)),  # pitch, yaw, roll
}
OTHERWISE = (-1.0, 1.0)  # of controls that have no range of their own


def known() -> dict[str, object]:
    """Every control with its default, as JSON holds it."""
    defaults = Controls()
    found = {field.name: getattr(defaults, field.name) for field in fields(Controls)}
    return {name: value for name, value in found.items() if _is_number(value) or _is_numbers(value)}


def turned(values: object) -> dict[str, object]:
    """Checked values for `Controls`, from {"name": number or numbers}. Raises OptionRefused."""
    if not isinstance(values, dict):
        raise OptionRefused('controls: wanted an object such as {"gaze": [0.1, 0]}')
    defaults = known()
    unknown = set(values) - set(defaults)
    if unknown:
        raise OptionRefused(f"controls: wanted some of {', '.join(defaults)}")
    return {name: _checked(name, value, defaults[name]) for name, value in values.items()}


def _checked(name: str, value: Any, default: object) -> object:  # noqa: ANN401 - as JSON gave it
    if isinstance(default, tuple):
        if not isinstance(value, list) or len(value) != len(default):
            raise OptionRefused(f"control {name}: wanted {len(default)} numbers")
        return tuple(_within(name, part) for part in value)
    return _within(name, value)


def _within(name: str, value: Any) -> float:  # noqa: ANN401 - as JSON gave it
    least, most = RANGES.get(name, OTHERWISE)
    if not _is_number(value) or not least <= value <= most:
        raise OptionRefused(f"control {name}: wanted a number from {least:.3g} to {most:.3g}")
    return float(value)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_numbers(value: object) -> bool:
    return isinstance(value, tuple) and all(_is_number(part) for part in value)
