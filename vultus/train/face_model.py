"""Make `trained/face_model.safetensors`: `python -m vultus.train.face_model`.

    mean   [478, 3]      a neutral face: lips closed, eyes open, left and right alike
    basis  [44, 478, 3]  what each expression weight adds to it

Face units; the origin is the midpoint between the outer eye corners (points 33 and 263) in x, y and z, so
the nose has z > 0 and the ears z < 0. The mean is that of pictures whose points are known, its depth that of
FaceMesh; zero pitch is the middle of how people hold their heads in pictures.
"""

import csv
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from vultus.analysis import fit
from vultus.analysis.rest import LIP_PAIRS
from vultus.face import EXPRESSIONS, POINTS, FaceModel
from vultus.pose import angles, rigid_fit
from vultus.topology import (
    LID_CREASES,
    LOWER_LIDS,
    LOWER_LIP,
    OUTER_LOWER_LIP,
    OUTER_UPPER_LIP,
    STABLE,
    UPPER_LIDS,
    UPPER_LIP,
)

from . import explain, facekit, refine, ships, tracked

Array = NDArray[np.float64]

SHARED = Path(__file__).parents[2].parent / "shared"
TO_FACE_AXES = np.array([1.0, -1.0, -1.0])  # pixels: y down, z away from the camera
LIP_GAP = 0.001  # of the mean: closed, and still the right way round
KEEPS_LIPS = (  # weights that move the lips together
    "jawForward", "jawLeft", "jawRight", "mouthLeft", "mouthRight", "mouthSmileLeft", "mouthSmileRight",
    "mouthFrownLeft", "mouthFrownRight", "mouthDimpleLeft", "mouthDimpleRight",
    "mouthStretchLeft", "mouthStretchRight", "mouthShrugUpper", "mouthShrugLower", "mouthPucker",
    "mouthRollUpper", "mouthRollLower",
    "mouthPressLeft", "mouthPressRight", "cheekPuff", "cheekSquintLeft", "cheekSquintRight",
    "noseSneerLeft", "noseSneerRight",
)  # fmt: skip
UPRIGHT, DEEP = np.array([0.0, 1.0, 0.0]), np.array([0.0, 0.0, 1.0])
ROUNDINGS = 5  # passes of a three-point mean along each lip
LOPSIDED = 0.2  # face units: a point farther from its twin's mirror image has none
FRONTAL = 0.15  # radians: pictures turned further do not enter the mean


def _unit(shape: Array) -> Array:  # [478, 3]
    """The same shape with its outer eye corners 1 apart and their midpoint at the origin."""
    size = float(np.linalg.norm(shape[33] - shape[263]))
    return np.asarray((shape - (shape[33] + shape[263]) / 2) / size)


def picture_shapes(folder: Path = SHARED / "faces") -> Array:  # [N, 478, 3]
    """The points of every picture that the teacher is sure of, in our axes, pixels."""
    stored = np.load(folder / "teacher_points.npz")
    with open(folder / "index.csv", newline="") as lines:
        doubt = {row["file"]: float(row["flip_err"]) for row in csv.DictReader(lines)}
    sure = np.array([doubt[str(name)] < 0.02 for name in stored["files"]])
    return np.asarray(stored["points"][sure] * TO_FACE_AXES, np.float64)


def align(shapes: Array, template: Array) -> Array:  # [N, 478, 3], [478, 3] -> [N, 478, 3]
    """Every shape laid on the template by the points that expressions move least."""
    stable, weights = list(STABLE), np.ones(len(STABLE))
    fits = [rigid_fit(shape[stable], template[stable], weights) for shape in shapes]
    return np.stack([s * shape @ r.T + t for shape, (s, r, t) in zip(shapes, fits, strict=True)])


def _is_neutral(aligned: Array) -> NDArray[np.bool_]:  # [N, 478, 3] -> [N]
    """Lips closed, and the corners of the mouth no higher than in half of the pictures."""
    gap = aligned[:, 13, 1] - aligned[:, 14, 1]
    lift = aligned[:, [61, 291], 1].mean(1) - aligned[:, [13, 14], 1].mean(1)
    return np.asarray((gap < 0.01) & (lift < np.median(lift)))


