"""How the face model is made."""

import hashlib
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

pytest.importorskip("scipy", reason="training needs scipy")

from vultus.face import EXPRESSIONS, POINTS, E, face_model
from vultus.topology import LOWER_LIDS, LOWER_LIP, UPPER_LIDS, UPPER_LIP
from vultus.train import explain, facekit, refine, ships, tracked
from vultus.train import face_model as maker

Array = NDArray[np.float64]
with_talking = pytest.mark.skipif(not tracked.TALKING.exists(), reason="../shared/talking is not here")
with_kit = pytest.mark.skipif(not facekit.KIT.exists(), reason="../shared/facekit is not here")


@pytest.fixture(scope="module")
def mean() -> Array:
    return np.asarray(face_model().mean, np.float64)


def wild_basis(seed: int) -> Array:  # -> [E, 478, 3]
    return np.random.default_rng(seed).normal(0, 0.02, (E, POINTS, 3))


def test_every_weight_has_its_twin() -> None:
    assert (maker.SWAP[maker.SWAP] == np.arange(E)).all()
    assert EXPRESSIONS[maker.SWAP[EXPRESSIONS.index("eyeBlinkLeft")]] == "eyeBlinkRight"
    assert EXPRESSIONS[maker.SWAP[EXPRESSIONS.index("jawLeft")]] == "jawRight"
    assert EXPRESSIONS[maker.SWAP[EXPRESSIONS.index("jawOpen")]] == "jawOpen"


def test_mirroring_twice_changes_nothing(mean: Array) -> None:
    twin = maker.mirror_of(mean)
    assert (twin[[33, 61, 468]] == [263, 291, 473]).all()
    basis = wild_basis(0)
    np.testing.assert_allclose(maker.mirrored(maker.mirrored(basis, twin), twin), basis)


def test_a_lopsided_face_is_refused(mean: Array) -> None:
    with pytest.raises(ValueError, match="lopsided"):
        maker.mirror_of(np.random.default_rng(1).normal(size=mean.shape))


def test_any_basis_settles_so_that_lips_and_lids_meet(mean: Array) -> None:
    basis = maker.settle(wild_basis(2) * 0.2, mean)
    at = EXPRESSIONS.index
    shut = mean + basis[at("jawOpen")] + basis[at("mouthClose")]
    np.testing.assert_allclose(shut[list(UPPER_LIP[1:-1])], shut[list(LOWER_LIP[1:-1])], atol=0.03)
    np.testing.assert_allclose(
        shut[list(UPPER_LIP[1:-1]), 1], shut[list(LOWER_LIP[1:-1]), 1], atol=maker.LIP_GAP + 1e-6
    )
    blink = mean + basis[at("eyeBlinkLeft")]
    below = np.interp(blink[list(UPPER_LIDS[1]), 0], blink[list(LOWER_LIDS[1]), 0], blink[list(LOWER_LIDS[1]), 1])
    np.testing.assert_allclose(blink[list(UPPER_LIDS[1]), 1], below, atol=1e-6)


def test_rebasing_goes_from_the_prior_toward_the_truth(mean: Array) -> None:
    prior = np.asarray(face_model().basis, np.float64)
    truth = prior.copy()
    at = EXPRESSIONS.index("jawOpen")
    truth[at, 152, 1] -= 0.1
    weights = np.random.default_rng(3).uniform(0, 1, (200, E))
    found = refine.rebase(np.tensordot(weights, truth, 1), weights, prior, refine.stiffness(prior))
    gone = found[at, 152, 1] - prior[at, 152, 1]
    assert -0.1 < gone < -0.02
    assert np.abs(found - prior)[:, 0].max() < 1e-9


@with_kit
def test_the_kit_is_carried_onto_the_right_places(mean: Array) -> None:
    basis = facekit.carry(facekit.read(), mean)
    at = EXPRESSIONS.index
    opened = basis[at("jawOpen")]
    assert opened[14, 1] < -0.2 and abs(opened[13, 1]) < 0.05
    assert basis[at("eyeBlinkLeft"), 386, 1] < -0.05 < 0.02 > abs(basis[at("eyeBlinkLeft"), 374, 1])
    assert basis[at("mouthLeft"), 13, 0] > 0.05
    assert not basis[at("tongueOut")].any()


@with_talking
@pytest.mark.parametrize(("group", "least"), [("grid_other", 0.90), ("addresses/edtalk", 0.80)])
def test_real_talking_of_people_held_out_is_explained(group: str, least: float) -> None:
    clips = tracked.clips(group)
    assert clips and all(tracked.held_out(clip) for clip in clips)
    assert explain.share(clips, face_model()) >= least


@with_talking
def test_clips_are_split_once_and_for_all() -> None:
    clips = tracked.clips()
    assert len(clips) == 958
    kept = {group: [c for c in tracked.clips(group) if tracked.held_out(c)] for group in ("grid_s1", "heads")}
    assert len(kept["heads"]) == 5 and 30 <= len(kept["grid_s1"]) <= 60
    assert not any(tracked.held_out(clip) for clip in clips if clip.startswith(("facegood", "live_link")))


@with_talking
def test_an_example_has_rows_sound_and_aperture_in_step() -> None:
    one = tracked.example("grid_s1/bbaf2n")
    assert one.rows.shape == (75, 52) and one.aperture.shape == (75,)
    assert abs(len(one.samples) / 640 - 75) < 2
    assert 0.02 < one.aperture.max() < 0.2 and one.aperture.min() < 0.01
    spoken = [word for _, _, word in tracked.words("grid_s1/bbaf2n")]
    assert spoken == ["sil", "bin", "blue", "at", "f", "two", "now", "sil"]


@with_talking
def test_given_weights_keep_their_names() -> None:
    one = tracked.example("facegood/fg_3_15")
    assert np.ptp(one.rows[:, EXPRESSIONS.index("jawOpen")]) > 0.3
    assert not one.rows[:, EXPRESSIONS.index("eyeBlinkLeft")].any()
    assert np.corrcoef(one.aperture, one.rows[:, EXPRESSIONS.index("jawOpen")])[0, 1] > 0.8


def test_frames_are_resampled_in_time() -> None:
    at_30 = np.arange(31, dtype=np.float64)[:, None] / 30
    np.testing.assert_allclose(tracked.at_frame_rate(at_30, 30.0)[:, 0], np.arange(26) / 25, atol=1e-9)
    np.testing.assert_array_equal(tracked.at_frame_rate(at_30, 25.0), at_30)


def test_shipping_keeps_the_sums_sorted_and_true(tmp_path: Path) -> None:
    for name, content in (("b.onnx", b"old"), ("a.safetensors", b"first"), ("b.onnx", b"new")):
        ships.ship(name, content, tmp_path)
    assert (tmp_path / "b.onnx").read_bytes() == b"new"
    lines = (tmp_path / "SHA256SUMS").read_text().splitlines()
    assert lines == [
        f"{hashlib.sha256(c).hexdigest()}  {n}" for n, c in (("a.safetensors", b"first"), ("b.onnx", b"new"))
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["SHA256SUMS", "a.safetensors", "b.onnx"]
