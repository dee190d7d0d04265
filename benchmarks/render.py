"""How fast is a portrait loaded, set up and drawn, and a frame marked and encoded? With the motion of a voice.

    python benchmarks/render.py [--size 512] [--portrait face.png]

Milliseconds of processor time a frame, so that others on the machine count little. Beside them the floor: one remap
of a whole frame and its encoding, which any renderer of this kind has to pay. Last line: JSON.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from vultus import Portrait, render
from vultus.clock import FRAME_RATE, now
from vultus.job import motion_of, portrait_from
from vultus.media.colour import planes
from vultus.media.mp4 import Mp4
from vultus.motion import controls
from vultus.provenance import Marker

Bytes = NDArray[np.uint8]

EXAMPLES = Path(__file__).parents[1] / "examples"
KEPT = 150  # frames that are marked and encoded


def around(frames: list[Bytes]) -> dict[str, float]:  # [H, W, 3] each
    """What becomes of drawn frames, and what a bare remap would take."""
    size = frames[0].shape[:2]
    rows, columns = np.mgrid[: size[0], : size[1]].astype(np.float32)
    across, down = cv2.convertMaps(columns + 0.3, rows + 0.3, cv2.CV_16SC2)
    marker = Marker(1)
    marker.mark(frames[0].copy())
    spent = {
        "mark_ms": timed(marker.mark, frames),
        "planes_ms": timed(planes, frames),
        "remap_ms": timed(lambda frame: cv2.remap(frame, across, down, cv2.INTER_LINEAR), frames),
    }
    with tempfile.TemporaryDirectory() as folder:
        film = Mp4(Path(folder) / "film.mp4", (size[1], size[0]), None, FRAME_RATE, {})
        begun = time.process_time()
        for frame in frames:
            film.write(frame)
        film.close()
        encoding = 1000 * (time.process_time() - begun) / len(frames)
    spent["encode_ms"] = round(encoding - spent["planes_ms"], 2)
    spent["floor_ms"] = round(spent["remap_ms"] + encoding, 2)
    return spent


def timed(work: Callable[[Bytes], object], frames: list[Bytes]) -> float:
    spent = []
    for frame in frames:
        begun = time.thread_time()
        work(frame)
        spent.append(1000 * (time.thread_time() - begun))
    return round(float(np.median(spent)), 2)


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
    beside = around([render.draw(scene, row) for row in rows[:KEPT]])
    figures = beside | {
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
