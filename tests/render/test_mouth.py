"""The inside of the mouth and the ring of rounded lips."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from tests import drawn
from vultus import render
from vultus.face import channel
from vultus.render.mouth import draw_mouth, round_ends
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


def test_an_upper_lip_raised_over_a_shut_jaw_bares_teeth_and_no_band_of_gum() -> None:
    light = down_the_mouth(with_(mouthUpperUpLeft=1.0, mouthUpperUpRight=1.0), aside=0.03)
    assert (light[2 * len(light) // 5 :] > 0.7 * light.max()).all()


@pytest.mark.parametrize("wider", [1.45, 1.6, 1.8, 2.0, 2.3])
def test_a_source_with_an_open_mouth_never_shows_its_teeth_and_drawn_ones_at_once(wider: float) -> None:
    row = with_(jawOpen=0.6)
    placed, _ = place(SCENE.home, row)
    face = shape(drawn.portrait(), row)
    gap = float(face[13, 1] - face[14, 1])
    frames = [np.full((SIZE, SIZE, 3), level, np.uint8) for level in (0, 255)]
    for frame in frames:
        own = replace(SCENE.mouth, shown=1.0, own_gap=gap / wider)
        draw_mouth(frame, own, placed, face, SCENE.home, row)
    (x, top), (_, bottom) = placed[UPPER_LIP[5]], placed[LOWER_LIP[5]]
    inside = slice(int(top) + 3, int(bottom) - 2)
    column = round(float(x) + 0.03 * drawn.UNIT * SIZE / drawn.SIDE)
    black, white = (frame[inside, column].mean(-1) for frame in frames)
    own_shows = float((white - black).max()) / 255  # what lay there before
    drawn_shows = float(black.max() - np.median(black)) / 255  # light teeth before the dark
    assert min(own_shows, drawn_shows) < 0.12


def gaps(row: Floats) -> Floats:  # -> [11]
    face = shape(drawn.portrait(), row)
    return face[list(UPPER_LIP), 1] - face[list(LOWER_LIP), 1]


def test_rounded_lips_part_in_the_middle_only() -> None:
    slit, ring = gaps(with_(jawOpen=0.3)), gaps(with_(jawOpen=0.3, mouthPucker=0.9))
    assert ring[2] / ring[5] < 0.8 * slit[2] / slit[5]
    assert ring[5] > 0.95 * slit[5]
    assert (np.diff(ring[:6]) >= 0).all()
    assert (np.diff(ring[5:]) <= 0).all()


def opened(row: Floats) -> NDArray[np.float64]:  # -> how many pixels of each column changed against shut lips
    shut, now = (render.draw(SCENE, one).astype(int) for one in (with_(), row))
    placed, _ = place(SCENE.home, row)
    low, high = (int(v) for v in (placed[list(UPPER_LIP), 1].min(), placed[list(LOWER_LIP), 1].max()))
    dark = now[low - 3 : high + 4].sum(-1) < 0.6 * shut[low - 3 : high + 4].sum(-1)
    return np.asarray(dark.sum(0), np.float64)


def test_a_ring_of_lips_has_round_ends_without_spikes() -> None:
    heights = opened(with_(jawOpen=0.3, mouthFunnel=0.6, mouthPucker=0.3))
    open_ = np.flatnonzero(heights > 1)
    rows = heights[open_[0] : open_[-1] + 1] / heights.max()
    tenth = max(1, len(rows) // 10)
    assert rows[tenth] > 0.7  # straight lines between the points had 0.39
    assert rows[-1 - tenth] > 0.7


def test_the_ends_of_lips_press_together_before_they_are_rounded_all_the_way() -> None:
    slit, half, ring = (gaps(with_(jawOpen=0.3, mouthPucker=p)) for p in (0.0, 0.4, 0.7))
    assert slit[1] > 0.2 * slit[5]
    assert half[1] < 0.45 * slit[1]
    assert ring[1] < 0.01 * ring[5]


@pytest.mark.parametrize("rounded", [0.0, 0.3, 1.0])
def test_rounding_an_opening_keeps_its_height_and_never_crosses(rounded: float) -> None:
    gap = 40 * np.interp(np.arange(101.0), [0, 20, 50, 80, 100], [0, 0.5, 1, 0.4, 0])
    above, below = 100 - gap / 3, 100 + gap * 2 / 3
    round_ends(above, below, rounded)
    made = below - above
    assert made.max() == pytest.approx(40, abs=1e-9)
    assert made.min() >= 0
    assert (np.diff(made[:51]) >= 0).all()
    assert (np.diff(made[50:]) <= 0).all()
    if rounded == 0:
        assert made == pytest.approx(gap, abs=1e-9)
