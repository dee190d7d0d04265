"""Write `trained/topology.safetensors`: the triangles of the FaceMesh net, all turned the same way.

    python -m vultus.train.topology

MediaPipe publishes the edges of its net. A triangle of the net is three points joined by three edges; where
three triangles share an edge, the one with the two other shared edges is no face of the net.
"""

from collections import Counter, deque
from itertools import combinations

import mediapipe
import numpy as np
from safetensors.numpy import save

from vultus.topology import FOREHEAD
from vultus.train.ships import ship

Face = tuple[int, int, int]


def _faces(edges: set[tuple[int, int]]) -> list[Face]:
    near: dict[int, set[int]] = {}
    for a, b in edges:
        near.setdefault(a, set()).add(b)
        near.setdefault(b, set()).add(a)
    cliques: set[Face] = set()
    for a, others in near.items():
        for b, c in combinations(sorted(others), 2):
            if c in near[b]:
                first, second, third = sorted((a, b, c))
                cliques.add((first, second, third))
    shared = Counter(edge for face in cliques for edge in combinations(face, 2))
    crowded = {edge for edge, count in shared.items() if count > 2}
    return sorted(face for face in cliques if sum(edge in crowded for edge in combinations(face, 2)) < 3)


def _turned_alike(faces: list[Face]) -> list[Face]:
    """The same faces, each turned as its neighbours are: a shared edge runs one way in one, back in the other."""
    by_edge: dict[frozenset[int], list[int]] = {}
    for index, face in enumerate(faces):
        for edge in combinations(face, 2):
            by_edge.setdefault(frozenset(edge), []).append(index)
    start = next(index for index, face in enumerate(faces) if FOREHEAD in face)
    turned: dict[int, Face] = {start: faces[start]}
    queue = deque([start])
    while queue:
        face = turned[queue.popleft()]
        for a, b in ((face[0], face[1]), (face[1], face[2]), (face[2], face[0])):
            for index in by_edge[frozenset((a, b))]:
                if index not in turned:
                    (third,) = set(faces[index]) - {a, b}
                    turned[index] = (b, a, third)
                    queue.append(index)
    return [turned[index] for index in range(len(faces))]


def main() -> None:
    edges = {(min(e), max(e)) for e in mediapipe.solutions.face_mesh_connections.FACEMESH_TESSELATION}
    faces = _turned_alike(_faces(edges))
    # 10 is the top of the oval; 338 follows it to the picture's right: clockwise means 10 -> 338 -> inner point.
    clockwise = any((face * 2)[i : i + 2] == (10, 338) for face in faces for i in range(3))
    turned = np.array(faces if clockwise else [face[::-1] for face in faces], np.int16)
    ship("topology.safetensors", save({"triangles": turned}))
    print(f"{len(turned)} triangles")


if __name__ == "__main__":
    main()
