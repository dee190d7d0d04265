"""How well are rendered heads read whose points are known exactly, by how far they are turned?

    python -m vultus.train.faces.evaluate_heads [--networks runs/faces] [--heads 180]

Heads of builds, skins and lights that were never trained on; skins are those of held-out pictures, or made up.
Errors as in `evaluate`, from views as far off as a finder's; of all points, and of those in sight. Turns are those
of `fit.head_pose`. The last line is JSON.
"""

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vultus.analysis import choose, fit
from vultus.analysis.own_reader import Own
from vultus.analysis.own_view import around
from vultus.analysis.reader import Reader
from vultus.face import D, face_model
from vultus.pose import angles
from vultus.topology import OUTER_CORNERS
from vultus.train.faces import data, fasten, rendered, split, teacher, virtual
from vultus.train.faces.backgrounds import made
from vultus.train.faces.evaluate import off
from vultus.train.faces.measures import LIPS
from vultus.train.faces.readings import in_folder

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

BANDS = ((0, 20), (20, 40), (40, 60))  # degrees of yaw


@dataclass(frozen=True)
class Read:
    """What became of one head."""

    turn: Floats  # [3] pitch, yaw, roll in degrees, as rendered
    told: Doubles  # [2, 3] as `fit` tells it from the exact points, and from the points that were read
    away: Floats  # [478] over the eye distance seen from the front, per cent
    seen: Floats  # [478]


def heads(count: int) -> list[rendered.Rendered]:
    """Always the same heads, nobody of them trained on."""
    rng = np.random.default_rng([9, split.HELD_OUT])
    faces = [face for face in teacher.faces() if face.part == split.HELD_OUT and face.doubt < data.SURE]
    rows = data.talked()
    kept = []
    for _ in range(count):
        face = faces[int(rng.integers(len(faces)))]
        skin = (face.picture(), face.points) if rng.random() < data.OF_PICTURES else None
        row = virtual.random_row(np.zeros(D, np.float32), rows, rng)
        behind = made(rendered.SIZE, rng)
        kept.append(rendered.render(row, rendered.turn(rng), skin, behind, fasten.as_taught(), rng))
    return kept


def read(head: rendered.Rendered, reader: Own, rng: np.random.Generator) -> Read:
    """One head as our networks read it."""
    points = reader.look(head.picture, off(around(head.points), rng), 2).points
    model = face_model()
    poses = [angles(fit.head_pose(each.astype(np.float64), model)[1]) for each in (head.points, points)]
    ends = head.points[list(OUTER_CORNERS)]
    apart = float(np.linalg.norm(ends[0] - ends[1]))  # with its depth: the same however far the head is turned
    away = np.linalg.norm((points - head.points)[:, :2], axis=1) / apart * 100
    return Read(np.degrees(head.turn), np.degrees(np.array(poses)), away.astype(np.float32), head.seen)


def figures(found: list[Read]) -> dict[str, dict[str, float]]:
    """Errors and how much of a turn is told, by bands of yaw."""
    told = {}
    for low, high in BANDS:
        own = [one for one in found if low <= abs(one.turn[1]) < high]
        in_sight = [one.away[one.seen > 0.5].mean() for one in own]
        told[f"yaw {low} to {high} ({len(own)})"] = {
            "all": float(np.mean([one.away.mean() for one in own])),
            "in sight": float(np.mean(in_sight)),
            "lips": float(np.mean([one.away[list(LIPS)].mean() for one in own])),
            "pitch told": _slope([(one.told[0, 0], one.told[1, 0]) for one in own]),
            "yaw told": _slope([(one.told[0, 1], one.told[1, 1]) for one in own]),
            "degrees": float(np.mean([np.abs(one.told[0] - one.told[1])[:2].mean() for one in own])),
        }
    return told


def _slope(pairs: list[tuple[float, float]]) -> float:
    """How much of a turn is found again: 1 is all of it."""
    true, said = np.array(pairs).T
    return float(((true - true.mean()) * (said - said.mean())).sum() / ((true - true.mean()) ** 2).sum())


def own(networks: Path | None) -> Own:
    """Our reader, of the package or of a folder."""
    reader: Reader = choose.reader("own") if networks is None else in_folder(networks)
    assert isinstance(reader, Own)
    return reader


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="How well are rendered heads read?")
    parser.add_argument("--networks", type=Path, help="a folder of find/find.onnx and so on, instead of the package's")
    parser.add_argument("--heads", type=int, default=180)
    options = parser.parse_args()
    reader, rng = own(options.networks), np.random.default_rng(0)
    told = figures([read(head, reader, rng) for head in heads(options.heads)])
    for band, each in told.items():
        print(f"{band:20s}" + "  ".join(f"{name} {value:.2f}" for name, value in each.items()))
    print(json.dumps({band: {name: round(value, 3) for name, value in each.items()} for band, each in told.items()}))


if __name__ == "__main__":
    main()