def mirror_of(shape: Array) -> NDArray[np.int64]:  # [478, 3] -> [478]
    """For each point the number of its twin on the other side of the face."""
    there = shape * [-1.0, 1.0, 1.0]
    cost = ((shape[:, None] - there[None]) ** 2).sum(2)
    twin = np.asarray(linear_sum_assignment(cost)[1])
    if (twin[twin] != np.arange(POINTS)).any() or cost[twin, np.arange(POINTS)].max() > LOPSIDED**2:
        raise ValueError("the face is too lopsided to tell which point mirrors which")
    return twin


def _mirrored_name(name: str) -> str:
    if name.endswith("Left"):
        return name[:-4] + "Right"
    return name[:-5] + "Left" if name.endswith("Right") else name


SWAP = np.array([EXPRESSIONS.index(_mirrored_name(name)) for name in EXPRESSIONS])  # [E]


def mirrored(basis: Array, twin: NDArray[np.int64]) -> Array:  # [E, 478, 3], [478]
    """What the basis would be had it been made from mirrored faces."""
    return np.asarray(basis[SWAP][:, twin] * [-1.0, 1.0, 1.0])


def _close(shape: Array, pairs: Iterable[tuple[int, int]], gap: float) -> Array:
    """The shape with each (upper, lower) pair brought to its own middle, `gap` apart."""
    closed = shape.copy()
    for upper, lower in pairs:
        closed[[upper, lower]] = (shape[upper] + shape[lower]) / 2
        closed[[upper, lower], 1] += [gap / 2, -gap / 2]
    return closed


def mean_face(shapes: Array) -> tuple[Array, NDArray[np.int64]]:  # [N, 478, 3] -> [478, 3], [478]
    """The neutral mean of many faces, made symmetric, and its mirror permutation."""
    sizes = np.linalg.norm(shapes[:, 33] - shapes[:, 263], axis=1)
    mean = _unit(np.median(shapes / sizes[:, None, None], axis=0))
    for _ in range(4):
        aligned = align(shapes, mean)
        mean = _unit(np.median(aligned, axis=0))
    stable, weights = list(STABLE), np.ones(len(STABLE))
    turns = np.array([angles(rigid_fit(mean[stable], shape[stable], weights)[1]) for shape in shapes])
    frontal = (np.abs(turns) < FRONTAL).all(axis=1)
    mean = _unit(np.mean(aligned[frontal & _is_neutral(aligned)], axis=0))
    twin = mirror_of(mean)
    mean = _unit((mean + mean[twin] * [-1.0, 1.0, 1.0]) / 2)
    return _unit(_close(mean, LIP_PAIRS, LIP_GAP)), twin


def _spread(basis: Array, index: int, where: dict[int, Array], mean: Array, reach: float, group: Array) -> None:
    """Add to one weight the corrections `where` {point: [3]}, and their fading share to `group` around."""
    points = np.array(list(where))
    pulls = np.stack(list(where.values()))
    distance = np.linalg.norm(mean[group, None] - mean[points][None], axis=2)  # [G, P]
    nearest = distance.argmin(axis=1)
    fade = np.exp(-((distance.min(axis=1) / reach) ** 2))
    basis[index, group] += fade[:, None] * pulls[nearest]


def _index(name: str) -> int:
    return EXPRESSIONS.index(name)


def settle(basis: Array, mean: Array) -> Array:  # [E, 478, 3], [478, 3] -> [E, 478, 3]
    """The basis, made to keep the rules, exactly, on the mean face.

    An eye's weights end at the nose. Weights in `KEEPS_LIPS` do not part the lips; jawOpen and mouthClose
    together bring them back to meet; eyeBlink brings the upper lid down to where the lower lid lies. Lips
    share a correction and take their skin with them; the upper lid takes the fold above it.
    """
    settled = basis.copy()
    for index, name in enumerate(EXPRESSIONS):
        if name.startswith("eye"):
            settled[index] *= _own_side(mean, name)[:, None]
    _round(settled, "mouthFunnel")
    for name in KEEPS_LIPS:
        _seal(settled, name, basis[_index(name)], mean, UPRIGHT)
    _seal(settled, "mouthClose", basis[_index("jawOpen")] + basis[_index("mouthClose")], mean, UPRIGHT + DEEP)
    for name, eye in (("eyeBlinkRight", 0), ("eyeBlinkLeft", 1)):  # the person's right eye is at the picture's left
        _shut(settled, name, eye, mean)
    return settled


