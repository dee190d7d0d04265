"""Motion as Live Link Face writes it: a CSV file of the 52 ARKit weights and the angles of head and eyes.

    Timecode,BlendShapeCount,EyeBlinkLeft, ... ,TongueOut,HeadYaw,HeadPitch,HeadRoll,LeftEyeYaw, ...
    00:00:00:00.000,61,0.0312000000, ...

Angles are radians. There yaw is positive toward the person's own right and pitch downward, eyes turn in the
head; in our rows yaw and pitch have the other signs and gaze is where the eyes look, the head's turn
included. Signs of the eyes, and how far they turn for a weight of an `EyeLook`, were measured on real takes;
the head's angles are taken to have the same signs. The file has no place for the head's position.
"""

import csv
import os
import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vultus.clock import FRAME_RATE
from vultus.errors import MotionRefused
from vultus.face import EXPRESSIONS, GAZE, ROTATION, D, E, Floats, Motion

Doubles = NDArray[np.float64]

_EYE = "EyeBlink{0} EyeLookDown{0} EyeLookIn{0} EyeLookOut{0} EyeLookUp{0} EyeSquint{0} EyeWide{0}"
_BELOW = """
    JawForward JawRight JawLeft JawOpen MouthClose MouthFunnel MouthPucker MouthRight MouthLeft
    MouthSmileLeft MouthSmileRight MouthFrownLeft MouthFrownRight MouthDimpleLeft MouthDimpleRight
    MouthStretchLeft MouthStretchRight MouthRollLower MouthRollUpper MouthShrugLower MouthShrugUpper
    MouthPressLeft MouthPressRight MouthLowerDownLeft MouthLowerDownRight MouthUpperUpLeft MouthUpperUpRight
    BrowDownLeft BrowDownRight BrowInnerUp BrowOuterUpLeft BrowOuterUpRight
    CheekPuff CheekSquintLeft CheekSquintRight NoseSneerLeft NoseSneerRight TongueOut
"""
WEIGHTS: tuple[str, ...] = (*_EYE.format("Left").split(), *_EYE.format("Right").split(), *_BELOW.split())  # 52
ANGLES: tuple[str, ...] = (
    "HeadYaw", "HeadPitch", "HeadRoll",
    "LeftEyeYaw", "LeftEyePitch", "LeftEyeRoll", "RightEyeYaw", "RightEyePitch", "RightEyeRoll",
)  # fmt: skip
COLUMNS = WEIGHTS + ANGLES  # 61
HEADER = ("Timecode", "BlendShapeCount", *COLUMNS)

AT = {name: i for i, name in enumerate(COLUMNS)}
OURS = [AT[name[0].upper() + name[1:]] for name in EXPRESSIONS]  # where each of our weights stands
ASIDE, UP, DOWN = 0.60, 0.44, 0.61  # radians that an eye turns for a weight of 1: medians of six takes

TIMECODE = re.compile(r"(\d+):(\d\d):(\d\d):(\d+(?:\.\d+)?)")
RATES = (24, 25, 30, 50, 60)  # timecode frames a second; frames a second of a take
DAY = 24 * 3600
LARGEST_WEIGHT = 1.5  # trackers go a little over 1; a file in percent goes far
LARGEST_ANGLE = 3.15  # a file in degrees goes far over
LONGEST_GAP = 60.0  # seconds without a row
MOST_BYTES = 256 << 20  # 4 hours at 25 rows a second


def write(motion: Motion, path: str | Path) -> None:
    """Write a CSV file at the motion's own rate, whole or not at all. Raises MotionRefused for an odd rate."""
    if motion.rate.denominator != 1 or motion.rate > 60:
        raise MotionRefused(f"motion of {motion.rate} rows a second: a timecode counts whole frames, 60 at most")
    part = Path(f"{path}.part{os.getpid()}")
    try:
        with open(part, "w", encoding="ascii", newline="") as file:
            file.write(",".join(HEADER) + "\n")
            for index, row in enumerate(_columns(motion.rows)):
                numbers = ",".join(f"{number:.10f}" for number in row)
                file.write(f"{_timecode(index, int(motion.rate))},{len(COLUMNS)},{numbers}\n")
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def _timecode(index: int, rate: int) -> str:
    seconds, frame = divmod(index, rate)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}:{frame:02d}.000"


