"""Augmentation: nothing changed gives what the speech stage gives; what is changed is what was meant."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the extra `train` is not installed")

from vultus import speech  # noqa: E402
from vultus.clock import SAMPLE_RATE  # noqa: E402
from vultus.train import augment  # noqa: E402

RNG = np.random.default_rng(0)
BUZZ = np.asarray(
    sum(np.sin(2 * np.pi * 125 * k * np.arange(16_000) / SAMPLE_RATE) / k for k in range(1, 40)) * 0.05, np.float32
)


def test_unchanged_sound_gives_the_rows_of_the_speech_stage() -> None:
    rows = augment.log_mel(augment.power(torch.from_numpy(BUZZ)[None]))[0].numpy()
    np.testing.assert_allclose(rows, speech.step(speech.init(), BUZZ)[1], atol=2e-3)


def test_another_voice_at_factors_of_one_is_the_same_voice() -> None:
    spectra = augment.power(torch.from_numpy(BUZZ)[None])
    same = augment.other_voice(spectra, torch.ones(1), torch.ones(1))
    assert torch.allclose(torch.log(same + 1e-6), torch.log(spectra + 1e-6), atol=1e-2)


def test_pitch_moves_the_harmonics() -> None:
    spectra = augment.power(torch.from_numpy(BUZZ)[None])
    higher = augment.other_voice(spectra, torch.ones(1), torch.full((1,), 1.5))[0, 50]
    first = int(higher[2:9].argmax()) + 2
    assert first == round(1.5 * 125 / (SAMPLE_RATE / 512))


def test_music_has_unit_power() -> None:
    tune = augment.music(2, np.random.default_rng(1))
    assert tune.shape == (2 * SAMPLE_RATE,) and (tune**2).mean() == pytest.approx(1, rel=1e-3)


def test_features_have_a_row_every_ten_milliseconds_and_are_repeatable() -> None:
    waves, backing = torch.from_numpy(np.stack([BUZZ] * 4)), augment.music(3, np.random.default_rng(1))
    one, again = (augment.features(waves, backing, np.random.default_rng(5), augment.Strength()) for _ in range(2))
    assert one.shape == (4, 100, speech.BANDS) and torch.isfinite(one).all()
    assert torch.equal(one, again)
    assert not torch.allclose(one[0], one[1], atol=0.5)  # one sound, heard in two ways


def test_plain_sounds_keep_their_voice_and_hear_no_noise() -> None:
    waves, backing = torch.from_numpy(np.stack([BUZZ] * 6)), augment.music(3, np.random.default_rng(1))
    calm = {"tract": 0.0, "pitch": 0.0, "room": 0.0, "equaliser": 0.0, "band_limit": 0.0, "mask": 0.0}
    heard = []
    for plain in (0.0, 1.0):
        strength = augment.Strength(noise=1.0, music=1.0, babble=1.0, plain=plain, **calm)
        rows = augment.features(waves, backing, np.random.default_rng(3), strength)
        heard.append(rows - rows.mean((1, 2), keepdim=True))  # but for how loud it is
    own = augment.log_mel(augment.power(waves))
    strange, plain_rows = (float((rows - (own - own.mean((1, 2), keepdim=True))).square().mean()) for rows in heard)
    assert plain_rows < 0.2 * strange
