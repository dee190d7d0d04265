"""A blink closes this head's eyes, lips meet where this mouth meets."""

from itertools import pairwise

import numpy as np
import pytest

from vultus.analysis.retarget import BELOW_LIP, closing, lip_gap, local, retarget, with_lips_sealed
from vultus.face import EXPRESSIONS, channel, face_model
from vultus.topology import LOWER_LIDS, LOWER_LIP, UPPER_LIDS, UPPER_LIP

MODEL = face_model()
SEALED = with_lips_sealed(MODEL.mean)


@pytest.mark.parametrize("larger", [0.5, 1.0, 2.5])
def test_a_blink_closes_eyes_of_any_size(larger: float) -> None:
    head = SEALED.copy()
    for upper, lower in zip(UPPER_LIDS, LOWER_LIDS, strict=True):
        head[list(upper), 1] = head[list(lower), 1] + larger * (head[list(upper), 1] - head[list(lower), 1])
    basis = retarget(MODEL, head)
    shut = head + basis[channel("eyeBlinkLeft")] + basis[channel("eyeBlinkRight")]
    for upper, lower in zip(UPPER_LIDS, LOWER_LIDS, strict=True):
        assert np.abs(shut[list(upper)] - shut[list(lower)]).max() < 1e-5


@pytest.mark.parametrize("wider", [0.7, 1.0, 1.5])
def test_lips_meet_under_an_open_jaw(wider: float) -> None:
    head = SEALED * np.array([wider, 1, 1], np.float32)
    basis = retarget(MODEL, head)
    shut = head + basis[channel("jawOpen")] + basis[channel("mouthClose")]
    gaps = shut[list(UPPER_LIP), 1] - shut[list(LOWER_LIP), 1]
    assert np.abs(gaps).max() < 0.02


def test_a_wide_mouth_opens_wider() -> None:
    narrow, wide = (retarget(MODEL, SEALED * np.array([w, 1, 1], np.float32)) for w in (0.8, 1.3))
    stretch = channel("mouthStretchLeft")
    assert np.abs(wide[stretch, :, 0]).max() > 1.3 * np.abs(narrow[stretch, :, 0]).max()


def test_closing_brings_parted_lips_together_and_leaves_the_eyes() -> None:
    parted = SEALED + 0.4 * MODEL.basis[channel("jawOpen")]
    assert lip_gap(parted) > 0.05
    moves = closing(parted)
    assert abs(lip_gap(parted + moves)) < 1e-4
    assert np.abs(moves[list(UPPER_LIDS[0])]).max() < 1e-3


def test_sealed_lips_share_one_line() -> None:
    assert np.array_equal(SEALED[list(UPPER_LIP)], SEALED[list(LOWER_LIP)])


def test_local_takes_faint_movement_to_nothing_and_keeps_the_strong() -> None:
    kept = local(MODEL.basis)
    brow = channel("browInnerUp")
    assert np.count_nonzero(kept[brow].any(-1)) < np.count_nonzero(MODEL.basis[brow].any(-1))
    strongest = np.linalg.norm(MODEL.basis[brow], axis=-1).argmax()
    assert np.array_equal(kept[brow, strongest], MODEL.basis[brow, strongest])


def test_an_open_jaw_lowers_the_lip_along_a_round_curve() -> None:
    opened = SEALED + retarget(MODEL, SEALED)[channel("jawOpen")]
    gaps = opened[list(UPPER_LIP), 1] - opened[list(LOWER_LIP), 1]
    assert np.all(np.diff(gaps[:6]) > 0)
    assert gaps[4] > 0.95 * gaps[5]
    assert gaps[2] > 0.6 * gaps[5]


def test_eyes_open_wide_upward_and_not_aside() -> None:
    wide = retarget(MODEL, SEALED)[channel("eyeWideLeft")]
    upper, lower = SEALED[list(UPPER_LIDS[1])], SEALED[list(LOWER_LIDS[1])]
    moved = wide[list(UPPER_LIDS[1])]
    assert np.abs(moved[:, 0]).max() < 0.3 * np.abs(moved[:, 1]).max()
    assert 0.2 < moved[4, 1] / (upper - lower)[4, 1] < 0.5
    assert np.abs(wide[[362, 263]]).max() < 1e-6  # the corners hold


@pytest.mark.parametrize("name", [name for name in EXPRESSIONS if name.startswith(("mouth", "jaw"))])
def test_no_weight_folds_the_skin_between_lip_and_chin(name: str) -> None:
    basis = retarget(MODEL, SEALED)
    moved = SEALED + basis[channel(name)]
    for above, below in pairwise(BELOW_LIP):
        rest = SEALED[list(above), 1] - SEALED[list(below), 1]
        assert ((moved[list(above), 1] - moved[list(below), 1]) > 0.45 * rest).all()


def test_puckered_lips_meet_along_a_line_without_a_notch() -> None:
    head = SEALED + 0.8 * retarget(MODEL, SEALED)[channel("mouthPucker")]
    seam = head[list(UPPER_LIP), 1] - SEALED[list(UPPER_LIP), 1]
    assert np.abs(np.diff(seam, 2)).max() < 0.006
