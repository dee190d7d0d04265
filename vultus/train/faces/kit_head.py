"""The whole head of ICT-FaceKit with our 478 points on it: any build, expression and gaze, before it is coloured.

In face units and axes, laid on our mean face by its landmarks. The kit's eyeballs, which have a cornea and a pupil
of their own, are replaced by plain balls that turn.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from vultus.face import EXPRESSIONS, POINTS, face_model
from vultus.pose import rotation
from vultus.topology import IRISES
from vultus.train import facekit

Array = NDArray[np.float64]
Floats = NDArray[np.float32]
Numbers = NDArray[np.int32]

SKIN = facekit.FACE_VERTICES  # the face; then the rest of the head, and what is inside
PARTS = {
    "face": (0, 9409), "head": (9409, 11248), "mouth": (11248, 13294), "sockets": (13294, 14062),
    "gums": (14062, 17039), "teeth": (17039, 21451),
}  # fmt: skip
DRAWN = 21451  # vertices of the kit that are drawn
BALLS = (21451, 24591)  # left out, and made anew
MODES = 60  # of identity
BALL, IRIS = 1.5, 0.64  # radii in the kit's centimetres
BEHIND = 0.15  # cm from the middle of the kit's eyeball with its cornea to that of the ball
ROUND = 20  # vertices along a meridian of a ball, and half as many as around it


@dataclass(frozen=True)
class Head:
    """A head that does something, in face units; before it is posed."""

    vertices: Array  # [V, 3] of the kit's head, then of the two balls
    points: Array  # [478, 3]
    at_rest: Array  # [V, 3] the mean head without an expression, for colours that stay on the skin


@dataclass(frozen=True)
class _Mould:
    neutral: Array  # [DRAWN, 3] centimetres
    builds: Array  # [MODES, DRAWN, 3]
    moves: Array  # [E, DRAWN, 3]
    eyes: Array  # [2, 3] middles of the balls, picture left first
    eye_builds: Array  # [MODES, 2, 3]
    scale: float
    turn: Array  # [3, 3]
    shift: Array  # [3]


@cache
def _mould() -> _Mould:
    stored = np.load(facekit.KIT)
    names = [str(name) for name in stored["expression_names"]]
    whole = facekit.Kit(
        np.asarray(stored["neutral"][:DRAWN], np.float64),
        dict(zip(names, np.asarray(stored["expressions"][:, :DRAWN], np.float64), strict=True)),
        stored["landmarks68"],
    )
    skin = facekit.read()
    mean = np.asarray(face_model().mean, np.float64)
    scale, turn, shift = facekit.laid(skin, mean)
    balls = np.asarray(stored["neutral"][slice(*BALLS)], np.float64)
    builds = np.asarray(stored["identities"][:MODES], np.float64)
    sides = [balls[:, 0] < 0, balls[:, 0] > 0]
    middles = [(balls[side].min(0) + balls[side].max(0)) / 2 - [0, 0, BEHIND] for side in sides]
    return _Mould(
        whole.neutral,
        builds[:, :DRAWN],
        np.stack([facekit.delta(whole, name) for name in EXPRESSIONS]),
        np.stack(middles),
        np.stack([builds[:, slice(*BALLS)][:, side].mean(1) for side in sides], 1),
        scale,
        turn,
        shift,
    )


@cache
def _ball() -> tuple[Array, Numbers]:
    """A ball of radius 1 that looks along +z: [N, 3], [F, 3]; its first ring is the middle of the iris."""
    down = np.linspace(0, np.pi, ROUND) ** 1.5 / np.pi**0.5  # finer where the iris is
    around = np.linspace(0, 2 * np.pi, 2 * ROUND, endpoint=False)
    ring = np.stack([np.cos(around), np.sin(around), np.zeros_like(around)], 1)
    vertices = np.concatenate([np.sin(t) * ring + [0, 0, np.cos(t)] for t in down])
    count = len(around)
    faces = []
    for row in range(ROUND - 1):
        for column in range(count):
            a, b = row * count + column, row * count + (column + 1) % count
            faces += [(a, a + count, b), (b, a + count, b + count)]
    return vertices, np.array(faces, np.int32)


@cache
def triangles() -> Numbers:  # [F, 3]
    """Of the head and both balls."""
    polygons = np.load(facekit.KIT)["polygons"]
    polygons = polygons[(polygons < DRAWN).all(1)]
    fourth = polygons[polygons[:, 3] >= 0]
    ball, faces = _ball()
    return np.concatenate(
        [polygons[:, :3], fourth[:, [0, 2, 3]], faces + DRAWN, faces + DRAWN + len(ball)]
    ).astype(np.int32)  # fmt: skip


def irises() -> Array:  # [V] 0 in the middle of the iris, 1 at its rim, more beyond it; NaN where no ball is
    """How far each vertex is from where its eye looks."""
    angle = np.arccos(np.clip(_ball()[0][:, 2], -1, 1)) / np.arcsin(IRIS / BALL)
    return np.concatenate([np.full(DRAWN, np.nan), angle, angle])


def head(
    build: Array,  # [MODES] standard deviations
    weights: Floats,  # [E]
    gaze: tuple[float, float],  # yaw, pitch in radians
    shares: Array,  # [478, SKIN] of which vertices each point is made, see `fasten`
) -> Head:
    """The head of such a build that does that."""
    mould = _mould()
    own = mould.neutral + np.tensordot(build, mould.builds, 1)
    moved = own + np.tensordot(weights.astype(np.float64), mould.moves, 1)
    middles = mould.eyes + np.tensordot(build, mould.eye_builds, 1)
    look = rotation(gaze[1], gaze[0], 0.0)
    ball = BALL * _ball()[0] @ look.T
    rims = _rims() @ look.T
    points = np.zeros((POINTS, 3))
    points[: POINTS - 10] = shares[: POINTS - 10] @ moved[:SKIN]
    for side, ring in enumerate(IRISES):
        points[list(ring)] = middles[side] + rims
    still = np.concatenate([mould.neutral, mould.eyes[0] + BALL * _ball()[0], mould.eyes[1] + BALL * _ball()[0]])
    whole = np.concatenate([moved, middles[0] + ball, middles[1] + ball])
    return Head(*(_laid(each) for each in (whole, points, still)))


def _rims() -> Array:  # [5, 3]
    """The middle of an iris and four places on its rim as FaceMesh has them: right, top, left, bottom."""
    deep = np.sqrt(BALL**2 - IRIS**2)
    return np.array([[0, 0, BALL], [IRIS, 0, deep], [0, IRIS, deep], [-IRIS, 0, deep], [0, -IRIS, deep]])


def _laid(places: Array) -> Array:
    mould = _mould()
    return np.asarray(mould.scale * places @ mould.turn.T + mould.shift)