def _columns(rows: Floats) -> Doubles:  # [T, D] -> [T, 61]
    out = np.zeros((len(rows), len(COLUMNS)))
    out[:, OURS] = np.clip(rows[:, :E], 0, 1)
    pitch, yaw, roll = rows[:, ROTATION].T.astype(np.float64)
    side, up = (rows[:, GAZE].astype(np.float64) - np.stack([yaw, pitch], 1)).T  # of the eyes in the head
    left, right = np.clip(side / ASIDE, 0, 1), np.clip(-side / ASIDE, 0, 1)  # as the picture has it
    for name, weights in (("OutLeft", left), ("InLeft", right), ("InRight", left), ("OutRight", right)):
        out[:, AT[f"EyeLook{name}"]] = weights
    for eye in ("Left", "Right"):
        out[:, AT[f"EyeLookUp{eye}"]] = np.clip(up / UP, 0, 1)
        out[:, AT[f"EyeLookDown{eye}"]] = np.clip(-up / DOWN, 0, 1)
        out[:, AT[f"{eye}EyeYaw"]], out[:, AT[f"{eye}EyePitch"]] = -side, -up
    out[:, AT["HeadYaw"]], out[:, AT["HeadPitch"]], out[:, AT["HeadRoll"]] = -yaw, -pitch, roll
    return out + 0.0  # no minus before a zero


def read(path: str | Path) -> Motion:
    """Read a CSV file, its frames set evenly at the take's rate; frames without a face are bridged.

    Columns are found by their names. Raises MotionRefused, naming line and column.
    """
    try:
        if Path(path).stat().st_size > MOST_BYTES:
            raise MotionRefused(f"{path}: more than {MOST_BYTES >> 20} MB of motion: cut the take")
        with open(path, encoding="utf-8-sig", newline="") as file:
            codes, values = _table(path, csv.reader(file))
    except FileNotFoundError as cause:
        raise MotionRefused(f"{path}: there is no such file") from cause
    except (OSError, UnicodeDecodeError, csv.Error) as cause:
        raise MotionRefused(f"{path}: no text in columns: wanted a CSV file of Live Link Face") from cause
    times = _times(path, codes)
    rate, even = _even(times, values)
    return Motion(_rows(even), Fraction(rate))


def _table(path: str | Path, lines: Iterator[list[str]]) -> tuple[list[tuple[int, str]], Doubles]:
    """(line, timecode) and values [T, 61] of every frame that shows a face."""
    places = _places(path, next(lines, []))
    count, most = places.pop("BlendShapeCount", None), max(places.values()) + 1
    named = [name for name in COLUMNS if name in places]
    columns, into = [places[name] for name in named], [AT[name] for name in named]
    codes: list[tuple[int, str]] = []
    values: list[Doubles] = []
    for number, line in enumerate(lines, 2):
        if not line or (count is not None and len(line) > count and line[count].strip() == "0"):
            continue  # the tracker saw no face
        if len(line) < most:
            raise MotionRefused(f"{path}: line {number}: {len(line)} columns: wanted {most}")
        row = np.zeros(len(COLUMNS))
        row[into] = _numbers(f"{path}: line {number}", named, [line[column] for column in columns])
        codes.append((number, line[places["Timecode"]]))
        values.append(row)
    if not values:
        raise MotionRefused(f"{path}: no frame with a face in it")
    return codes, np.stack(values)


def _places(path: str | Path, header: list[str]) -> dict[str, int]:
    """Which column holds what. Angles may be absent, and the tongue, which came later than the rest."""
    found = {name.strip().lower(): i for i, name in enumerate(header)}
    places = {name: found[name.lower()] for name in HEADER if name.lower() in found}
    if "Timecode" not in places:
        raise MotionRefused(f"{path}: no column Timecode: wanted a CSV file of Live Link Face, columns cut by commas")
    absent = [name for name in WEIGHTS if name not in places and name != "TongueOut"]
    if absent:
        raise MotionRefused(f"{path}: no column {absent[0]}" + (f", nor {len(absent) - 1} others" * (len(absent) > 1)))
    return places


