"""The net covers the face once: every inner edge joins two triangles, all turned the same way."""

from collections import Counter

import numpy as np

from vultus.face import face_model
from vultus.topology import LOWER_LIDS, LOWER_LIP, OVAL, SKIN, UPPER_LIDS, UPPER_LIP, strip, triangles


def test_every_inner_edge_runs_once_each_way() -> None:
    edges = Counter((int(f[i]), int(f[(i + 1) % 3])) for f in triangles() for i in range(3))
    assert max(edges.values()) == 1
    border = {edge for edge in edges if edge[::-1] not in edges}
    assert border == set(zip(OVAL, (*OVAL[1:], OVAL[0]), strict=True))


def test_all_points_of_the_skin_are_used() -> None:
    assert set(triangles().ravel().tolist()) == set(range(SKIN))


def test_triangles_turn_clockwise_on_the_mean_face_seen_from_the_front() -> None:
    x, y = face_model().mean[:, 0], -face_model().mean[:, 1]
    a, b, c = triangles().T
    area = (x[b] - x[a]) * (y[c] - y[a]) - (y[b] - y[a]) * (x[c] - x[a])
    assert (area > -1e-4).mean() > 0.97  # the sides of the head turn away


def test_curves_of_an_opening_share_their_ends() -> None:
    for upper, lower in (*zip(UPPER_LIDS, LOWER_LIDS, strict=True), (UPPER_LIP, LOWER_LIP)):
        assert (upper[0], upper[-1]) == (lower[0], lower[-1])
        x = face_model().mean[list(upper), 0]
        assert (np.diff(x) > 0).all()


def test_a_strip_fills_its_opening() -> None:
    assert len(strip((0, 1, 2, 3), (0, 4, 5, 3))) == 4
