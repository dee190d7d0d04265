"""Pictures without faces: animals drawn by code get the clear error or a warning, and what is made is what it says."""

import numpy as np
import pytest

pytest.importorskip("scipy", reason="the extra `train` is not installed")

from tests import drawn
from vultus.analysis import choose
from vultus.train.faces import animals, evaluate_alarms
from vultus.train.faces.backgrounds import made

SIDE = 360


def _animal(kind: str, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return animals.animal(kind, made(SIDE, rng), rng)


@pytest.mark.parametrize("kind", animals.KINDS)
def test_an_animal_is_no_person(kind: str) -> None:
    for seed in range(3):
        assert evaluate_alarms.answer(_animal(kind, seed), choose.reader()) != "taken"


@pytest.mark.parametrize("kind", animals.KINDS)
def test_an_animal_is_drawn_before_what_is_behind(kind: str) -> None:
    behind = np.full((SIDE, SIDE, 3), 128, np.uint8)
    shown = animals.animal(kind, behind, np.random.default_rng(0))
    assert shown.shape == behind.shape and (behind == 128).all()
    middle = shown[SIDE // 3 : 2 * SIDE // 3, SIDE // 3 : 2 * SIDE // 3].astype(int)
    assert np.abs(middle - 128).mean() > 20 > np.abs(shown[:20, :20].astype(int) - 128).mean()


def test_a_drawn_person_is_taken() -> None:
    assert evaluate_alarms.answer(drawn.picture(), choose.reader()) in ("taken", "warned")


def test_a_texture_is_refused() -> None:
    assert evaluate_alarms.answer(made(SIDE, np.random.default_rng(0)), choose.reader()) == "refused"


def test_the_sheet_has_a_tile_for_each() -> None:
    shown = [("one", _animal("cat", 0))] * 9
    assert evaluate_alarms.sheet(shown).shape == (2 * evaluate_alarms.TILE, 8 * evaluate_alarms.TILE, 3)
