"""Controls over time: keyframes, from Python or from a small JSON file (docs/controls.md).

Each control runs through its own keyframes and knows nothing of the others. Before its first keyframe it
has the value of that one, after the last it stays; a control without keyframes is left to the caller.
"""

import bisect
import json
import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vultus.errors import OptionRefused, TimelineRefused
from vultus.motion.controls import PLACES, Controls

Doubles = NDArray[np.float64]

KIND, VERSION = "vultus timeline", 1
EASES = ("smooth", "linear", "step")
STEP_SECONDS = 0.3  # how long a "step" takes: what is asked at once is a movement still
LATEST = 24 * 3600.0  # seconds
MOST_BYTES = 16 << 20


@dataclass(frozen=True)
class Keyframe:
    """What some controls are at a moment, and how they get there from the keyframe before."""

    seconds: float
    controls: Mapping[str, Any]  # values by the names of `Controls`
    ease: str = "smooth"  # or "linear", or "step": only from this moment on, within `STEP_SECONDS`


@dataclass(frozen=True)
class _Curve:
    """One control's keyframes."""

    seconds: list[float]
    values: list[Doubles]  # each [numbers of the control]
    eases: list[str]

    def at(self, seconds: float) -> Doubles:
        i = bisect.bisect_right(self.seconds, seconds) - 1
        if i < 0:
            return self.values[0]
        arrived = self.seconds[i] + self._stepping(i)
        if seconds < arrived:
            return _between(
                self.values[i - 1], self.values[i], _smooth((seconds - self.seconds[i]) / self._stepping(i))
            )
        if i + 1 == len(self.seconds) or self.eases[i + 1] == "step":
            return self.values[i]
        share = (seconds - arrived) / (self.seconds[i + 1] - arrived)
        return _between(self.values[i], self.values[i + 1], share if self.eases[i + 1] == "linear" else _smooth(share))

    def _stepping(self, i: int) -> float:
        """Seconds that the step into keyframe i takes: less where the next one comes soon."""
        if i == 0 or self.eases[i] != "step":
            return 0.0
        if i + 1 == len(self.seconds):
            return STEP_SECONDS
        left = self.seconds[i + 1] - self.seconds[i]
        return min(STEP_SECONDS, left if self.eases[i + 1] == "step" else left / 2)


def _smooth(share: float) -> float:
    """0 to 1 with the least jerk: that is how people move (Flash and Hogan, 1985)."""
    return share**3 * (10 - 15 * share + 6 * share**2)


def _between(a: Doubles, b: Doubles, share: float) -> Doubles:
    return a + (b - a) * share


@dataclass(frozen=True)
class Timeline:
    """Keyframes in the order of time. Raises TimelineRefused, which names the keyframe that makes no sense."""

    keyframes: Sequence[Keyframe]
    _curves: dict[str, _Curve] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "keyframes", tuple(self.keyframes))
        object.__setattr__(self, "_curves", _curves(self.keyframes))

    def at(self, seconds: float, otherwise: Controls = Controls()) -> Controls:  # noqa: B008 - frozen
        """The controls at a moment; those without keyframes are as in `otherwise`."""
        if not self._curves:
            return otherwise
        values = otherwise.values()
        for name, curve in self._curves.items():
            values[PLACES[name]] = curve.at(seconds).reshape(np.shape(values[PLACES[name]]))
        return Controls.of(values)

    def save(self, path: str | Path) -> None:
        """Write the JSON file, whole or not at all."""
        keyframes = [{"seconds": k.seconds, "controls": _plain(k.controls), "ease": k.ease} for k in self.keyframes]
        part = Path(f"{path}.part{os.getpid()}")
        try:
            part.write_text(json.dumps({"kind": KIND, "version": VERSION, "keyframes": keyframes}, indent=1) + "\n")
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)

    @staticmethod
    def load(path: str | Path) -> "Timeline":
        """Read a file that `save`, the studio or a person wrote. Raises TimelineRefused, naming the place in it."""
        try:
            if Path(path).stat().st_size > MOST_BYTES:
                raise TimelineRefused(f"{path}: more than {MOST_BYTES >> 20} MB: wanted a few keyframes")
            stored = json.loads(Path(path).read_text(encoding="utf-8-sig"))
        except OSError as cause:
            raise TimelineRefused(f"{path}: cannot be read: {cause.strerror}") from cause
        except json.JSONDecodeError as cause:
            raise TimelineRefused(f"{path}: line {cause.lineno}, column {cause.colno}: {cause.msg}") from cause
        except (UnicodeDecodeError, RecursionError) as cause:
            raise TimelineRefused(f"{path}: no JSON: wanted a timeline") from cause
        try:
            return Timeline(_keyframes(stored))
        except TimelineRefused as cause:
            raise TimelineRefused(f"{path}: {cause}") from cause


