"""Where our 478 points lie on the kit's skin: on our mean face first, then where the teacher sees them.

The kit is bent onto our mean face by 68 landmarks; between them its cheeks and its brow are not quite where the
teacher's are, 2.7 % of the eye distance in the mean. Heads that look ahead are shown to the teacher, and each point is
moved by what it is off in the mean.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from vultus.analysis import mediapipe_models
from vultus.analysis.own_view import around
from vultus.face import POINTS, D, face_model
from vultus.topology import SKIN
from vultus.train import facekit
from vultus.train.faces import rendered
from vultus.train.faces.backgrounds import made

Array = NDArray[np.float64]

AROUND, STIFF = 8, 0.02  # vertices that make a point; how evenly they do
SHOWN = 40  # heads
AHEAD = 0.08  # radians, standard deviation of where they look
UNITS = 2.25  # face units in the side of a view


def fastened(targets: Array) -> Array:  # [478, 3] on our mean face -> [478, V]
    """How much of each vertex of the kit's skin makes each point, so that on our mean face it lies at its target.

    Shares of a few vertices around it that sum to 1: the least squares of what is off, and a little of the shares.
    """
    kit = facekit.read()
    skin = facekit.bent(kit, np.asarray(face_model().mean, np.float64))
    shares = np.zeros((POINTS, len(skin)))
    for point, allowed in enumerate(facekit.candidates(kit)[:SKIN]):
        away, nearest = cKDTree(skin[allowed]).query(targets[point], AROUND)
        there = (skin[allowed[nearest]] - targets[point]) / away.max()
        gram = there @ there.T + STIFF * np.diag((away / away.max()) ** 2)
        share = np.linalg.solve(gram + 1e-6 * np.eye(AROUND), np.ones(AROUND))
        shares[point, allowed[nearest]] = share / share.sum()
    return shares


@cache
def as_taught() -> Array:  # [478, V]
    """The shares with which points lie, in the mean, where the teacher sees them. Takes half a minute."""
    mean = np.asarray(face_model().mean, np.float64)
    plain = fastened(mean)
    rng = np.random.default_rng(0)
    off = []
    for _ in range(SHOWN):
        turn = (float(rng.normal(0, AHEAD)), float(rng.normal(0, AHEAD)), 0.0)
        shown = rendered.render(np.zeros(D, np.float32), turn, None, made(rendered.SIZE, rng), plain, rng)
        seen = mediapipe_models.faces(shown.picture)
        if seen:
            view = around(shown.points)
            off.append(view.into(seen[0], 1)[:, :2] - view.into(shown.points, 1)[:, :2])
    moved = mean.copy()
    moved[:SKIN, :2] += UNITS * np.median(off, axis=0)[:SKIN] * [1, -1]
    return fastened(moved)
