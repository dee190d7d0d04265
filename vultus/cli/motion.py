"""`vultus motion`."""

import argparse
from fractions import Fraction
from pathlib import Path

import numpy as np

from vultus.cli.controls import add_controls, controls_of, timeline_of, tracks_of
from vultus.clock import FRAME_RATE, now
from vultus.drive import is_motion_file, read_motion, write_motion
from vultus.errors import OptionRefused
from vultus.face import Motion
from vultus.job import motion_of
from vultus.look import RATES
from vultus.motion.controls import Controls
from vultus.motion.pace import paced
from vultus.motion.tracks import NO_TRACKS, usable

MOTION = """\
examples:
  vultus motion voice.wav -o motion.csv                 how a face moves to a voice, for Live Link Face's friends
  vultus motion voice.wav -o motion.npz --seed 3 --emotion happy=0.5
  vultus motion motion.npz -o motion.csv --fps 60       from one kind of file to the other
  vultus animate face.png motion.csv --voice voice.wav -o talk.mp4    and onto a face
"""


def add_motion(command: argparse.ArgumentParser) -> None:
    """The options of `vultus motion`."""
    command.set_defaults(run=run_motion)
    command.add_argument("source", help="a sound or video file in which somebody speaks; or a motion file (.npz, .csv)")
    command.add_argument("-o", "--output", required=True, help="name.npz, or name.csv as Live Link Face writes it")
    command.add_argument("--fps", type=int, help="rows a second: 25, 30, 50 or 60 (default as it is; 25 for a voice)")
    command.add_argument("--seed", type=int, default=0, help="another seed, another take (default 0)")
    add_controls(command)


def run_motion(options: argparse.Namespace) -> tuple[dict[str, object], str]:
    """Write the motion that a voice makes, or a motion file anew; the facts for JSON and the words for people."""
    if not is_motion_file(options.output):
        raise OptionRefused(f"{options.output}: wanted a name that ends in .npz or .csv")
    if options.fps not in (None, *RATES):
        raise OptionRefused(f"--fps {options.fps}: wanted one of {', '.join(map(str, RATES))}")
    start = now()
    motion = _at(_motion(options), options.fps)
    write_motion(motion, options.output)
    seconds, took = float(len(motion) / motion.rate), now() - start
    facts = {
        "output": options.output,
        "rows": len(motion),
        "rate": str(motion.rate),
        "seconds": round(seconds, 3),
        "took": round(took, 3),
    }
    return facts, f"{options.output}: {seconds:.1f} s of motion, {motion.rate} rows a second, in {took:.1f} s"


def _motion(options: argparse.Namespace) -> Motion:
    controls, timeline, tracks = controls_of(options), timeline_of(options), tracks_of(options)
    if not is_motion_file(options.source):
        return motion_of(options.source, options.seed, controls, timeline, tracks)
    if controls != Controls() or timeline is not None or tracks != NO_TRACKS:
        raise OptionRefused(f"{Path(options.source).name} is motion already: controls hold where it is animated")
    return read_motion(options.source)


def _at(motion: Motion, rate: int | None) -> Motion:
    """The motion at another rate: smooth curves through rows at ours."""
    if rate is None or rate == motion.rate:
        return motion
    rows = usable(motion)
    length = len(rows) / FRAME_RATE
    return Motion(np.stack(list(paced(iter(rows), Fraction(rate), lambda: length))), Fraction(rate))
