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
