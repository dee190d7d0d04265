"""Portrait: what the analysis found in one picture, as arrays. One file, loaded without any analysis package.

Coordinates are pixels of the texture (`fore`, `plate`), which reaches past the frame where the picture does.
"""

import json
import os
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vultus.errors import OptionRefused, PortraitRefused
from vultus.face import POINTS, D, E
from vultus.pose import Camera

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

VERSION = 4
READS = (1, 2, 3, 4)  # 1 no likeness, 1 and 2 points held whichever way they went, none of them glasses
KIND = "vultus portrait"
LIKENESSES = ("virtual", "self", "consented", "unstated")  # nobody's; one's own; of somebody who agreed
MOST_NOTE = 500  # characters
HEADER = "portrait"  # the entry of the file's metadata that says what it is


@dataclass(frozen=True)
class Eye:
    """One eye as it is without lids: white and iris apart, both in a patch of the texture."""

    origin: tuple[int, int]  # (x, y) of the patch's first pixel
    white: Bytes  # [h, w, 3] the ball with the iris painted out
    iris: Bytes  # [h, w, 4] the iris as it looks in the picture, soft alpha
    radius: float  # of the ball, face units


@dataclass(frozen=True)
class Mouth:
    """How the inside of this mouth is lit and coloured."""

    teeth: tuple[float, float, float]  # RGB 0..255 of teeth in full light
    cavity: tuple[float, float, float]  # RGB 0..255 of the deep
    tongue: tuple[float, float, float]  # RGB 0..255
    shown: float  # 0..1: how surely the picture shows an open mouth of its own; above 0 that is used


@dataclass(frozen=True)
class Glasses:
    """The frame of glasses, taken off the face: it goes along with the head and does not bend."""

    origin: tuple[int, int]  # (x, y) of its first pixel in the texture
    picture: Bytes  # [h, w, 4] straight alpha


@dataclass(frozen=True)
class Likeness:
    """Whose likeness a portrait is, as stated by who prepared it."""

    of: str = "unstated"  # one of LIKENESSES
    note: str = ""  # in their words: where the picture is from, what the person agreed to

    def __post_init__(self) -> None:
        if self.of not in LIKENESSES:
            raise OptionRefused(f"likeness {self.of}: wanted one of {', '.join(LIKENESSES)}")
        if len(self.note) > MOST_NOTE:
            raise OptionRefused(f"the note on the likeness is {len(self.note)} long: wanted {MOST_NOTE} at most")


@dataclass(frozen=True)
class Portrait:
    """One person of one picture, ready to move."""

    fore: Bytes  # [H, W, 4] the person, straight alpha
    plate: Bytes  # [H, W, 3] what is behind
    frame: tuple[int, int, int]  # x, y, side: the part of the texture that a video shows
    camera: Camera
    rest: Floats  # [D] the motion row that gives back the source picture
    shape: Floats  # [POINTS, 3] this head, neutral, in its own axes, face units
    basis: Floats  # [E, POINTS, 3] what each weight adds to this head
    gape: Floats  # [POINTS, 3] what parts the lips of an open-mouthed source beyond its jawOpen; see `posed`
    outer: Floats  # [M, 3] points around the face: hair, neck, shoulders, in the head's axes
    follow: Floats  # [M] how much each follows the head, 0..1
    free: Floats  # [M] how much each may leave its place at all
    holds: Floats  # [M, 4] how much each is kept from moving inward from the picture's end: left, right, top, bottom
    spill: Floats  # [M, 36] how much of the movement of each point of the face oval each takes over
    triangles: NDArray[np.int32]  # [F, 3] of the skin points, then of the outer points
    eyes: tuple[Eye, Eye]  # picture left, picture right
    mouth: Mouth
    likeness: Likeness = Likeness()
    picture: Bytes | None = None  # [H, W, 3] the whole picture, where it is kept to put the frame back into it
    square: tuple[int, int, int] | None = None  # x, y, side in its pixels: what of it the frame shows
    glasses: Glasses | None = None

    def __post_init__(self) -> None:
        assert (self.picture is None) == (self.square is None)
        assert self.fore.shape[:2] == self.plate.shape[:2], (self.fore.shape, self.plate.shape)
        assert self.rest.shape == (D,), self.rest.shape
        assert self.shape.shape == (POINTS, 3), self.shape.shape
        assert self.basis.shape == (E, POINTS, 3), self.basis.shape

    def save(self, path: str | Path) -> None:
        """Write one file, whole or not at all."""
        part = Path(f"{path}.part{os.getpid()}")
        try:
            part.write_bytes(self.to_bytes())
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)

    def to_bytes(self) -> bytes:
        """What `save` writes; the same portrait gives the same bytes."""
        from safetensors.numpy import save

        arrays, facts = _taken_apart(self)
        # One entry: the format keeps several in no fixed order.
        return save(arrays, {HEADER: json.dumps({"kind": KIND, "version": VERSION, "facts": facts})})

    @staticmethod
    def load(path: str | Path) -> "Portrait":
        """Read a file that `save` wrote. Raises PortraitRefused."""
        from safetensors import SafetensorError, safe_open

        try:
            with safe_open(path, "numpy") as file:
                header = json.loads((file.metadata() or {}).get(HEADER, "{}"))
                _check(header, path)
                arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
                return _put_together(arrays, header["facts"])
        except (SafetensorError, OSError, KeyError, ValueError, TypeError) as cause:
            raise PortraitRefused(
                f"{path}: no portrait file that can be read: wanted one that `vultus prepare` wrote"
            ) from cause


