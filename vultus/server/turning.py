"""Controls and timelines as a client sends them, checked."""

from dataclasses import fields, replace
from typing import Any

from vultus.errors import OptionRefused
from vultus.motion.controls import RANGES, Controls
from vultus.motion.timeline import Keyframe, Timeline

MOST_KEYFRAMES = 2000
MOST_VALUES = 4000  # of all keyframes


def known() -> dict[str, object]:
    """Every control with its default, as JSON holds it."""
    return {field.name: _plain(getattr(Controls(), field.name)) for field in fields(Controls)}


def ranges() -> dict[str, tuple[float, float]]:
    """The least and most of each number of a control."""
    return {field.name: RANGES[field.name] for field in fields(Controls)}


def turned(values: object) -> dict[str, Any]:
    """Checked values for `Controls`, from {"name": number, numbers or feelings}. Raises OptionRefused."""
    if not isinstance(values, dict):
        raise OptionRefused('controls: wanted an object such as {"gaze": [0.1, 0]}')
    if set(values) - set(known()):
        raise OptionRefused(f"controls: wanted some of {', '.join(known())}")
    checked = replace(Controls(), **values)
    return {name: _plain(getattr(checked, name)) for name in values}


def shaped(stored: object) -> list[dict[str, Any]]:
    """What has the shape of keyframes and is not too much; their values are not looked at. Raises OptionRefused."""
    if not isinstance(stored, list) or len(stored) > MOST_KEYFRAMES:
        raise OptionRefused(f"keyframes: wanted a list of at most {MOST_KEYFRAMES}")
    for entry in stored:
        if not isinstance(entry, dict) or not isinstance(entry.get("controls"), dict):
            raise OptionRefused('keyframes: wanted each as {"seconds": 1.5, "controls": {"gaze": [0.1, 0]}}')
        if set(entry) - {"seconds", "controls", "ease"} or "seconds" not in entry:
            raise OptionRefused("keyframes: wanted seconds, controls and ease of each")
    if sum(len(entry["controls"]) for entry in stored) > MOST_VALUES:
        raise OptionRefused(f"keyframes: wanted at most {MOST_VALUES} controls in all of them")
    return stored


def keyframes(stored: object) -> list[dict[str, Any]]:
    """Checked keyframes of a timeline, as its file holds them (docs/controls.md). Raises InputRefused."""
    found = shaped(stored)
    timeline(found)
    return found


def timeline(stored: list[dict[str, Any]]) -> Timeline:
    """The timeline of keyframes. Raises TimelineRefused."""
    return Timeline([Keyframe(**entry) for entry in stored])


def _plain(value: Any) -> object:  # noqa: ANN401 - the fields of Controls are of several types
    return value._asdict() if hasattr(value, "_asdict") else value
