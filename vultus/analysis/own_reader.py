"""Our own networks as a reader of faces.

A face is found, looked at twice, its mouth and eyes more closely, and looked for again where it was read; and all of
it once more in a mirror, where a face is read the same and what only looks like one is not.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vultus import weights
from vultus.analysis import own_detail, own_find, own_follow, own_matte, own_read
from vultus.analysis.own_find import Found, Network
from vultus.analysis.own_view import View, around
from vultus.analysis.reader import Face, Follow
from vultus.topology import OUTER_CORNERS, SKIN

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

LOOKED_AT = 0.3  # score of a place from which on it is looked at
# Mean of a face's two scores. True faces of 18 portraits and 34 held-out pictures have 0.64 and more, what is taken for
# one beside them 0.60 and less; of 160 pictures without any, 1 of 100 has more than 0.38 (docs/log.md).
SURE = 0.61
LIKELY = 0.45  # enough where no other face is sure
MIRROR = 160  # pixels of the square that is looked at in a mirror ...
WIDER = 2.2  # ... and its side over that of the face's view
# Of the eye distance: how far points may move in the mirror, in the mean. Of 130 held-out faces none moves by more than
# 0.031; of 63 places taken for a face in 280 pictures without any, all but 6 move by more than 0.06 (docs/log.md).
STANDS = 0.06
QUARTERS = (1, 3, 2)  # turns of a picture in which nothing stands upright


@dataclass(frozen=True)
class Own:
    """The reader made of our networks."""

    find: Network
    read: Network
    mouth: Network
    eye: Network
    matte: Network

    def faces(self, picture: Bytes) -> list[Face]:  # [H, W, 3]
        """All faces, the surest first; where none stands upright, those of a picture that lies on its side."""
        upright = self._read(picture, own_find.find(picture, self.find, LOOKED_AT))
        sure = [face for face in upright if face.sure >= SURE]
        if sure:
            return sure
        tries = [self._read(picture, self._turned(picture, quarters)) for quarters in QUARTERS]
        best = max(tries, key=lambda faces: faces[0].sure if faces else 0.0)
        return [face for face in best if face.sure >= SURE] or upright

    def _turned(self, picture: Bytes, quarters: int) -> list[Found]:
        """The likely faces of the picture when it is turned by so many quarters."""
        height, width = picture.shape[:2]
        found = own_find.find(np.ascontiguousarray(np.rot90(picture, quarters)), self.find, LOOKED_AT)
        return [replace(one, view=own_find.turned_back(one.view, quarters, width, height)) for one in found]

    def _read(self, picture: Bytes, found: list[Found]) -> list[Face]:
        """The likely faces there, the surest first: as sure as the finder was, and is where each was read."""
        seen = [(one, self.look(picture, one.view, own_read.PASSES)) for one in found]
        read = [Face(face.points, (one.score + face.sure) / 2) for one, face in seen]
        faces: list[Face] = []
        for face in sorted(read, key=lambda face: -face.sure):
            others = (around(other.points) for other in faces)
            new = face.sure >= LIKELY and not any(own_find.same(around(face.points), other) for other in others)
            if new and self._stands(picture, face.points):
                faces.append(face)
        return faces

    def _stands(self, picture: Bytes, points: Floats) -> bool:
        """Whether a face is found and read the same in a mirror."""
        view = around(points)
        wide = View(view.x, view.y, WIDER * view.side, view.roll)
        shown = np.ascontiguousarray(wide.cut(picture, MIRROR)[:, ::-1])
        wanted = own_detail.mirrored(wide.into(points, MIRROR), MIRROR - 1)[:SKIN, :2]
        near = STANDS * np.linalg.norm(wanted[OUTER_CORNERS[0]] - wanted[OUTER_CORNERS[1]])
        found = own_find.find(shown, self.find, LOOKED_AT)
        said = (self.look(shown, one.view, own_read.PASSES).points[:SKIN, :2] for one in found)
        return any(bool(np.linalg.norm(one - wanted, axis=1).mean() < near) for one in said)

    def look(self, picture: Bytes, view: View, passes: int) -> Face:
        """What is read of a face through a view, and how sure it is one."""
        rough = own_read.read(picture, view, self.read, passes).points
        points = own_detail.closer(picture, rough, self.mouth, self.eye)
        return Face(points, own_find.sureness(picture, around(points), self.find))

    def person(self, picture: Bytes) -> Floats:  # [H, W, 3] -> [H, W]
        """How sure each pixel belongs to a person, 0..1."""
        return own_matte.person(picture, self.matte)

    @contextmanager
    def follower(self, most: int) -> Iterator[Follow]:
        """`faces` of the frames of a film, up to `most`, each looked at where it was in the frame before."""
        state = own_follow.init()

        def follow(picture: Bytes, seconds: float) -> list[Face]:
            nonlocal state
            state, faces = own_follow.step(state, picture, seconds, self, most)
            return faces

        yield follow


def made_of(network: Callable[[str], Network]) -> Own:
    """The reader made of the networks of these names."""
    return Own(network("find"), network("read"), network("mouth"), network("eye"), network("matte"))


def shipped() -> Own:
    """The reader of the package's own networks. Raises WeightsBroken where they are not part of it."""
    return made_of(weights.network)
