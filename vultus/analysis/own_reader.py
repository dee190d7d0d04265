"""Our own networks as a reader of faces.

A face is found, looked at twice, its mouth and eyes more closely, and looked for again where it was read.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vultus import weights
from vultus.analysis import own_detail, own_find, own_follow, own_matte, own_read
from vultus.analysis.own_find import Network
from vultus.analysis.own_view import View, around
from vultus.analysis.reader import Face, Follow

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

LIKELY = 0.3  # score that is enough where no face is sure
QUARTERS = (1, 3, 2)  # turns of a picture in which nothing surely stands upright


@dataclass(frozen=True)
class Own:
    """The reader made of our networks."""

    find: Network
    read: Network
    mouth: Network
    eye: Network
    matte: Network

    def faces(self, picture: Bytes) -> list[Face]:  # [H, W, 3]
        """All faces, the surest first; without a sure one also the likely ones, and those of a picture on its side."""
        upright = own_find.find(picture, self.find, LIKELY)
        sure = self._read(picture, [one.view for one in upright if one.score > own_find.SURE], LIKELY)
        if sure:
            return sure
        tries = [self._read(picture, self._turned(picture, quarters), own_find.SURE) for quarters in QUARTERS]
        tries.append(self._read(picture, [one.view for one in upright], LIKELY))
        return max(tries, key=lambda faces: faces[0].sure if faces else 0.0)

    def _turned(self, picture: Bytes, quarters: int) -> list[View]:
        """The likely faces of the picture when it is turned by so many quarters."""
        height, width = picture.shape[:2]
        found = own_find.find(np.ascontiguousarray(np.rot90(picture, quarters)), self.find, LIKELY)
        return [own_find.turned_back(one.view, quarters, width, height) for one in found]

    def _read(self, picture: Bytes, views: list[View], least: float) -> list[Face]:
        """The faces at these views that are as sure as that when they are looked for again where they were read."""
        faces: list[Face] = []
        for view in views:
            face = self.look(picture, view, own_read.PASSES)
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
