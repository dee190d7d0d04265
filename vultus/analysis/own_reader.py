"""Our own networks as a reader of faces.

A face is found, looked at twice, its mouth and eyes more closely, and looked for again where it was read.
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

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

LIKELY = 0.3  # score of a place that is looked at
# Mean of a face's two scores, by which it is one: 1 of 100 pictures without any has more than 0.38, 1 of 50 faces less
# than 0.67 (docs/log.md). Pictures on their side are three more chances to be fooled.
UPRIGHT, TURNED = 0.45, 0.6
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
        upright = self._read(picture, own_find.find(picture, self.find, LIKELY), UPRIGHT)
        if upright:
            return upright
        turned = (self._read(picture, self._turned(picture, quarters), TURNED) for quarters in QUARTERS)
        return max(turned, key=lambda faces: faces[0].sure if faces else 0.0)

    def _turned(self, picture: Bytes, quarters: int) -> list[Found]:
        """The likely faces of the picture when it is turned by so many quarters."""
        height, width = picture.shape[:2]
        found = own_find.find(np.ascontiguousarray(np.rot90(picture, quarters)), self.find, LIKELY)
        return [replace(one, view=own_find.turned_back(one.view, quarters, width, height)) for one in found]

    def _read(self, picture: Bytes, found: list[Found], least: float) -> list[Face]:
        """The faces there, as sure as the finder was of each and is again when it is looked for where it was read."""
        faces: list[Face] = []
        for one in found:
            face = self.look(picture, one.view, own_read.PASSES)
            face = Face(face.points, (one.score + face.sure) / 2)
            others = (around(other.points) for other in faces)
            if face.sure >= least and not any(own_find.same(around(face.points), other) for other in others):
                faces.append(face)
        return sorted(faces, key=lambda face: -face.sure)

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
