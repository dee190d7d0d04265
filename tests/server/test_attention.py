"""Whether somebody speaks: voices do, rooms and clicks do not."""

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.sounds import babble
from vultus.clock import SAMPLE_RATE
from vultus.server.attention import Attention

Floats = NDArray[np.float32]


def room(seconds: float, loudness: float) -> Floats:
    noise = np.random.default_rng(0).standard_normal(round(seconds * SAMPLE_RATE))
    return np.asarray(noise * loudness, np.float32)


def spoken(sound: Floats, piece: int = 320) -> list[bool]:
    attention, found = Attention(), []
    for start in range(0, len(sound), piece):
        attention.hear(sound[start : start + piece])
        found.append(attention.speaks)
    return found


@pytest.mark.parametrize("loudness", [0.0, 0.0005, 0.005])
def test_a_voice_is_heard_and_its_end(loudness: float) -> None:
    voice = babble(1.0)
    sound = np.concatenate([room(2.0, loudness), voice + room(1.0, loudness), room(2.0, loudness)])
    found = spoken(sound.astype(np.float32))
    assert not any(found[:100])
    assert all(found[115:150])
    assert not any(found[-50:])


def test_a_noisy_room_is_no_voice() -> None:
    assert not any(spoken(room(6.0, 0.02))[100:])


def test_a_click_is_no_voice() -> None:
    sound = room(3.0, 0.001)
    sound[16_000:16_320] += 0.5
    assert not any(spoken(sound))


@pytest.mark.parametrize("piece", [1, 77, 960, 48_000])
def test_the_cutting_of_the_sound_does_not_matter(piece: int) -> None:
    sound = np.concatenate([room(1.0, 0.001), babble(1.0)]).astype(np.float32)
    assert spoken(sound, piece)[-1] == spoken(sound)[-1] is True


def test_silence_by_zeros_does_not_make_the_next_breath_a_voice() -> None:
    sound = np.concatenate([np.zeros(32_000, np.float32), room(2.0, 0.0015)])
    assert not any(spoken(sound))
