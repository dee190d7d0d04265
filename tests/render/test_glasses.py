"""Glasses keep their shape whatever the face does, and turn with the head."""

import numpy as np

from tests import drawn
from vultus import render
from vultus.face import channel
from vultus.render.place import place

PORTRAIT = drawn.portrait_with_glasses()
SCENE = render.init(PORTRAIT, drawn.SIDE)
RIMS = drawn.glasses() > 0.95


def with_(**settings: float) -> np.ndarray:  # -> [D]
    row = PORTRAIT.rest.copy()
    for name, value in settings.items():
        row[channel(name)] = value
    return row


def test_at_rest_the_picture_comes_back() -> None:
    frame = render.draw(SCENE, PORTRAIT.rest)
    assert np.abs(frame.astype(int) - drawn.picture_with_glasses()).max() <= 3


def test_the_frame_stays_where_it_is_while_lids_and_brows_move() -> None:
    middle = np.abs(np.arange(drawn.SIDE) - drawn.SIDE / 2)[None] < 0.62 * drawn.UNIT  # without the arms
    for row in (
        with_(eyeBlinkLeft=1.0, eyeBlinkRight=1.0),
        with_(browInnerUp=0.9, browOuterUpLeft=0.9, browOuterUpRight=0.9),
        with_(cheekSquintLeft=0.8, cheekSquintRight=0.8, mouthSmileLeft=0.8, mouthSmileRight=0.8),
    ):
        frame = render.draw(SCENE, row)
        assert np.abs(frame[RIMS & middle].astype(int) - drawn.FRAME).max(-1).mean() < 8


def test_the_frame_turns_with_the_head() -> None:
    row = with_(headYaw=float(PORTRAIT.rest[channel("headYaw")]) + 0.2, headX=0.1)
    frame, placed = render.draw(SCENE, row), place(SCENE.home, row)[0]
    bridge = placed[6]  # skin below the bridge of the nose
    x, y = np.rint(bridge).astype(int)
    near = frame[y - 8 : y + 9, x - 1 : x + 2].astype(int)
    assert np.abs(near - np.array(drawn.FRAME)).max(-1).min() < 30


def test_who_wears_none_has_none() -> None:
    assert render.init(drawn.portrait(), 64).glasses is None
    assert SCENE.glasses is not None


def test_a_cut_out_face_keeps_its_glasses() -> None:
    cut = render.draw_cutout(render.cut_out(SCENE), PORTRAIT.rest)
    middle = np.abs(np.arange(drawn.SIDE) - drawn.SIDE / 2)[None] < 0.6 * drawn.UNIT
    assert (cut[..., 3][RIMS & middle] == 255).all()
    assert np.abs(cut[RIMS & middle][:, :3].astype(int) - drawn.FRAME).max(-1).mean() < 8
