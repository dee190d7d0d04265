"""How well do our own networks read faces? On pictures, styles and people never trained on.

    python -m vultus.train.faces.evaluate --read read.onnx --mouth mouth.onnx --eye eye.onnx

Errors are distances in the picture from the teacher's points over that of the outer eye corners, per cent. Every
face is read from a view that is off by as much as a finder is (`OFF`), and the teacher's own repeatability beside
it: how far its points move when the picture is cut a little differently. The last line is JSON.
"""

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vultus.analysis import fit, mediapipe_models, own_detail, own_read
from vultus.analysis.own_view import View, around
from vultus.analysis.rest import lid_gaps
from vultus.clock import now
from vultus.face import ROTATION, face_model
from vultus.train import tracked
from vultus.train.faces import evaluate_find, split, teacher
from vultus.train.faces.measures import errors

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Reader = Callable[[Bytes, View], Floats | None]

OFF = (0.06, 0.08, 6.0)  # standard deviations: shift over side, log of size, degrees
CUT = 0.08  # of the side: how much is cut from each edge at most to see whether the teacher says the same
BARS = {"all": 3.0, "lips": 2.5, "iris": 2.0}
PAINTED_BAR = 4.5
BLINK = 0.5  # of the usual opening of the eyes: less is a blink
NEAR = 3  # frames by which two blinks may differ and be the same


def off(view: View, rng: np.random.Generator) -> View:
    """The view as a finder might have told it."""
    shift, size, turn = OFF
    x, y = rng.normal(0, shift * view.side, 2)
    return View(
        view.x + float(x), view.y + float(y), view.side * float(np.exp(rng.normal(0, size))),
        view.roll + float(np.radians(rng.normal(0, turn))),
    )  # fmt: skip


@dataclass(frozen=True)
class Looks:
    """The networks that say points; without `closer` those of mouth and eye are left out."""

    whole: own_read.Network
    closer: tuple[own_read.Network, own_read.Network] | None  # mouth, eye

    def read(self, picture: Bytes, view: View, passes: int) -> Floats:  # -> [478, 3]
        """The points of the face that a view shows."""
        points = own_read.read(picture, view, self.whole, passes).points
        return points if self.closer is None else own_detail.closer(picture, points, *self.closer)


def ours(looks: Looks, passes: int = own_read.PASSES) -> Reader:
    """Our networks as a reader."""
    return lambda picture, view: looks.read(picture, view, passes)


def loaded(path: Path) -> own_read.Network:
    """A network that is not part of the package, on one thread."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(path.read_bytes(), options, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    return lambda inputs: dict(zip(names, session.run(names, inputs), strict=True))


def again(picture: Bytes, view: View, rng: np.random.Generator) -> Floats | None:
    """The teacher once more, on the picture cut a little differently."""
    height, width = picture.shape[:2]
    top, left = (int(v) for v in rng.uniform(0, CUT, 2) * min(height, width))
    bottom, right = (int(v) for v in rng.uniform(0, CUT, 2) * min(height, width))
    found = mediapipe_models.faces(np.ascontiguousarray(picture[top : height - bottom, left : width - right]))
    moved = [points + np.array([left, top, 0], np.float32) for points in found]
    there = np.array([view.x, view.y])
    return min(moved, key=lambda points: float(np.linalg.norm(points[:, :2].mean(0) - there)), default=None)


def point_errors(faces: list[teacher.Face], reader: Reader) -> dict[str, float]:
    """Mean errors of a reader over pictures; a face that is not read counts under `missed`."""
    rng = np.random.default_rng(0)
    found, true = [], []
    for face in faces:
        points = reader(face.picture(), off(around(face.points), rng))
        if points is not None:
            found.append(points)
            true.append(face.points)
    return {**errors(np.stack(found), np.stack(true)), "missed": float(len(faces) - len(found))}


def groups() -> dict[str, list[teacher.Face]]:
    """The held-out pictures, and those of their kinds; `sure` are those that the teacher itself is sure of."""
    held = [face for face in teacher.faces() if face.part == split.HELD_OUT]
    return {
        "held out": held,
        "held out, sure": [face for face in held if face.doubt < 0.015],
        "paintings and drawings": [face for face in held if face.kind in ("painting", "drawing")],
        "held-out style": [face for face in teacher.faces() if face.part == split.HELD_OUT_STYLE],
    }


def portraits() -> list[teacher.Face]:
    """The test portraits, with the teacher's points found now."""
    found = []
    for path in sorted((teacher.SHARED / "portraits").glob("*.jpg")):
        points = mediapipe_models.faces(teacher.read_picture(path))
        found += [teacher.Face(f"../portraits/{path.name}", "portrait", 0.0, points[0])] if points else []
    return found


def followed(film: list[Bytes], first: View, looks: Looks) -> Floats:  # -> [T, 478, 3]
    """Every frame read once, from where the face was in the frame before."""
    view, points = first, []
    for index, picture in enumerate(film):
        one = looks.read(picture, view, own_read.PASSES if index == 0 else 1)
        points.append(one)
        view = around(one)
    return np.stack(points)


def _openings(shapes: Doubles) -> tuple[Doubles, Doubles]:  # [T, 478, 3] -> lips [T], lids [T]
    return np.asarray(tracked.aperture(shapes), np.float64), lid_gaps(shapes).mean(1)


