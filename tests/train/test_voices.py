"""Aligning one sentence in two voices."""

import numpy as np

from vultus.clock import SAMPLE_RATE
from vultus.train.voices import Floats, corresponding


def melody(tones: list[float], seconds: list[float]) -> Floats:
    pieces = [
        np.sin(2 * np.pi * tone * np.arange(int(length * SAMPLE_RATE)) / SAMPLE_RATE)
        for tone, length in zip(tones, seconds, strict=True)
    ]
    return np.concatenate(pieces).astype(np.float32) * np.float32(0.2)


def test_the_same_sounds_at_another_tempo_find_each_other() -> None:
    tones, even, uneven = [300.0, 900.0, 2500.0, 600.0], [0.3] * 4, [0.2, 0.45, 0.25, 0.3]
    here, there, _ = corresponding(melody(tones, even), (0, 1.2), melody(tones, uneven), (0, 1.2))
    turns = np.interp([0.3, 0.6, 0.9], here, there)
    np.testing.assert_allclose(turns, [0.2, 0.65, 0.9], atol=0.06)
    assert (np.diff(there) >= 0).all()


def test_a_voice_corresponds_to_itself() -> None:
    sound = melody([300.0, 900.0, 2500.0], [0.3] * 3)
    here, there, misfit = corresponding(sound, (0.1, 0.8), sound, (0.1, 0.8))
    assert misfit < 1e-3
    np.testing.assert_allclose(here[5:-5], there[5:-5], atol=0.02)
