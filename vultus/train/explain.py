"""How much of real facial motion the face model explains: `python -m vultus.train.explain`.

The explained share of a clip is 1 - residual / motion, both summed over frames and the 468 mesh points, in x
and y of the head's frame: motion is the squared displacement from the person's own neutral face (as
`analysis.fit` finds it in the clip) after the head's pose is taken away; residual is what is left of it after
the displacement of the weights that `analysis.fit.expressions` finds, with its bounds and costs. A group's
share is that of its clips added up. Depth is left out: FaceMesh guesses it.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from vultus.analysis import fit
from vultus.face import FaceModel, face_model

from . import tracked

Array = NDArray[np.float64]
MESH = slice(0, 468)  # the irises turn with the gaze


def energies(clip: str, model: FaceModel) -> tuple[float, float]:
    """(residual, motion) of one clip."""
    track = tracked.read_points(clip)
    shapes, _ = fit.unposed_clip(track.points[track.found], model)
    neutral = fit.own_neutral(shapes, model)
    weights = fit.expressions(shapes, neutral, model)
    moved = (shapes - neutral)[:, MESH, :2]
    left = moved - np.tensordot(weights, fit.own_basis(neutral, model)[:, MESH, :2], 1)
    return float((left**2).sum()), float((moved**2).sum())


def share(clips: Iterable[str], model: FaceModel) -> float:
    """The explained share of a group of clips."""
    residual, motion = np.sum([energies(clip, model) for clip in clips], axis=0)
    return float(1 - residual / motion)


def held_out_shares(model: FaceModel) -> dict[str, float]:
    """The explained share of the held-out clips of each tracked group, and of all of them."""
    groups = ("grid_s1", "grid_other", "addresses", "heads")
    clips = {group: [c for c in tracked.clips(group) if tracked.held_out(c)] for group in groups}
    shares = {group: share(names, model) for group, names in clips.items()}
    return {**shares, "all": share([name for names in clips.values() for name in names], model)}


def main() -> None:
    """Print the shares of the shipped model."""
    for group, value in held_out_shares(face_model()).items():
        print(f"{group:12s} {value:.3f}")


if __name__ == "__main__":
    main()