def _own_side(mean: Array, name: str) -> Array:  # -> [478]
    """1 on the side that the name tells, 0 on the other, fading across the bridge of the nose."""
    side = 1.0 if name.endswith("Left") else -1.0  # the person's left is the picture's right
    return np.asarray(np.clip(0.5 + side * mean[:, 0] / 0.2, 0, 1))


def _seal(basis: Array, name: str, moved: Array, mean: Array, along: Array) -> None:
    """Correct one weight so that `moved` no longer changes how far the inner lips are apart along some axes."""
    for lip, sign in ((facekit.SKIN_ABOVE, -0.5), (facekit.SKIN_BELOW, 0.5)):
        pulls = {pair[0 if sign < 0 else 1]: sign * (moved[pair[0]] - moved[pair[1]]) * along for pair in LIP_PAIRS}
        _spread(basis, _index(name), pulls, mean, 0.06, np.array(lip))


def _round(basis: Array, name: str) -> None:
    """Even out a weight along the lips: carried over point by point, a funnel would open as a diamond."""
    for curve in (OUTER_UPPER_LIP, UPPER_LIP, LOWER_LIP, OUTER_LOWER_LIP):
        moves = basis[_index(name), list(curve)]
        for _ in range(ROUNDINGS):
            moves[1:-1] = (moves[:-2] + 2 * moves[1:-1] + moves[2:]) / 4
        basis[_index(name), list(curve)] = moves


def _shut(basis: Array, name: str, eye: int, mean: Array) -> None:
    """Correct a blink so that the upper lid comes to lie on the curve of the lower one."""
    shut = mean + basis[_index(name)]
    curve = np.array(LOWER_LIDS[eye])
    pulls = {}
    for point in UPPER_LIDS[eye][1:-1]:
        y, z = (np.interp(shut[point, 0], shut[curve, 0], shut[curve, axis]) for axis in (1, 2))
        pulls[point] = np.array([0.0, y - shut[point, 1], z - shut[point, 2]])
    _spread(basis, _index(name), pulls, mean, 0.05, np.array([*UPPER_LIDS[eye][1:-1], *LID_CREASES[eye]]))


def training_motion(model: FaceModel) -> Array:  # -> [N, 478, 3]
    """Displacements from people's own neutral faces, in head frames: the clips that are not held out."""
    pieces = []
    for clip in tracked.clips():
        if not tracked.is_tracked(clip) or tracked.held_out(clip):
            continue
        track = tracked.read_points(clip)
        shapes, _ = fit.unposed_clip(track.points[track.found], model)
        every = 15 if clip.startswith("grid_s1") else 2  # one man's 45 minutes against many people's 5
        pieces.append((shapes - fit.own_neutral(shapes, model))[::every])
    return np.concatenate(pieces)


def main() -> None:
    """Train, report what the model explains before and after, and put the file into the package."""
    from safetensors.numpy import save

    mean, twin = mean_face(picture_shapes())
    prior = facekit.carry(facekit.read(), mean)
    prior = (prior + mirrored(prior, twin)) / 2
    prior[:, 468:] = 0
    first = _model(mean, settle(prior, mean))
    print("carried over, held out:", _figures(first))
    basis = refine.refine(training_motion(first), mean, prior, lambda b: mirrored(b, twin), lambda b: settle(b, mean))
    final = _model(mean, basis)
    print("refined, held out:     ", _figures(final))
    print("wrote", ships.ship("face_model.safetensors", save({"mean": final.mean, "basis": final.basis})))


def _model(mean: Array, basis: Array) -> FaceModel:
    return FaceModel(mean.astype(np.float32), basis.astype(np.float32))


def _figures(model: FaceModel) -> str:
    return "  ".join(f"{group} {value:.3f}" for group, value in explain.held_out_shares(model).items())


if __name__ == "__main__":
    main()
