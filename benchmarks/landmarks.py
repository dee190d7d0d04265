"""Are the points where they were commanded? Draw single expressions and head turns, find the points again.

    python benchmarks/landmarks.py [picture ...]

The error is the mean distance between commanded and found points over the distance of the outer eye corners,
in percent; the figure of a motion is the median over the pictures. The finder's own error, on frames where
nothing was commanded, stands beside it. Last line: JSON.
"""

import argparse
import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vultus import analysis, render
from vultus.analysis import choose
from vultus.face import EXPRESSIONS, channel
from vultus.media.picture import read_picture
from vultus.portrait import Portrait
from vultus.render.place import place
from vultus.topology import OUTER_CORNERS, SKIN

SHARED = Path(__file__).parents[2] / "shared"
AMOUNT = 0.7
TURN = np.deg2rad(15)
UNSEEN = {"tongueOut", "cheekPuff"}  # no points to find them by

Floats = NDArray[np.float32]


def faces(picture: NDArray[np.uint8]) -> list[Floats]:
    """The points of every face, as the default reader finds them."""
    return [face.points for face in choose.reader().faces(picture)]


def motions() -> dict[str, dict[str, float]]:
    singles = {name: {name: AMOUNT} for name in EXPRESSIONS if name not in UNSEEN}
    turns = {
        f"{name}{sign:+d}": {name: sign * TURN} for name in ("headYaw", "headPitch", "headRoll") for sign in (-1, 1)
    }
    return {"nothing": {}, **singles, **turns}


def errors(portrait: Portrait, size: int = 512) -> dict[str, float]:
    """Percent of the eye distance, a motion; NaN where no face was found again."""
    scene = render.init(portrait, size)
    found = {}
    for name, settings in motions().items():
        row = portrait.rest.copy()
        for setting, value in settings.items():
            row[channel(setting)] = value + (row[channel(setting)] if setting.startswith("head") else 0)
        placed, _ = place(scene.home, row)
        again = faces(render.draw(scene, row))
        if not again:
            found[name] = float("nan")
            continue
        eyes = float(np.linalg.norm(placed[OUTER_CORNERS[0]] - placed[OUTER_CORNERS[1]]))
        away = np.linalg.norm(again[0][:SKIN, :2] - placed[:SKIN], axis=1)
        found[name] = 100 * float(away.mean()) / eyes
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pictures", nargs="*", type=Path)
    pictures = parser.parse_args().pictures or sorted((SHARED / "portraits").glob("*.jpg"))
    table = []
    for path in pictures:
        table.append(errors(analysis.prepare(read_picture(path))))
        worst = max(table[-1], key=lambda name: table[-1][name])
        print(f"{path.name:32s} worst {worst} {table[-1][worst]:.2f} %")
    medians = {name: float(np.nanmedian([row[name] for row in table])) for name in table[0]}
    for name, value in sorted(medians.items(), key=lambda item: -item[1]):
        print(f"{name:24s} {value:5.2f} %")
    commanded = [value for name, value in medians.items() if name != "nothing"]
    lost = sum(bool(np.isnan(value)) for row in table for value in row.values())
    print(
        json.dumps(
            {
                "pictures": len(table),
                "median_percent": round(float(np.median(commanded)), 3),
                "worst_motion_percent": round(max(commanded), 3),
                "nothing_percent": round(medians["nothing"], 3),
                "faces_lost": lost,
            }
        )
    )


if __name__ == "__main__":
    main()