def _plain(controls: Mapping[str, Any]) -> dict[str, Any]:
    """Values as JSON holds them; an emotion by its names."""
    return {name: value._asdict() if hasattr(value, "_asdict") else value for name, value in controls.items()}


def _keyframes(stored: object) -> list[Keyframe]:
    if not isinstance(stored, dict) or stored.get("kind") != KIND:
        raise TimelineRefused(f'not a timeline: wanted {{"kind": "{KIND}", "version": {VERSION}, "keyframes": [...]}}')
    if stored.get("version") != VERSION:
        raise TimelineRefused(f"version {stored.get('version')!r}: this program reads version {VERSION}")
    keyframes = stored.get("keyframes")
    if not isinstance(keyframes, list):
        raise TimelineRefused('"keyframes": wanted a list')
    return [_keyframe(i, entry) for i, entry in enumerate(keyframes, 1)]


def _keyframe(number: int, entry: object) -> Keyframe:
    if not isinstance(entry, dict) or not isinstance(entry.get("controls"), dict):
        raise TimelineRefused(f'keyframe {number}: wanted {{"seconds": 1.5, "controls": {{"gaze": [0.1, 0]}}}}')
    if unknown := sorted(set(entry) - {"seconds", "controls", "ease"}):
        raise TimelineRefused(f"keyframe {number}: unknown {unknown[0]!r}: wanted seconds, controls and ease")
    return Keyframe(entry.get("seconds", math.nan), entry["controls"], entry.get("ease", "smooth"))


def _curves(keyframes: Sequence[Keyframe]) -> dict[str, _Curve]:
    curves: dict[str, _Curve] = {}
    last = 0.0
    for number, keyframe in enumerate(keyframes, 1):
        place = f"keyframe {number}"
        _check_moment(place, keyframe, last)
        last = float(keyframe.seconds)
        for name, value in keyframe.controls.items():
            curve = curves.setdefault(name, _Curve([], [], []))
            if curve.seconds and curve.seconds[-1] == last:
                raise TimelineRefused(f"{place}: {name} was given for {last:g} s before: one value a moment")
            curve.values.append(_value(f"{place} ({last:g} s)", name, value))
            curve.seconds.append(last)
            curve.eases.append(keyframe.ease)
    return curves


def _check_moment(place: str, keyframe: Keyframe, last: float) -> None:
    seconds = keyframe.seconds
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds <= LATEST:
        raise TimelineRefused(f"{place}: seconds: wanted a number from 0 to {LATEST:g}, got {seconds!r}")
    if seconds < last:
        raise TimelineRefused(f"{place}: {seconds:g} s comes after {last:g} s: wanted the order of time")
    if keyframe.ease not in EASES:
        raise TimelineRefused(f"{place}: ease {keyframe.ease!r}: wanted one of {', '.join(EASES)}")


def _value(place: str, name: object, value: object) -> Doubles:
    if name not in PLACES:
        raise TimelineRefused(f"{place}: there is no control {name!r}: wanted some of {', '.join(PLACES)}")
    try:
        turned = replace(Controls(), **{name: value})  # type: ignore[arg-type]
    except (OptionRefused, TypeError) as cause:
        raise TimelineRefused(f"{place}: {cause}") from cause
    return np.atleast_1d(turned.values()[PLACES[name]])
