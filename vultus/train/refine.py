"""Bend the carried-over displacements until they explain real talking better, and still mean what they say.

In turns: the weights of every frame (bounded, as at run time), then the basis by ridge regression toward
the kit's displacement. A weight may change where the kit moves the face with it, and hardly elsewhere or at
the points that pose is told by; after every turn left and right are averaged and the rules are kept again.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from vultus.analysis import fit
from vultus.face import POINTS, FaceModel
from vultus.topology import STABLE

Array = NDArray[np.float64]

ROUNDS = 6
PRIOR = 0.3  # of the prior, against the mean square weight of all frames
FAR = 30.0  # how many times dearer a change is where the kit leaves the face still
NEAR = 0.15  # of a weight's largest displacement: from here on the kit counts as moving the point


def stiffness(prior: Array) -> Array:  # [E, 478, 3] -> [E, 478]
    """How dear a change of each weight is at each point: 1 where the kit moves it, up to `FAR` where not."""
    size = np.linalg.norm(prior, axis=2)
    top = np.maximum(size.max(axis=1, keepdims=True), 1e-9)
    moved = np.clip(size / (NEAR * top), 0, 1)
    stiff = np.asarray(FAR ** (1 - moved))
    stiff[:, list(STABLE)] = FAR
    return stiff


def rebase(
    moved: Array,  # [N, 478, 3] displacements from the neutral face
    weights: Array,  # [N, E]
    prior: Array,  # [E, 478, 3]
    stiff: Array,  # [E, 478]
) -> Array:  # [E, 478, 3]
    """The basis with the least squared residual and change from the prior together."""
    count = len(weights)
    gram = weights.T @ weights / count
    goal = np.tensordot(weights.T / count, moved - np.tensordot(weights, prior, 1), 1)
    basis = prior.copy()
    for point in range(POINTS):
        cost = PRIOR * np.trace(gram) / len(gram) * np.diag(stiff[:, point])
        basis[:, point] += np.linalg.solve(gram + cost, goal[:, point])
    return basis


def refine(
    moved: Array,  # [N, 478, 3]
    mean: Array,  # [478, 3]
    prior: Array,  # [E, 478, 3], mirror-symmetric
    mirror: Callable[[Array], Array],  # what a basis would be, made from mirrored faces
    settle: Callable[[Array], Array],  # a basis made to keep the rules: lips meet, lids meet
    rounds: int = ROUNDS,
) -> Array:  # [E, 478, 3]
    """The refined basis, symmetric and settled."""
    stiff = stiffness(prior)
    basis = settle(prior)
    for turn in range(rounds):
        model = FaceModel(mean.astype(np.float32), basis.astype(np.float32))
        weights = fit.expressions(moved + mean, mean, model)
        left = (moved - np.tensordot(weights, basis, 1))[:, :468, :2]
        print(f"round {turn}: unexplained {(left**2).sum() / (moved[:, :468, :2] ** 2).sum():.4f}", flush=True)
        basis = rebase(moved, weights, prior, stiff)
        basis[:, 468:] = 0
        basis = settle((basis + mirror(basis)) / 2)
    return basis
