"""A person without what is behind: colour and alpha of one motion row."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vultus.body import STILL, Body
from vultus.render.paint import EMPTY, OPAQUE
from vultus.render.scene import Scene, before, draw

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

FULL = np.uint32(255 << 24)  # alpha of a texel


@dataclass(frozen=True)
class Cutout:
    """One scene three times: its colours without alpha, and itself before black and before white."""

    colours: Scene
    black: Scene
    white: Scene


def cut_out(scene: Scene) -> Cutout:
    """Set a scene up to be drawn with alpha."""
    dark, light = np.zeros_like(scene.plate), np.full_like(scene.plate, 255)
    shows = np.where(scene.shows == EMPTY, EMPTY, OPAQUE).astype(np.uint8)
    colours = before(scene, dark, fore=scene.fore | FULL, shows=shows)
    return Cutout(colours, before(scene, dark), before(scene, light))


def draw_cutout(cutout: Cutout, row: Floats, body: Body = STILL) -> Bytes:  # [D] -> [size, size, 4]
    """RGB and straight alpha. Colours go on a little way where alpha is 0, so that no dark edge is encoded.

    What of white comes through and of black does not is what the person does not cover.
    """
    black = draw(cutout.black, row, body)
    through = draw(cutout.white, row, body)[..., 1].astype(np.int16) - black[..., 1]
    alpha = np.clip(255 - through, 0, 255).astype(np.uint8)
    colours = draw(cutout.colours, row, body)
    soft = (alpha > 0) & (alpha < 255)  # before black a colour is as dark as it is thin, wherever it was mixed
    whole = np.rint(black[soft] * (255 / alpha[soft].astype(np.float64))[:, None])
    colours[soft] = np.minimum(whole, 255).astype(np.uint8)
    return np.dstack([colours, alpha])
