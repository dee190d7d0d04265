"""The skin of a lid that shuts shows no streaks."""

import numpy as np
import pytest
from numpy.typing import NDArray

from tests import drawn
from vultus import render
from vultus.face import channel
from vultus.render.lids import smooth_lid
from vultus.render.place import place
from vultus.topology import LID_CREASES, UPPER_LIDS

Bytes = NDArray[np.uint8]

SIZE = 512
SCENE = render.init(drawn.portrait(), SIZE)


def striped() -> Bytes:
    frame = np.full((SIZE, SIZE, 3), 120, np.uint8)
    frame[:, ::4] = 200
    return frame


@pytest.mark.parametrize("side", [0, 1])
def test_streaks_of_a_shut_lid_are_averaged_and_nothing_else_is(side: int) -> None:
    row = drawn.portrait().rest.copy()
    row[[channel("eyeBlinkLeft"), channel("eyeBlinkRight")]] = 1
    placed, _ = place(SCENE.home, row)
    unit = SCENE.home.camera.focal / SCENE.home.camera.distance
    frame = striped()
    smooth_lid(frame, side, placed, SCENE.at_rest, unit)
    edge, crease = placed[UPPER_LIDS[side][4]], placed[LID_CREASES[side][3]]
    x, y = np.rint((edge + crease) / 2).astype(int)
    before, after = (picture[y, x - 8 : x + 9, 0].astype(float).std() for picture in (striped(), frame))
    assert after < 0.5 * before
    changed = np.argwhere((frame != striped()).any(-1))
    assert changed[:, 0].min() >= placed[list(LID_CREASES[side]), 1].min() - 1
    assert changed[:, 0].max() <= placed[list(UPPER_LIDS[side]), 1].max() + 1


def test_lids_that_are_open_are_left_alone() -> None:
    frame = striped()
    smooth_lid(frame, 0, SCENE.at_rest, SCENE.at_rest, 100.0)
    assert np.array_equal(frame, striped())


@pytest.mark.parametrize("side", [0, 1])
def test_the_dark_line_along_an_edge_is_spared_what_the_lid_is_drawn_out(side: int) -> None:
    row = drawn.portrait().rest.copy()
    row[[channel("eyeBlinkLeft"), channel("eyeBlinkRight")]] = 1
    placed, _ = place(SCENE.home, row)
    unit = SCENE.home.camera.focal / SCENE.home.camera.distance
    edge, crease = placed[UPPER_LIDS[side][4]], placed[LID_CREASES[side][3]]
    x, top, bottom = round(float(edge[0])), int(crease[1]) + 1, int(edge[1]) - 1
    frame = np.full((SIZE, SIZE, 3), 200, np.uint8)
    line = round(float(crease[1] + 0.7 * (edge[1] - crease[1])))
    frame[line:] = 20
    smooth_lid(frame, side, placed, SCENE.at_rest, unit)
    column = frame[top : bottom + 1, x, 0].astype(int)
    dark = (column < 110).sum()
    assert 0 < dark < 0.75 * (bottom + 1 - line)
    assert (np.diff(column) <= 1).all()  # nothing light comes in again below it