def _numbers(place: str, names: list[str], texts: list[str]) -> list[float]:
    try:
        numbers = [float(text) for text in texts]
    except ValueError as cause:
        name, text = next(pair for pair in zip(names, texts, strict=True) if not _is_number(pair[1]))
        raise MotionRefused(f"{place}, {name}: {text[:20]!r} is no number") from cause
    for name, number in zip(names, numbers, strict=True):
        if not -LARGEST_WEIGHT <= number <= LARGEST_WEIGHT and (name not in ANGLES or not abs(number) <= LARGEST_ANGLE):
            unit = "radians" if name in ANGLES else "a weight from 0 to 1"
            raise MotionRefused(f"{place}, {name}: {number:g}: wanted {unit}")
    return numbers


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _times(path: str | Path, codes: list[tuple[int, str]]) -> Doubles:  # [T] seconds from the first frame
    parsed = []
    for line, code in codes:
        match = TIMECODE.fullmatch(code.strip())
        if match is None:
            raise MotionRefused(f"{path}: line {line}: timecode {code[:20]!r}: wanted hours:minutes:seconds:frame")
        hours, minutes, seconds = (int(part) for part in match.groups()[:3])
        parsed.append((hours * 3600 + minutes * 60 + seconds, float(match[4])))
    whole, frames = np.array(parsed).T
    times = whole + frames / _counted(whole, frames)
    times = times + DAY * np.cumsum(np.diff(times, prepend=times[0]) < -DAY / 2)  # past midnight
    steps = np.diff(times)
    if len(steps) and (steps.min() < 0 or steps.max() > LONGEST_GAP):
        wrong = int(np.flatnonzero((steps < 0) | (steps > LONGEST_GAP))[0]) + 1
        raise MotionRefused(f"{path}: line {codes[wrong][0]}: timecode {codes[wrong][1]} after {codes[wrong - 1][1]}")
    return np.asarray(times - times[0], np.float64)


def _counted(whole: Doubles, frames: Doubles) -> int:
    """Timecode frames a second: what they are counted up to; of less than a second, our own rate at least."""
    least = int(frames.max()) + 1
    if whole[0] == whole[-1]:
        least = max(least, int(FRAME_RATE))
    return next((rate for rate in RATES if rate >= least), least)


def _even(times: Doubles, values: Doubles) -> tuple[int, Doubles]:
    """A rate and the values at even times; those that come evenly stay as they are."""
    step = float(np.median(np.diff(times))) if len(times) > 1 else 0.0
    nearest = min(RATES, key=lambda rate: abs(1 - rate * step)) if step else int(FRAME_RATE)
    rate = nearest if abs(1 - nearest * step) < 0.1 else int(FRAME_RATE)
    wanted = np.arange(round(times[-1] * rate) + 1) / rate
    if len(wanted) == len(times) and np.abs(wanted - times).max() * rate < 0.01:
        return rate, values
    return rate, np.stack([np.interp(wanted, times, column) for column in values.T], axis=1)


def _rows(values: Doubles) -> Floats:  # [T, 61] -> [T, D]
    rows = np.zeros((len(values), D), np.float32)
    rows[:, :E] = np.clip(values[:, OURS], 0, 1)
    yaw, pitch, roll = -values[:, AT["HeadYaw"]], -values[:, AT["HeadPitch"]], values[:, AT["HeadRoll"]]
    rows[:, ROTATION] = np.stack([pitch, yaw, roll], axis=1)
    rows[:, GAZE] = _eyes(values) + np.stack([yaw, pitch], axis=1)
    return rows


def _eyes(values: Doubles) -> Doubles:  # [T, 61] -> [T, 2] yaw, pitch of both eyes in the head
    def column(name: str) -> Doubles:
        return values[:, AT[name]]

    angles = [[column(f"{eye}Eye{turn}") for eye in ("Left", "Right")] for turn in ("Yaw", "Pitch")]
    if np.any(angles):
        return np.asarray(-np.mean(angles, axis=1).T, np.float64)
    side = column("EyeLookOutLeft") - column("EyeLookInLeft") + column("EyeLookInRight") - column("EyeLookOutRight")
    up = column("EyeLookUpLeft") + column("EyeLookUpRight")
    down = column("EyeLookDownLeft") + column("EyeLookDownRight")
    return np.stack([ASIDE * side / 2, (UP * up - DOWN * down) / 2], axis=1)
