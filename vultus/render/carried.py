"""How far each point around the face goes along with what the body does beside its row."""

import numpy as np
from numpy.typing import NDArray

from vultus.body import BODY, Body
from vultus.face import LOG_DISTANCE, Floats
from vultus.portrait import Portrait
from vultus.pose import Camera
from vultus.render.hanging import hanging
from vultus.topology import CHIN, FOREHEAD

Doubles = NDArray[np.float64]

LIFT = 0.07  # face units that shoulders go up with a deep breath
WIDEN = 0.012  # of their distance from the breastbone, that shoulders go apart with it
NECK = 0.5  # face units below the chin: about where shoulders turn that tilt
ON_BODY = 0.25  # of the swing, that is left to hair that lies on the body


def carried(
    portrait: Portrait,
    camera: Camera,
    skin: Doubles,  # [>= SKIN, 2] frame pixels, at rest
    outer: Doubles,  # [M, 2] the same
    texture: tuple[Doubles, Doubles],  # both in pixels of the texture
) -> Doubles:  # [BODY, M * 2] frame pixels that 1 of each number of a `Body` moves each outer point
    """What `moved` needs of a portrait."""
    unit = camera.focal / camera.distance
    down = skin[CHIN] - skin[FOREHEAD]
    down = down / np.linalg.norm(down)
    trunk = 1 - portrait.follow.astype(np.float64)
    away = outer - (skin[CHIN] + NECK * unit * down)
    hangs = hanging(portrait, *texture)
    hair = hangs.hair * (ON_BODY + (1 - ON_BODY) * np.sqrt(portrait.follow))
    left = away[:, 0] < 0
    way = {
        "breath": np.stack([WIDEN * away[:, 0], np.full(len(outer), -LIFT * unit)], 1) * trunk[:, None],
        "lean_x": _across(unit * trunk),
        "lean_y": _up(unit * trunk),
        "tilt": np.stack([-away[:, 1], away[:, 0]], 1) * trunk[:, None],
        "hair_left": _across(unit * hair * left),
        "hair_right": _across(unit * hair * ~left),
        "hair_up": _up(unit * hair),
        "pendant": _across(unit * hangs.pendants),
    }
    return np.stack([way[name].ravel() for name in Body._fields])


def _across(weights: Doubles) -> Doubles:  # [M] -> [M, 2]
    return np.stack([weights, np.zeros(len(weights))], 1)


def _up(weights: Doubles) -> Doubles:  # [M] -> [M, 2]
    return np.stack([np.zeros(len(weights)), -weights], 1)


def moved(ways: Doubles, body: Body, row: Floats) -> Doubles:  # [BODY, M * 2] see `carried` -> [M, 2]
    """How far each outer point goes, frame pixels."""
    assert len(ways) == BODY, ways.shape
    return np.asarray((np.array(body) / np.exp(float(row[LOG_DISTANCE])) @ ways).reshape(-1, 2))
