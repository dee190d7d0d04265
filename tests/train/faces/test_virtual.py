"""Virtual individuals: what is drawn lies where the labels say."""

import numpy as np
import pytest
from numpy.typing import NDArray

pytest.importorskip("scipy", reason="the extra `train` is not installed")

from tests import drawn
from vultus.face import channel
from vultus.portrait import Portrait
from vultus.topology import IRISES
from vultus.train.faces import backgrounds, identity, virtual

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
PLATE = np.full((virtual.SIZE, virtual.SIZE, 3), 120, np.uint8)


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody's build is changed, so that the drawing stays what it is."""
    monkeypatch.setattr(identity, "another", lambda rng: np.zeros((478, 3), np.float32))


def iris_seen(frame: Bytes, near: Floats, reach: float) -> Floats:  # -> [2]
    """The middle of what has the drawn iris's colour around a place."""
    y, x = np.mgrid[: frame.shape[0], : frame.shape[1]]
    like = np.abs(frame.astype(int) - drawn.IRIS).max(2) < 30
    there = like & (np.hypot(x - near[0], y - near[1]) < reach)
    return np.array([x[there].mean(), y[there].mean()], np.float32)


@pytest.mark.usefixtures("still")
@pytest.mark.parametrize("yaw", [-0.25, 0.25])
def test_irises_are_where_they_are_said_to_be(portrait: Portrait, yaw: float) -> None:
    who = virtual.individual(portrait, portrait, np.random.default_rng(0))
    row = portrait.rest.copy()
    row[channel("gazeYaw")] = yaw
    row[channel("headRoll")] += 0.2
    row[[channel("eyeWideLeft"), channel("eyeWideRight")]] = 1
    frame, points = virtual.drawn(who, row, PLATE)
    for ring in IRISES:
        middle = points[ring[0], :2]
        np.testing.assert_allclose(iris_seen(frame, middle, 9), middle, atol=1.2)


def test_points_at_rest_are_those_of_the_picture(portrait: Portrait, still: None) -> None:
    who = virtual.individual(portrait, portrait, np.random.default_rng(0))
    _, points = virtual.drawn(who, portrait.rest, PLATE)
    x, y, side = portrait.frame
    true = (drawn.points()[:, :2] + 0.5 - [x, y]) * (virtual.SIZE / side) - 0.5
    # Lids and lips of the drawing are drawn to each other by a fraction of a pixel.
    assert np.abs(points[:, :2] - true).mean() < 0.2
    assert np.corrcoef(points[:468, 2], drawn.points()[:468, 2])[0, 1] > 0.99


def test_the_same_number_draws_the_same_person_and_another_draws_another(portrait: Portrait) -> None:
    def made(seed: int) -> tuple[Bytes, Floats]:
        rng = np.random.default_rng(seed)
        who = virtual.individual(portrait, portrait, rng)
        row = virtual.random_row(portrait.rest, np.zeros((1, 52), np.float32), rng)
        return virtual.drawn(who, row, virtual.plate(portrait, [portrait.plate], rng))

    one, again, other = made(3), made(3), made(4)
    np.testing.assert_array_equal(one[0], again[0])
    np.testing.assert_array_equal(one[1], again[1])
    assert np.abs(one[1] - other[1]).mean() > 1


def test_builds_differ_about_as_people_do() -> None:
    rng = np.random.default_rng(0)
    changes = np.stack([identity.another(rng) for _ in range(50)])
    spread = float(changes.std(0).mean())
    assert 0.005 < spread < 0.1  # face units


def test_pictures_without_a_face_have_every_kind_and_size() -> None:
    rng = np.random.default_rng(0)
    for size in (64, 200):
        for _ in range(12):
            made = backgrounds.made(size, rng)
            assert made.shape == (size, size, 3) and made.dtype == np.uint8
