"""The inside of the mouth and the ring of rounded lips."""

import numpy as np
from numpy.typing import NDArray

from tests import drawn
from vultus import render
from vultus.face import channel
from vultus.render.place import place, shape
from vultus.topology import LOWER_LIP, UPPER_LIP

Floats = NDArray[np.float32]
SIZE = 512
SCENE = render.init(drawn.portrait(), SIZE)


def with_(**settings: float) -> Floats:
    row = drawn.portrait().rest.copy()
    for name, value in settings.items():
        row[channel(name)] = value
    return row


def down_the_mouth(row: Floats, aside: float = 0.0) -> NDArray[np.float64]:
    """Light from the upper to the lower lip, a little aside of the middle (face units), without their soft edges."""
    placed, _ = place(SCENE.home, row)
    (x, top), (_, bottom) = placed[UPPER_LIP[5]], placed[LOWER_LIP[5]]
    column = round(float(x + aside * drawn.UNIT * SIZE / drawn.SIDE))
    rows = np.arange(int(np.ceil(top)) + 2, int(np.floor(bottom)) - 1)
    return np.asarray(render.draw(SCENE, row)[rows, column].mean(-1))


def test_an_open_mouth_is_dark_behind_teeth_above_and_below() -> None:
    light = down_the_mouth(with_(jawOpen=0.6, mouthUpperUpLeft=0.2, mouthUpperUpRight=0.2), aside=0.03)
    fifth = len(light) // 5
    deep = light[fifth : 3 * fifth].min()
    assert light[:3].max() > 2 * deep
    assert light[-3:].max() > 2 * deep


def test_the_tongue_grows_darker_toward_the_throat() -> None:
    light = down_the_mouth(with_(jawOpen=0.8), aside=0.03)
    on_tongue = light[len(light) * 2 // 5 : len(light) * 3 // 4]
    assert on_tongue[-1] > 1.5 * on_tongue[0]


def gaps(row: Floats) -> Floats:  # -> [11]
    face = shape(drawn.portrait(), row)
    return face[list(UPPER_LIP), 1] - face[list(LOWER_LIP), 1]


def test_rounded_lips_part_in_the_middle_only() -> None:
    slit, ring = gaps(with_(jawOpen=0.3)), gaps(with_(jawOpen=0.3, mouthPucker=0.9))
    assert ring[2] / ring[5] < 0.8 * slit[2] / slit[5]
    assert ring[5] > 0.95 * slit[5]
    assert (np.diff(ring[:6]) >= 0).all()
    assert (np.diff(ring[5:]) <= 0).all()
