"""Pictures that show no face, of several kinds, to count what is taken for one."""

from collections.abc import Callable, Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from vultus.analysis.fill import spread
from vultus.topology import FOREHEAD, OVAL
from vultus.train.faces import animals, fasten, rendered, split, teacher, virtual
from vultus.train.faces.backgrounds import made
from vultus.train.faces.mattes import teachers

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Rng = np.random.Generator

SIDE = 480  # pixels of the shorter side
LEAST = 40  # pixels of a picture's part
PIECES = 6  # of a side, when a picture is mixed up


def _large(picture: Bytes) -> Bytes:
    scale = SIDE / min(picture.shape[:2])
    return np.asarray(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC), np.uint8)


def _texture(face: teacher.Face, rng: Rng) -> Bytes | None:
    return made(SIDE, rng)


def _behind(face: teacher.Face, rng: Rng) -> Bytes | None:
    """What is behind a person, with the person filled in from it."""
    picture = face.picture()
    person = (teachers(picture, face.points) > 0.02).astype(np.uint8)
    cv2.fillPoly(person, [np.rint(face.points[list(OVAL), :2]).astype(np.int32)], 1)
    wide = cv2.dilate(person, np.ones((15, 15), np.uint8))
    return _large(np.rint(spread(picture.astype(np.float32), 1 - wide.astype(np.float32))).astype(np.uint8))


def _below(face: teacher.Face, rng: Rng) -> Bytes | None:
    """Collar, shoulders and hands: what is below a chin."""
    picture = face.picture()
    top = int(face.points[list(OVAL), 1].max()) + 4
    return _large(picture[top:]) if len(picture) - top >= LEAST else None


def _above(face: teacher.Face, rng: Rng) -> Bytes | None:
    """Hair and wall: what is above a brow."""
    picture = face.picture()
    bottom = int(face.points[[FOREHEAD, 9, 107, 336], 1].min()) - 2
    return _large(picture[:bottom]) if bottom >= LEAST else None


def _beside(face: teacher.Face, rng: Rng) -> Bytes | None:
    """Hair, ears and wall: what is left of a face, or right of it."""
    picture = face.picture()
    left, right = int(face.points[:, 0].min()) - 4, int(face.points[:, 0].max()) + 4
    if max(left, picture.shape[1] - right) < LEAST:
        return None
    return _large(picture[:, :left] if left > picture.shape[1] - right else picture[:, right:])


def _mixed(face: teacher.Face, rng: Rng) -> Bytes | None:
    """A picture cut into pieces and laid anew."""
    picture = cv2.resize(face.picture(), (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)
    side = SIDE // PIECES
    pieces = picture.reshape(PIECES, side, PIECES, side, 3).swapaxes(1, 2).reshape(-1, side, side, 3)
    mixed = pieces[rng.permutation(len(pieces))].reshape(PIECES, PIECES, side, side, 3).swapaxes(1, 2)
    return np.ascontiguousarray(mixed.reshape(SIDE, SIDE, 3), np.uint8)


def _nape(face: teacher.Face, rng: Rng) -> Bytes | None:
    """A head from behind."""
    row = virtual.random_row(np.zeros(52, np.float32), np.zeros((1, 52), np.float32), rng)
    turned = (float(rng.normal(0, 0.2)), float(np.pi + rng.normal(0, 0.4)), float(rng.normal(0, 0.1)))
    one = rendered.render(row, turned, None, made(rendered.SIZE, rng), fasten.as_taught(), rng)
    return _large(one.picture)


def _animal(face: teacher.Face, rng: Rng) -> Bytes | None:
    """The head of an animal, drawn."""
    return animals.animal(animals.KINDS[int(rng.integers(len(animals.KINDS)))], made(SIDE, rng), rng)


KINDS: dict[str, tuple[int, Callable[[teacher.Face, Rng], Bytes | None]]] = {
    "textures": (40, _texture), "what is behind people": (40, _behind), "below the chin": (40, _below),
    "above the brow": (30, _above), "beside the face": (30, _beside), "mixed up": (30, _mixed),
    "heads from behind": (30, _nape), "drawn animals": (40, _animal),
}  # fmt: skip


def pictures() -> Iterator[tuple[str, Bytes]]:
    """(kind, picture [H, W, 3]) of every picture without a face, made of held-out pictures; always the same ones."""
    faces = [face for face in teacher.faces() if face.part == split.HELD_OUT]
    for number, (kind, (count, make)) in enumerate(KINDS.items()):
        rng = np.random.default_rng([7, number])
        given = 0
        for index in rng.permutation(len(faces)):
            picture = make(faces[int(index)], rng) if given < count else None
            if picture is not None:
                given += 1
                yield kind, picture
