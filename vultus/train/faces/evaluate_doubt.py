"""Can the confidence of `analysis/doubt.py` be believed? On held-out pictures, and on readings that are wrong.

    python -m vultus.train.faces.evaluate_doubt [--networks runs/faces] [--reader own] [--every 4]

Good readings are those of held-out pictures; wrong ones are the same points laid elsewhere by up to their own size.
DOUBTFUL belongs where 2 of 100 good pictures have less. The last line is JSON.
"""

import argparse
import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vultus.analysis import choose, doubt
from vultus.analysis.own_view import around
from vultus.analysis.reader import Reader
from vultus.train.faces import split, teacher
from vultus.train.faces.measures import errors
from vultus.train.faces.readings import in_folder

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

OFF = 0.25  # of the view's side: how far wrong readings lie at most, and by how much they are too large or too small
QUANTILES = (0.02, 0.05, 0.1, 0.5, 0.9)


def wrong(points: Floats, rng: np.random.Generator) -> Floats:
    """The points of a face somewhere near it, in another size."""
    view = around(points)
    middle = points.mean(0)
    shift = np.append(rng.uniform(OFF / 2, OFF, 2) * rng.choice([-1, 1], 2) * view.side, 0)
    return np.asarray(middle + (points - middle) * np.exp(rng.normal(0, OFF)) + shift, np.float32)


def figures(faces: list[teacher.Face], reader: Reader) -> dict[str, object]:
    """Confidence of good and wrong readings; how the former goes with their true errors."""
    rng = np.random.default_rng(0)
    good, bad, error = [], [], []
    for face in faces:
        picture = face.picture()
        found = reader.faces(picture)
        if not found:
            continue
        points = min((one.points for one in found), key=lambda points: float(np.abs(points - face.points).mean()))
        good.append(doubt.confidence(picture, points, reader))
        bad.append(doubt.confidence(picture, wrong(face.points, rng), reader))
        error.append(errors(points[None], face.points[None])["all"])
    ranks = [np.argsort(np.argsort(values)).astype(np.float64) for values in (good, error)]
    return {
        "pictures": len(faces),
        "read": len(good),
        "good": {str(at): round(float(np.quantile(good, at)), 3) for at in QUANTILES},
        "wrong": {str(at): round(float(np.quantile(bad, at)), 3) for at in QUANTILES},
        "rank correlation with the error": round(float(np.corrcoef(ranks[0], ranks[1])[0, 1]), 3),
        "wrong ones believed, %": round(100 * float(np.mean(np.array(bad) >= doubt.DOUBTFUL)), 1),
        "good ones doubted, %": round(100 * float(np.mean(np.array(good) < doubt.DOUBTFUL)), 1),
    }


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description="Can the confidence of a reading be believed?")
    parser.add_argument("--networks", type=Path, help="a folder of find/find.onnx and so on, instead of the package's")
    parser.add_argument("--reader", choices=tuple(choose.READERS), default="own")
    parser.add_argument("--every", type=int, default=4, help="look at every n-th held-out picture")
    options = parser.parse_args()
    reader = choose.reader(options.reader) if options.networks is None else in_folder(options.networks)
    held = [face for face in teacher.faces() if face.part == split.HELD_OUT][:: options.every]
    print(json.dumps(figures(held, reader)))


if __name__ == "__main__":
    main()
