"""Virtual individuals: our renderer shows people mixed of two and built otherwise, with any expression.

The labels are exact by construction, since the same mesh places the pixels and the points.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from vultus.analysis import mediapipe_models
from vultus.analysis.crop import crop
from vultus.analysis.matte import harden, refine
from vultus.analysis.prepare import assemble
from vultus.analysis.retarget import retarget
from vultus.face import D, E, face_model
from vultus.portrait import Portrait
from vultus.render import scene
from vultus.render.eyes import Ball, ball
from vultus.render.grid import Grid
from vultus.render.mouth import inside
from vultus.render.place import Home, gaze_shift, head, place, shape
from vultus.topology import IRISES, OVAL, SKIN
from vultus.train.faces import identity
from vultus.train.faces.backgrounds import made

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

SIZE = 256  # pixels of a drawn frame
OF_THE_OTHER = 0.6  # most of the other's build and of the other's skin


def portrait_of(picture: Bytes, points: Floats) -> Portrait:  # [H, W, 3], [478, 3]
    """What the analysis makes of a picture whose points are known."""
    cut = crop(picture, points)
    rough = mediapipe_models.person(cut.texture)
    oval = np.zeros(rough.shape, np.uint8)
    cv2.fillPoly(oval, [np.rint(cut.points[list(OVAL), :2]).astype(np.int32)], 1)
    return assemble(cut, harden(refine(np.maximum(rough, oval.astype(np.float32)), cut.texture)))


@dataclass(frozen=True)
class Individual:
    """Somebody who does not exist, ready to be drawn."""

    stage: scene.Scene
    irises: tuple[Doubles, Doubles]  # [5, 2] frame pixels of the picture, where the iris's points are in it


def individual(one: Portrait, other: Portrait, rng: np.random.Generator) -> Individual:
    """The first, with some of the other's skin and build, and a build that is nobody's."""
    skin, build = rng.uniform(0, OF_THE_OTHER, 2)
    stage = scene.init(_mixed(one, other, float(skin), bool(rng.random() < 0.5)), SIZE)
    mixed = one.shape + np.float32(build) * (other.shape - one.shape) + identity.another(rng)
    mixed = mixed.astype(np.float32)
    changed = replace(one, shape=mixed, basis=retarget(face_model(), mixed))
    home = replace(stage.home, portrait=changed)
    eyes = (_eye(stage.eyes[0], 0, home), _eye(stage.eyes[1], 1, home))
    left, right = (head(home.camera, one.shape[list(ring)].astype(np.float64), one.rest)[0] for ring in IRISES)
    mouth = inside(changed, shape(changed, one.rest))
    moved = replace(stage, home=home, eyes=eyes, mouth=mouth)
    return Individual(moved, (left, right))


def _mixed(one: Portrait, other: Portrait, share: float, whole: bool) -> Portrait:
    """The first with the other's texture laid over in the mesh's own space: the whole head, or the face."""
    x, y, side = one.frame
    own = scene.init(one, side)
    laid = scene.draw(replace(scene.init(other, side), home=own.home), one.rest)
    face = np.zeros((side, side), np.uint8)
    placed, _ = place(own.home, one.rest)
    cv2.fillPoly(face, [np.rint(placed[list(OVAL)]).astype(np.int32)], 255)
    soft = np.maximum(cv2.blur(face, (15, 15)) * (face / 255), 255 * whole) / 255 * share
    fore = one.fore.copy()
    under = fore[y : y + side, x : x + side, :3]
    fore[y : y + side, x : x + side, :3] = np.rint(under + soft[..., None] * (laid.astype(np.float32) - under))
    return replace(one, fore=fore)


def _eye(made_of: Ball, side: int, changed: Home) -> Ball:
    """The first's eyeball, carried by the corners of the changed build's eye."""
    return replace(made_of, anchors=ball(changed.portrait.eyes[side], side, changed, Grid(0, 0, 1)).anchors)


def drawn(who: Individual, row: Floats, plate: Bytes) -> tuple[Bytes, Floats]:  # -> [SIZE, SIZE, 3], [478, 3]
    """One frame and its points in pixels, depth as FaceMesh gives it: away from the camera."""
    stage = scene.before(who.stage, plate)
    frame = scene.draw(stage, row)
    home = stage.home
    placed, depth = place(home, row)
    _, iris_depth = head(home.camera, home.portrait.shape[SKIN:].astype(np.float64), row)
    irises = [_iris(stage.eyes[side], who.irises[side], home, row) for side in (0, 1)]
    flat = np.concatenate([placed[:SKIN], *irises])
    unit = home.camera.focal / (home.camera.distance * np.exp(float(row[-1])))  # pixels a face unit
    away = -np.concatenate([depth[:SKIN], iris_depth]) * unit
    return frame, np.column_stack([flat, away]).astype(np.float32)


def _iris(eye: Ball, points: Doubles, home: Home, row: Floats) -> Doubles:  # [5, 2] -> [5, 2]
    """Where the iris's points have gone: on the ball by the gaze, with the ball by the head."""
    middle = eye.anchors[:2].mean(0)
    there = np.stack([middle, middle + gaze_shift(home.portrait, row, eye.radius)])
    rest, _ = head(home.camera, there, home.portrait.rest)
    now, _ = head(home.camera, eye.anchors, row)
    forth = np.linalg.solve(np.column_stack([eye.at_rest, np.ones(3)]), now).T  # [2, 3]
    moved = points + rest[1] - rest[0]
    return np.asarray(moved @ forth[:, :2].T + forth[:, 2])


def random_row(rest: Floats, talked: Floats, rng: np.random.Generator) -> Floats:  # [D], [N, D] -> [D]
    """What a face may do: a row that somebody did or a few weights at random; lids, gaze and head at random."""
    row = np.zeros(D, np.float32)
    if rng.random() < 0.6:
        row[:E] = talked[int(rng.integers(len(talked))), :E]
    else:
        chosen = rng.choice(E, int(rng.integers(1, 7)), replace=False)
        row[chosen] = rng.beta(1.2, 1.5, len(chosen))
    if rng.random() < 0.2:  # both lids, on their way or shut
        row[[0, 3]] = min(1.0, 1.6 * float(rng.random()))
    row[44:46] = rng.normal(0, (0.2, 0.12)).astype(np.float32)
    row[44] += np.float32(np.copysign(0.05, row[44]))  # so that the eyeballs are drawn, and not the picture's own eye
    turn = np.clip(rng.normal(0, (8, 12, 6)), (-18, -25, -20), (18, 25, 20))
    row[46:49] = rest[46:49] + np.radians(turn).astype(np.float32)
    row[49:51] = rng.normal(0, 0.1, 2)
    row[51] = rng.normal(0, 0.1)
    return row


def plate(portrait: Portrait, others: list[Bytes], rng: np.random.Generator) -> Bytes:  # -> [SIZE, SIZE, 3]
    """What stands behind: something made, another picture's surroundings out of focus, or its own."""
    if rng.random() < 0.5:
        return made(SIZE, rng)
    picture = portrait.plate if rng.random() < 0.5 else others[int(rng.integers(len(others)))]
    grown = cv2.resize(picture, (SIZE, SIZE), interpolation=cv2.INTER_LINEAR)
    return np.asarray(grown, np.uint8)