def blinks(opening: Doubles) -> list[int]:
    """The frames in which a blink is deepest."""
    low = opening < BLINK * np.median(opening)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], low.astype(int), [0]])))
    return [int(start + np.argmin(opening[start:stop])) for start, stop in edges.reshape(-1, 2)]


def track_figures(found: Floats, true: Floats) -> dict[str, float]:  # [T, 478, 3] twice
    """Correlation of the lips' opening, blinks hit and not, mean error of the head's angles in degrees."""
    model = face_model()
    ours_, theirs = (fit.unposed_clip(points.astype(np.float64), model)[0] for points in (found, true))
    (lips, lids), (lips_true, lids_true) = _openings(ours_), _openings(theirs)
    angles = [fit.track(points.astype(np.float64), model)[:, ROTATION] for points in (found, true)]
    seen, wanted = blinks(lids), blinks(lids_true)
    hit = sum(any(abs(one - other) <= NEAR for other in wanted) for one in seen)
    return {
        "r": float(np.corrcoef(lips, lips_true)[0, 1]),
        "blinks": float(len(wanted)),
        "blinks found": float(len(seen)),
        "blinks right": float(hit),
        "degrees": float(np.degrees(np.abs(angles[0] - angles[1])).mean()),
    }


def films(looks: Looks) -> dict[str, dict[str, float]]:
    """Figures of every held-out film whose clip is certain."""
    told = {}
    for film in teacher.films():
        names = teacher.clips_of(film)
        if len(names) == 1 and split.clip(names[0]) == split.HELD_OUT:
            true = tracked.read_points(names[0]).points
            pictures = teacher.frames(film)[: len(true)]
            found = followed(pictures, around(true[0]), looks)
            told[names[0]] = {**track_figures(found, true[: len(found)]), **errors(found, true[: len(found)])}
    return told


def _f1(figures: list[dict[str, float]]) -> float:
    right, wanted, found = (sum(one[name] for one in figures) for name in ("blinks right", "blinks", "blinks found"))
    return 2 * right / max(wanted + found, 1)


def _line(name: str, figures: dict[str, float]) -> None:
    print(f"{name:32s}" + "  ".join(f"{key} {value:.2f}" for key, value in figures.items()), flush=True)


def _finding(finder: evaluate_find.Finder, name: str) -> dict[str, dict[str, float]]:
    """What a finder finds of every fourth held-out picture, and what it takes for a face."""
    told = {
        name: evaluate_find.finding(groups()["held out"][::4], finder),
        f"{name}, wrongly": {"of 100 pictures": evaluate_find.false_alarms(finder)},
    }
    for line, figures in told.items():
        _line(line, figures)
    return told


def milliseconds(looks: Looks) -> float:
    """Processor time of one look."""
    picture = np.zeros((512, 512, 3), np.uint8)
    view = View(256, 256, 300, 0.1)
    looks.read(picture, view, 1)
    began = now()
    for _ in range(20):
        looks.read(picture, view, 1)
    return (now() - began) / 20 * 1000


def _looks(options: argparse.Namespace) -> Looks:
    if options.read is None:
        return Looks(own_read.shipped(), (own_detail.shipped(own_detail.MOUTH), own_detail.shipped(own_detail.EYE)))
    closer = (loaded(options.mouth), loaded(options.eye)) if options.mouth and options.eye else None
    return Looks(loaded(options.read), closer)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="How well do our own networks read faces?")
    parser.add_argument("--read", type=Path, help="an ONNX file; by default the one of the package")
    parser.add_argument("--mouth", type=Path, help="an ONNX file of the closer look at the mouth")
    parser.add_argument("--eye", type=Path, help="an ONNX file of the closer look at the eyes")
    parser.add_argument("--find", type=Path, help="an ONNX file of the finder, to measure it too")
    parser.add_argument("--matte", type=Path, help="an ONNX file of the matte, to measure it too")
    parser.add_argument("--teacher", action="store_true", help="the teacher's own repeatability too")
    options = parser.parse_args()
    looks = _looks(options)
    told: dict[str, dict[str, float]] = {}
    rng = np.random.default_rng(1)
    for name, faces in {**groups(), "portraits": portraits()}.items():
        told[f"{name} ({len(faces)})"] = point_errors(faces, ours(looks))
        _line(name, told[f"{name} ({len(faces)})"])
        if options.teacher:
            repeated = point_errors(faces, lambda picture, view: again(picture, view, rng))
            told[f"{name}, the teacher again"] = repeated
            _line(f"{name}, the teacher again", repeated)
    told["one look"] = point_errors(groups()["held out"], ours(looks, 1))
    _line("held out, one look", told["one look"])
    clips = films(looks)
    for name, figures in clips.items():
        _line(name, figures)
    told["films"] = {
        "r": float(np.median([one["r"] for one in clips.values()])),
        "blink F1": _f1(list(clips.values())),
        "degrees": float(np.mean([one["degrees"] for one in clips.values()])),
    }
    if options.find:
        told.update(_finding(evaluate_find.ours(loaded(options.find)), "finds"))
        if options.teacher:
            told.update(_finding(evaluate_find.theirs, "the teacher finds"))
    if options.matte:
        told["mattes"] = evaluate_find.overlaps(groups()["held out"], loaded(options.matte))
        _line("mattes", told["mattes"])
    told["time"] = {"ms a look": milliseconds(looks)}
    print(json.dumps({name: {key: round(value, 3) for key, value in one.items()} for name, one in told.items()}))


if __name__ == "__main__":
    main()
