"""What the body moves in the frame: shoulders and what hangs, never the face."""

from dataclasses import replace

import numpy as np
import pytest

from tests import drawn
from vultus import render
from vultus.body import STILL, Body
from vultus.face import D
from vultus.render.carried import LIFT
from vultus.render.place import at_home, head, place, shape
from vultus.topology import CHIN, SKIN

SCENE = render.init(drawn.portrait(), drawn.SIDE)
REST = drawn.portrait().rest
FOLLOW, HOLDS = drawn.portrait().follow, drawn.portrait().holds
BODY = FOLLOW == 0


def way(body: Body) -> np.ndarray:  # -> [M, 2] frame pixels
    moved, _ = place(SCENE.home, REST, body=body)
    assert (moved[:SKIN] == place(SCENE.home, REST)[0][:SKIN]).all()  # the face is the row's alone
    return moved[SKIN:] - SCENE.home.outer


def test_a_still_body_is_the_row_alone_to_the_bit() -> None:
    row = REST.copy()
    row[46:51] = 0.05, 0.1, -0.05, 0.03, 0.02
    assert render.draw(SCENE, row).tobytes() == render.draw(SCENE, row, STILL).tobytes()
    assert render.draw(SCENE, row).tobytes() != render.draw(SCENE, row, Body(breath=0.5)).tobytes()


def test_breath_lifts_the_shoulders_and_nothing_above() -> None:
    lifted = way(Body(breath=1.0))
    unit = SCENE.home.camera.focal / SCENE.home.camera.distance
    assert BODY.any()
    np.testing.assert_allclose(lifted[BODY, 1], -LIFT * unit * (1 - HOLDS[BODY, 3]), atol=1e-6)
    assert lifted[BODY, 1].min() < -0.8 * LIFT * unit
    assert np.abs(lifted[FOLLOW == 1]).max() < 1e-9
    assert not np.abs(way(Body(breath=1.0, lean_x=0.05))[FOLLOW == 1]).max() > 1e-9


def test_shoulders_lean_and_tilt_as_asked() -> None:
    unit = SCENE.home.camera.focal / SCENE.home.camera.distance
    np.testing.assert_allclose(way(Body(lean_x=0.1))[BODY, 0], 0.1 * unit * (1 - HOLDS[BODY, 0]), atol=1e-6)
    np.testing.assert_allclose(way(Body(lean_y=0.1))[BODY, 1], -0.1 * unit * (1 - HOLDS[BODY, 3]), atol=1e-6)
    body = BODY & (HOLDS[:, 2:].max(1) < 0.5)
    tilted, side = way(Body(tilt=0.05))[body, 1], SCENE.home.outer[body, 0] - place(SCENE.home, REST)[0][CHIN, 0]
    assert (np.sign(tilted[np.abs(side) > 5]) == np.sign(side[np.abs(side) > 5])).all()  # clockwise: right goes down


def test_the_picture_s_end_stays_held() -> None:
    held = HOLDS[:, 3] > 0.99
    assert held.any()
    assert way(Body(breath=1.0))[held, 1].min() > -0.05


def test_who_is_farther_away_moves_less() -> None:
    far = REST.copy()
    far[D - 1] = np.log(2)
    near = way(Body(lean_x=0.1))
    away = place(SCENE.home, far, body=Body(lean_x=0.1))[0][SKIN:] - place(SCENE.home, far)[0][SKIN:]
    np.testing.assert_allclose(
        away[BODY & (HOLDS[:, :2].max(1) == 0), 0], near[BODY & (HOLDS[:, :2].max(1) == 0), 0] / 2
    )


def with_hair(colour: tuple[int, int, int], sides: tuple[int, ...] = (-1, 1)) -> np.ndarray:  # -> [M] hair weights
    """The drawing with locks painted beside the jaw: which points swing at either side."""
    portrait = drawn.portrait()
    fore = portrait.fore.copy()
    skin, _ = head(portrait.camera, shape(portrait, REST)[:SKIN].astype(np.float64), REST)
    chin = skin[CHIN].astype(int)
    for side in sides:
        left, right = sorted((chin[0] + side * 42, chin[0] + side * 75))
        fore[chin[1] - 70 : chin[1] + 30, left:right] = (*colour, 255)
    home = at_home(replace(portrait, fore=fore), portrait.camera)
    ways = home.carried.reshape(len(home.carried), -1, 2)
    unit = portrait.camera.focal / portrait.camera.distance
    return np.stack([ways[4, :, 0], ways[5, :, 0]]) / unit


def test_locks_beside_the_jaw_swing_on_their_own_side() -> None:
    both, one = with_hair(drawn.HAIR), with_hair(drawn.HAIR, (-1,))
    assert both[0].max() > 0.4 and both[1].max() > 0.4
    assert one[0].max() > 0.4 and one[1].max() < 0.1


@pytest.mark.parametrize("sides", [(), (-1, 1)])
def test_without_locks_only_pendants_swing(sides: tuple[int, ...]) -> None:
    hair = with_hair(drawn.SKIN, sides)  # what looks like skin is a neck
    assert hair.max() < 0.1
    ways = SCENE.home.carried.reshape(len(SCENE.home.carried), -1, 2)
    assert ways[7, :, 0].max() > 0.3 * SCENE.home.camera.focal / SCENE.home.camera.distance
    assert not ways[7, FOLLOW == 0].any()
