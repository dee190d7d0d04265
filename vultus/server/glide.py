"""Controls that move to where they are asked: a slider may jump, a face may not."""

import math
from dataclasses import fields, replace
from typing import Any

from vultus.motion.controls import Controls

TIME_CONSTANT = 0.12  # seconds: two thirds of the way after this long
CLOSE = 1e-4  # nearer than this is there


def glide(current: Controls, target: Controls, seconds: float) -> Controls:
    """The controls `seconds` later on the way to `target`; what is no number changes at once."""
    if current == target:
        return current
    share = 1 - math.exp(-seconds / TIME_CONSTANT)
    moved = {
        field.name: _between(getattr(current, field.name), getattr(target, field.name), share)
        for field in fields(Controls)
    }
    return replace(current, **moved)


def _between(old: Any, new: Any, share: float) -> Any:  # noqa: ANN401 - the fields of Controls are of several types
    if isinstance(new, bool) or isinstance(old, bool):
        return new
    if isinstance(new, float | int) and isinstance(old, float | int):
        return new if abs(new - old) < CLOSE else old + share * (new - old)
    if isinstance(new, tuple) and isinstance(old, tuple) and len(new) == len(old):
        return tuple(_between(a, b, share) for a, b in zip(old, new, strict=True))
    return new
