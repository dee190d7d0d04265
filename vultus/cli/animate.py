"""`vultus animate`."""

import argparse
import math
import sys
from fractions import Fraction

from vultus.clock import FRAME_RATE
from vultus.errors import OptionRefused
from vultus.job import Progress, Result, animate
from vultus.look import Look
from vultus.motion.controls import Controls

MOST_GAIN = 3.0
NEAREST, FARTHEST = 0.5, 2.0  # times the distance in the picture
MOST_GAZE = 30.0  # degrees
EVERY = 5  # frames between two progress lines


def run_animate(options: argparse.Namespace) -> tuple[dict[str, object], str]:
    """Animate a portrait; the facts for JSON and the words for people."""
    shown = sys.stderr.isatty() and not options.quiet
    try:
        result = animate(
            options.portrait,
            options.voice,
            options.output,
            size=options.size,
            seed=options.seed,
            controls=_controls(options),
            face=options.face,
            label=options.label,
            look=Look(Fraction(options.fps), options.background, options.alpha, options.full),
            drive=getattr(options, "drive", False),
            sound=getattr(options, "sound", None),
            progress=_show if shown else None,
        )
    finally:
        if shown:
            print(end="\r\x1b[K", file=sys.stderr, flush=True)
    return _facts(result), _words(result)


def _controls(options: argparse.Namespace) -> Controls:
    yaw, pitch = _gaze(options.gaze)
    return Controls(
        gaze=(math.radians(yaw), math.radians(pitch)),
        distance=math.log(_within("distance", options.distance, NEAREST, FARTHEST)),
        head_gain=_within("head-gain", options.head_gain, 0, MOST_GAIN),
        expression_gain=_within("expression-gain", options.expression_gain, 0, MOST_GAIN),
    )


def _gaze(text: str) -> tuple[float, float]:
    try:
        yaw, pitch = (float(part) for part in text.split(","))
    except ValueError as cause:
        raise OptionRefused(f"--gaze {text}: wanted two numbers of degrees, such as --gaze=-10,5") from cause
    return _within("gaze", yaw, -MOST_GAZE, MOST_GAZE), _within("gaze", pitch, -MOST_GAZE, MOST_GAZE)


def _within(name: str, value: float, least: float, most: float) -> float:
    if not least <= value <= most:
        raise OptionRefused(f"--{name} {value:g}: wanted a number from {least:g} to {most:g}")
    return value


def _show(progress: Progress) -> None:
    if progress.frames % EVERY or not progress.seconds:
        return
    speed = progress.frames / progress.seconds
    share = "" if progress.expected is None else f" of {progress.expected}"
    line = f"{progress.frames}{share} frames, {speed:.0f} frames/s, {speed / FRAME_RATE:.1f} x real time"
    print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)


def _facts(result: Result) -> dict[str, object]:
    return {
        "output": str(result.output),
        "frames": result.frames,
        "seconds": round(result.seconds, 3),
        "took": round(result.took, 3),
        "frames_per_second": round(result.frames / result.took, 1),
        "times_real_time": round(result.seconds / result.took, 2),
        "spent": {stage: round(seconds, 3) for stage, seconds in result.spent.items()},
    }


def _words(result: Result) -> str:
    return (
        f"{result.output}: {result.seconds:.1f} s of film in {result.took:.1f} s "
        f"({result.frames / result.took:.0f} frames/s, {result.seconds / result.took:.1f} x real time)"
    )
