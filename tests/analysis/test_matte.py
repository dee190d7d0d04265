"""Foreground over plate is the texture again; the plate keeps nothing of the person."""

import cv2
import numpy as np
import pytest

from tests import drawn
from vultus.analysis.matte import harden, part, refine


def test_fore_over_plate_is_the_texture() -> None:
    texture, matte = drawn.picture(), drawn.matte()
    fore, plate = part(texture, matte)
    alpha = fore[..., 3:].astype(np.float64) / 255
    again = alpha * fore[..., :3] + (1 - alpha) * plate
    assert np.abs(again - texture).max() <= 1.0


def test_the_plate_shows_wall_where_the_person_was() -> None:
    _, plate = part(drawn.picture(), drawn.matte())
    assert np.abs(plate[60:200, 80:180].astype(int) - np.array(drawn.WALL)).max() < 25


def test_an_earring_a_little_way_off_does_not_stay_in_the_plate() -> None:
    texture, matte = drawn.picture(), drawn.matte()
    edge = int(np.argmax(matte[100] > 0.5))
    texture[98:102, edge - 10 : edge - 7] = 240, 200, 60
    fore, plate = part(texture, matte)
    assert np.abs(plate[98:102, edge - 10 : edge - 7].astype(int) - np.array(drawn.WALL)).max() < 25
    assert fore[99, edge - 9, 3] > 60


def test_a_busy_wall_is_left_as_it_is() -> None:
    texture, matte = drawn.picture(), drawn.matte()
    noise = np.random.default_rng(0).integers(-60, 60, texture.shape)
    texture = np.clip(texture + noise * (matte == 0)[..., None], 0, 255).astype(np.uint8)
    _, plate = part(texture, matte)
    off = cv2.dilate((matte > 0).astype(np.uint8), np.ones((15, 15), np.uint8)) == 0
    assert (plate[off] == texture[off]).all(-1).mean() > 0.99


def test_wisps_that_the_matte_missed_do_not_stay_in_the_plate() -> None:
    texture, matte = drawn.picture(), drawn.matte()
    edge = np.argmax(matte[40] > 0.5)
    texture[40, edge - 2] = drawn.HAIR
    _, plate = part(texture, matte)
    assert np.abs(plate[40, edge - 2].astype(int) - np.array(drawn.WALL)).max() < 25


def test_refine_pulls_a_blurred_matte_to_the_edge() -> None:
    texture, sharp = drawn.picture(), drawn.matte()
    small = cv2.resize(sharp, (64, 64), interpolation=cv2.INTER_AREA)
    blurred = np.asarray(cv2.resize(small, (256, 256), interpolation=cv2.INTER_LINEAR), np.float32)
    before = np.abs(harden(blurred) - sharp).mean()
    assert np.abs(harden(refine(blurred, texture)) - sharp).mean() < 0.3 * before


@pytest.mark.parametrize(("value", "hard"), [(0.0, 0.0), (0.15, 0.0), (0.5, 0.5), (0.85, 1.0), (1.0, 1.0)])
def test_harden(value: float, hard: float) -> None:
    assert harden(np.full((2, 2), value, np.float32)) == pytest.approx(np.full((2, 2), hard))


def test_the_grain_of_a_wall_beside_the_person_stays_in_the_wall() -> None:
    texture, matte = drawn.picture(), drawn.matte()
    noise = np.random.default_rng(1).integers(-25, 25, texture.shape)
    texture = np.clip(texture + noise * (matte == 0)[..., None], 0, 255).astype(np.uint8)
    fore, plate = part(texture, matte)
    beside = (cv2.dilate((matte > 0).astype(np.uint8), np.ones((7, 7), np.uint8)) > 0) & (matte == 0)
    assert (fore[..., 3][beside] == 0).mean() > 0.8
    behind = plate[80:180, 90:160].astype(np.float64)  # and goes on behind the person
    assert behind.std() > 0.4 * plate[:60, :40].astype(np.float64).std()
