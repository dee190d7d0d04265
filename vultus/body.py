"""What a body does beside the motion row: it breathes and sways, and what hangs from the head swings.

Eight numbers a frame, beside the row and not in it: a row says what was commanded, these follow from how rows came
one after the other. `motion/body.py` makes them, `render` draws them; all 0 is the body as the row alone has it.
"""

from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from vultus.face import D

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

SHARE = 0.15  # of the head's shift that the shoulders take over; most of it comes from turning about the neck


class Body(NamedTuple):
    """How a body stands against what its row says; lengths in face units, x to the picture's right, y up."""

    breath: float = 0.0  # of a deep breath that is in: 0 after breathing out .. 1
    lean_x: float = 0.0  # of the shoulders
    lean_y: float = 0.0
    tilt: float = 0.0  # of the shoulders, clockwise in the picture, radians
    hair_left: float = 0.0  # x of the ends of hanging hair at the picture's left
    hair_right: float = 0.0
    hair_up: float = 0.0  # y of both
    pendant: float = 0.0  # x of what hangs from the ears


STILL = Body()
BODY = len(STILL)


class Drawing(Protocol):
    """Something that draws frames."""

    def __call__(self, row: Floats, body: Body = STILL, /) -> Bytes:  # [D] -> [H, W, 3], with alpha [H, W, 4]
        """The frame of one row."""
        ...


def beside(row: Floats, body: Body) -> Floats:  # [D] -> [D + BODY]
    """Both in one array, for who draws between rows: they are mixed in the same way."""
    return np.concatenate([row, np.array(body, np.float32)])


def apart(both: Floats) -> tuple[Floats, Body]:  # [D + BODY] or [D] -> [D]
    """What `beside` put together; a row alone has a body that keeps still."""
    return both[:D], Body(*both[D:].tolist())
