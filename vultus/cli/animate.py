"""`vultus animate`."""

import argparse
import sys
from fractions import Fraction

from vultus.cli.controls import controls_of, timeline_of, tracks_of
from vultus.clock import FRAME_RATE
from vultus.job import Progress, Result, animate
from vultus.look import Look

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
            controls=controls_of(options),
            timeline=timeline_of(options),
            tracks=tracks_of(options),
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
