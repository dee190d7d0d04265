"""How fast is a portrait loaded, set up and drawn? On one core, with the motion of the example voice.

    python benchmarks/render.py [--size 512] [--portrait face.png]

Times of the processor, so that others on the machine count little. Last line: JSON.
"""

import argparse
import json
import tempfile
import time
from pathlib import Path

import numpy as np

from vultus import Portrait, render
from vultus.clock import now
from vultus.job import motion_of, portrait_from
from vultus.motion import controls

EXAMPLES = Path(__file__).parents[1] / "examples"


def main() -> None:
    """Draw every frame of the example voice and print the line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=512)
    parser.add_argument("--portrait", type=Path, default=EXAMPLES / "portrait_ada.png")
    options = parser.parse_args()
    prepared = portrait_from(options.portrait)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "face.vultus"
        prepared.save(path)
        start = now()
        portrait = Portrait.load(path)
        loaded = now() - start
    rows = controls.apply(motion_of(EXAMPLES / "voice_ada.flac").rows, portrait.rest, controls.Controls())
    start = now()
    scene = render.init(portrait, options.size)
    ready = now() - start
    render.draw(scene, rows[0])  # compiles
    spent = []
    for row in rows:
        begun = time.thread_time()
        render.draw(scene, row)
        spent.append(1000 * (time.thread_time() - begun))
    figures = {
        "size": options.size,
        "frames": len(rows),
        "load_ms": round(1000 * loaded, 2),
        "init_ms": round(1000 * ready, 2),
        "draw_ms_median": round(float(np.median(spent)), 2),
        "draw_ms_95": round(float(np.percentile(spent, 95)), 2),
    }
    for name, value in figures.items():
        print(f"{name:16} {value:g}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
