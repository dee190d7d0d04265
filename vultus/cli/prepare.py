"""`vultus prepare`."""

import argparse

from vultus import analysis
from vultus.clock import now
from vultus.media import read_picture


def run_prepare(options: argparse.Namespace) -> tuple[dict[str, object], str]:
    """Prepare a picture; the facts for JSON and the words for people."""
    start = now()
    portrait = analysis.prepare(read_picture(options.picture), options.face)
    portrait.save(options.output)
    took = now() - start
    _, _, side = portrait.frame
    facts = {"output": options.output, "pixels": side, "seconds": round(took, 3)}
    return facts, f"{options.output}: a portrait {side} pixels wide, in {took:.1f} s"
