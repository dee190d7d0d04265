"""`vultus track`."""

import argparse
import sys

from vultus.analysis import choose
from vultus.cli.reads import add_reader
from vultus.clock import now
from vultus.drive import is_motion_file, track, write_motion
from vultus.errors import OptionRefused

TRACK = """\
examples:
  vultus track talk.mp4 -o talk.npz                    measure how a face moves ...
  vultus animate face.png talk.npz -o moved.mp4        ... and make another one move so
  vultus animate face.png voice.wav --pose-from talk.npz -o talk.mp4    ... or only its head
  vultus animate face.png talk.mp4 --drive -o moved.mp4    both at once, with the video's sound
"""
EVERY = 25  # frames between two progress lines


def add_track(command: argparse.ArgumentParser) -> None:
    """The options of `vultus track`."""
    command.set_defaults(run=run_track)
    command.add_argument("video", help="a video of one person's face")
    command.add_argument("-o", "--output", required=True, help="name.npz, or name.csv as Live Link Face writes it")
    add_reader(command)


def run_track(options: argparse.Namespace) -> tuple[dict[str, object], str]:
    """Measure the motion of a face in a video; the facts for JSON and the words for people."""
    if not is_motion_file(options.output):
        raise OptionRefused(f"{options.output}: wanted a name that ends in .npz or .csv")
    start = now()
    shown = sys.stderr.isatty() and not options.quiet
    try:
        found = track(options.video, _show if shown else None, choose.reader(options.reader))
    finally:
        if shown:
            print(end="\r\x1b[K", file=sys.stderr, flush=True)
    write_motion(found.motion, options.output)
    took = now() - start
    facts = {
        "output": options.output,
        "rows": len(found.motion),
        "seconds": round(len(found.motion) / float(found.motion.rate), 3),
        "frames": found.frames,
        "frames_without_face": found.frames - found.seen,
        "took": round(took, 3),
    }
    lost = f", {found.frames - found.seen} frames without a face bridged" if found.seen < found.frames else ""
    return facts, f"{options.output}: {facts['seconds']} s of motion in {took:.1f} s{lost}"


def _show(frames: int) -> None:
    if frames % EVERY == 0:
        print(f"\r\x1b[K{frames} frames", end="", file=sys.stderr, flush=True)