def _check(header: dict[str, Any], path: str | Path) -> None:
    if header.get("kind") != KIND:
        raise PortraitRefused(f"{path}: not a portrait file: make one with `vultus prepare picture -o {path}`")
    if header.get("version") not in READS:
        raise PortraitRefused(
            f"{path}: portrait version {header.get('version')}, this program reads {VERSION}: prepare it again"
        )


def _taken_apart(portrait: Portrait) -> tuple[dict[str, NDArray[np.generic]], dict[str, object]]:
    arrays: dict[str, NDArray[np.generic]] = {}
    for field in fields(portrait):
        value = getattr(portrait, field.name)
        if isinstance(value, np.ndarray):
            arrays[field.name] = np.ascontiguousarray(value)
    for side, eye in enumerate(portrait.eyes):
        arrays[f"eye{side}.white"] = np.ascontiguousarray(eye.white)
        arrays[f"eye{side}.iris"] = np.ascontiguousarray(eye.iris)
    facts: dict[str, object] = {
        "frame": portrait.frame,
        "camera": vars(portrait.camera),
        "eyes": [{"origin": eye.origin, "radius": eye.radius} for eye in portrait.eyes],
        "mouth": vars(portrait.mouth),
        "likeness": vars(portrait.likeness),
    }
    if portrait.square is not None:
        facts["square"] = portrait.square
    if portrait.glasses is not None:
        arrays["glasses.picture"] = np.ascontiguousarray(portrait.glasses.picture)
        facts["glasses"] = portrait.glasses.origin
    return arrays, facts


def _put_together(arrays: dict[str, Any], facts: dict[str, Any]) -> Portrait:
    left, right = (
        Eye(_whole(fact["origin"]), arrays.pop(f"eye{i}.white"), arrays.pop(f"eye{i}.iris"), float(fact["radius"]))
        for i, fact in enumerate(facts["eyes"])
    )
    focal, centre, distance = (facts["camera"][name] for name in ("focal", "centre", "distance"))
    teeth, cavity, tongue, shown = (facts["mouth"][name] for name in ("teeth", "cavity", "tongue", "shown"))
    x, y, side = facts["frame"]
    square = facts.get("square")
    worn = None if "glasses" not in facts else Glasses(_whole(facts["glasses"]), arrays.pop("glasses.picture"))
    arrays.setdefault("holds", np.zeros((len(arrays["outer"]), 4), np.float32))
    return Portrait(
        frame=(x, y, side),
        camera=Camera(focal, (centre[0], centre[1]), distance),
        eyes=(left, right),
        mouth=Mouth(tuple(teeth), tuple(cavity), tuple(tongue), shown),
        likeness=Likeness(**facts.get("likeness", {})),
        square=None if square is None else (int(square[0]), int(square[1]), int(square[2])),
        glasses=worn,
        **arrays,
    )


def _whole(pair: list[int]) -> tuple[int, int]:
    x, y = pair
    return int(x), int(y)
