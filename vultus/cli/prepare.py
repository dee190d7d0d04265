"""`vultus prepare`."""

import argparse
import sys
from dataclasses import replace

from vultus import analysis
from vultus.analysis import choose, clicked, doubt
from vultus.clock import now
from vultus.look import prepare_whole
from vultus.media import read_picture
from vultus.portrait import LIKENESSES, Likeness


def run_prepare(options: argparse.Namespace) -> tuple[dict[str, object], str]:
    """Prepare a picture; the facts for JSON and the words for people."""
    start = now()
    picture = read_picture(options.picture)
    likeness = Likeness(options.likeness or _asked(options), options.note)
    clicks = clicked.read(options.points) if options.points else None
    reader = choose.reader(options.reader)
    ready = prepare_whole if options.keep_picture else analysis.prepare
    portrait = replace(ready(picture, options.face, clicks, reader), likeness=likeness)
    portrait.save(options.output)
    confidence = round(doubt.of(portrait, reader), 2)
    took = now() - start
    _, _, side = portrait.frame
    facts = {"output": options.output, "pixels": side, "likeness": likeness.of, "seconds": round(took, 3)}
    facts["confidence"] = confidence
    words = f"{options.output}: a portrait {side} pixels wide, in {took:.1f} s, confidence {confidence:.2f}"
    if confidence < doubt.DOUBTFUL:
        words += (
            "\nthe face may be misread: look at it with `vultus inspect`, "
            "and show where eyes, nose, mouth and chin are with --points if it is"
        )
    return facts, words


def _asked(options: argparse.Namespace) -> str:
    """Whose likeness it is, from whoever sits there; asked once, since the portrait keeps it."""
    if options.quiet or options.json or not (sys.stdin.isatty() and sys.stderr.isatty()):
        return "unstated"
    print(
        "Whose likeness is this? virtual: nobody's; self: your own; consented: of somebody who agreed", file=sys.stderr
    )
    while True:
        print("virtual, self, consented, or Enter to leave it unstated: ", end="", file=sys.stderr, flush=True)
        answer = sys.stdin.readline().strip() or "unstated"
        if answer in LIKENESSES:
            return answer
