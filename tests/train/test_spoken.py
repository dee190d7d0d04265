"""Voices of recorded people, actors with checked phones, and what a voice does besides its phones."""

from itertools import pairwise

import numpy as np
import pytest

from vultus.train import emodb, festival, intonation
from vultus.train.festival import VOICES

NEEDS_FLITE = pytest.mark.skipif(not VOICES[0].installed, reason="needs flite (apt-get install flite)")
NEEDS_FESTIVAL = pytest.mark.skipif(not VOICES[3].installed, reason="needs festival and festvox-kallpc16k")
NEEDS_EMODB = pytest.mark.skipif(not emodb.FOLDER.exists(), reason="needs EmoDB in ../shared/speech")


@NEEDS_FLITE
def test_flite_tells_its_phones() -> None:
    said, slow = festival.speak(["my name", "my name"], VOICES[0], [1.0, 1.5])
    assert [phone.name for phone in said.phones if phone.name] == ["m", "aɪ", "n", "eɪ", "m"]  # noqa: RUF001
    assert abs(said.phones[-1].end - len(said.samples) / said.rate) < 0.1
    assert slow.phones[-1].end > 1.3 * said.phones[-1].end


@NEEDS_FESTIVAL
def test_festival_tells_its_phones() -> None:
    (said,) = festival.speak(["my name"], VOICES[3], [1.0])
    assert [phone.name for phone in said.phones if phone.name][:2] == ["m", "aɪ"]  # noqa: RUF001
    assert abs(said.phones[-1].end - len(said.samples) / said.rate) < 0.1


@NEEDS_EMODB
def test_actors_are_split_by_person_and_bursts_open_the_lips() -> None:
    trained, held = emodb.clips(held_out=False), emodb.clips(held_out=True)
    assert len(trained) + len(held) > 500 and len(held) > 100
    assert not {name[:2] for name in trained} & {name[:2] for name in held}
    samples, heard, shaped = emodb.clip("03a01Fa")
    assert len(samples) / 16_000 <= heard[-1].end + 0.21
    stops = [phone for phone in heard if phone.name == "p"]
    closures = [phone for phone in shaped if phone.name == "p"]
    assert len(stops) == 2 * len(closures) == 2  # its closure and its burst
    assert closures[0].end == pytest.approx(stops[1].start)
    gaps = [b.start - a.end for a, b in pairwise(shaped)]
    assert max(gaps) < emodb.SHORT + 0.01


def test_a_tone_is_voiced_at_its_pitch_and_noise_is_not() -> None:
    t = np.arange(32_000) / 16_000
    low = np.sin(2 * np.pi * 120 * t[:16_000]) + 0.3 * np.sin(2 * np.pi * 240 * t[:16_000])
    high = np.sin(2 * np.pi * 180 * t[16_000:]) + 0.3 * np.sin(2 * np.pi * 360 * t[16_000:])
    tone = np.concatenate([low, high]).astype(np.float32) * np.float32(0.1)
    made = intonation.measured(tone, 50)
    assert made.shape == (50, 3) and made[5:-5, 2].min() > 0.9
    step = made[30:45, 1].mean() - made[5:20, 1].mean()
    assert step == pytest.approx(5 * np.log2(1.5), abs=0.15)
    noise = np.random.default_rng(0).normal(0, 0.1, 32_000).astype(np.float32)
    assert intonation.measured(noise, 50)[:, 2].mean() < 0.3
    assert intonation.measured(np.zeros(32_000, np.float32), 50)[:, 1:].max() == 0
