"""How the inside of a mouth looks in this picture's light: colours taken from the lips, skin and eyes."""

import cv2
import numpy as np
from numpy.typing import NDArray

from vultus.analysis.channels import greatest, least
from vultus.portrait import Eye, Mouth
from vultus.topology import OUTER_LOWER_LIP, OUTER_UPPER_LIP, UPPER_LIP

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

OWN_TEETH = (0.03, 0.06)  # face units of lip opening from which the picture's own mouth is used
ENAMEL = np.array([1.0, 0.965, 0.9])  # teeth against a white of the eye
# Medians over 435 open mouths of `../shared/faces`: the lit teeth against the lit cheek, and the darkest 15 %
# between the lips against the lips.
TEETH_TO_SKIN = np.array([0.82, 0.77, 0.85])
CAVITY_TO_LIPS = np.array([0.46, 0.31, 0.29])
TONGUE_TO_LIPS = np.array([0.78, 0.69, 0.65])
SKIN_SHARE = 0.5  # how much the skin says about the colour of teeth; their lightness is the eyes' to say


def mouth(texture: Bytes, pixels: Floats, eyes: tuple[Eye, Eye], gap: float) -> Mouth:
    """Colours of teeth, cavity and tongue; `gap` is how far the lips stand apart, face units."""
    lips = _mean_inside(texture, pixels, [*OUTER_UPPER_LIP, *UPPER_LIP[::-1]])
    lips = (lips + _mean_inside(texture, pixels, list(OUTER_LOWER_LIP))) / 2
    white = np.mean([np.quantile(eye.white.reshape(-1, 3), 0.7, axis=0) for eye in eyes], axis=0)
    skin = _skin(texture, pixels)
    light = np.maximum(white, 0.9 * skin)  # eyes in deep shadow say less about the light than the cheeks
    grey = light.mean()
    teeth = np.clip((0.35 * light + 0.65 * grey) * ENAMEL ** _chroma(texture) * 0.95, 0, 245)
    like_skin = skin * TEETH_TO_SKIN
    like_skin *= max(1.0, teeth.mean() / max(like_skin.mean(), 1.0))
    teeth = np.clip((1 - SKIN_SHARE) * teeth + SKIN_SHARE * like_skin, 0, 245)
    share = float(np.clip((gap - OWN_TEETH[0]) / (OWN_TEETH[1] - OWN_TEETH[0]), 0, 1))
    return Mouth(_rgb(teeth), _rgb(lips * CAVITY_TO_LIPS), _rgb(lips * TONGUE_TO_LIPS), share)


def _rgb(colour: NDArray[np.float64]) -> tuple[float, float, float]:
    red, green, blue = (round(float(v), 1) for v in colour)
    return red, green, blue


def _mean_inside(texture: Bytes, pixels: Floats, contour: list[int]) -> NDArray[np.float64]:
    mask = np.zeros(texture.shape[:2], np.uint8)
    cv2.fillPoly(mask, [np.rint(pixels[contour]).astype(np.int32)], 1)
    return np.array(cv2.mean(texture, mask)[:3])


def _skin(texture: Bytes, pixels: Floats) -> NDArray[np.float64]:
    """Lit skin: the brighter cheek."""
    cheeks = [np.rint(pixels[i]).astype(int) for i in (50, 280)]
    reach = max(2, int(np.ptp(pixels[[33, 263], 0]) * 0.06))
    means = []
    for x, y in cheeks:
        spot = texture[max(0, y - reach) : y + reach, max(0, x - reach) : x + reach].reshape(-1, 3)
        means.append(spot.mean(0) if len(spot) else np.full(3, 128.0))
    return np.asarray(max(means, key=lambda m: float(m.sum())))


def _chroma(texture: Bytes) -> float:
    """0 for a black-and-white picture, 1 for one with any colour to speak of."""
    span = greatest(texture).astype(np.float32) - least(texture)
    return float(np.clip(span.mean() / 12, 0, 1))
