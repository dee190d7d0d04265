"""From points and matte to a portrait: what the source shows is found, and can be taken back."""

import numpy as np
import pytest

from tests import drawn
from vultus import face
from vultus.analysis.crop import Crop
from vultus.analysis.prepare import assemble
from vultus.analysis.retarget import lip_gap
from vultus.portrait import Portrait
from vultus.pose import rotation
from vultus.render.place import shape
from vultus.topology import SKIN


def source_points(settings: dict[str, float]) -> face.Floats:
    weights = np.zeros(face.E, np.float32)
    for name, value in settings.items():
        weights[face.channel(name)] = value
    moved = face.face_model().shape(weights)
    return np.asarray(moved * np.array([drawn.UNIT, -drawn.UNIT, -drawn.UNIT]) + np.array([128, 112, 0]), np.float32)


def prepared(settings: dict[str, float]) -> Portrait:
    cut = drawn.cut()
    return assemble(Crop(cut.texture, source_points(settings), cut.frame), drawn.matte())


@pytest.mark.parametrize(
    "settings",
    [{}, {"jawOpen": 0.4}, {"mouthSmileLeft": 0.7, "mouthSmileRight": 0.7}, {"jawOpen": 0.3, "mouthSmileLeft": 0.5}],
)
def test_the_rest_row_gives_back_the_sources_own_points(settings: dict[str, float]) -> None:
    portrait = prepared(settings)
    turn = rotation(*portrait.rest[face.ROTATION].astype(float))
    pixels = portrait.camera.project(shape(portrait, portrait.rest).astype(np.float64) @ turn.T)
    away = np.linalg.norm(pixels[:SKIN] - source_points(settings)[:SKIN, :2], axis=1)
    assert np.quantile(away, 0.95) < 0.6  # pixels; sealed lips and searched lids may differ more


def test_an_open_mouthed_source_can_close_its_lips() -> None:
    portrait = prepared({"jawOpen": 0.5})
    closed = portrait.rest.copy()
    closed[: face.E] = 0
    assert portrait.rest[face.channel("jawOpen")] > 0.2
    assert abs(lip_gap(shape(portrait, closed))) < 0.005


def test_a_closed_mouth_is_taken_for_neutral() -> None:
    assert np.abs(prepared({}).rest[: face.E]).max() < 0.15


def test_the_pose_of_a_straight_face_is_straight() -> None:
    assert np.abs(prepared({}).rest[face.ROTATION]).max() < 0.02


def test_preparing_twice_gives_the_same_portrait() -> None:
    first, second = prepared({"jawOpen": 0.2}), prepared({"jawOpen": 0.2})
    assert np.array_equal(first.fore, second.fore)
    assert np.array_equal(first.basis, second.basis)
    assert np.array_equal(first.rest, second.rest)
