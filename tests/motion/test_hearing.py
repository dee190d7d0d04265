"""Hearing: one frame at a time, 80 ms ahead and no more, still where nobody speaks."""

from pathlib import Path

import numpy as np

from vultus import measure, speech
from vultus.clock import FEATURES_PER_FRAME, SAMPLE_RATE, SAMPLES_PER_FRAME
from vultus.face import EXPRESSIONS, D, E
from vultus.media import sound
from vultus.motion import hearing
from vultus.motion.hearing import DELAY, LOWER_FACE, PHONES, A, Floats, Heard, P

ADA = Path(__file__).parents[2] / "examples" / "voice_ada.flac"


def voice_of(seconds: int) -> Floats:
    return np.concatenate(list(sound.listen(ADA)))[: seconds * SAMPLE_RATE]


def heard_of(samples: Floats) -> list[Heard]:
    """What is heard at each frame, the first `DELAY` answers left out."""
    _, rows = speech.step(speech.init(), samples)
    state, out = hearing.init(), []
    for start in range(0, len(rows) - FEATURES_PER_FRAME + 1, FEATURES_PER_FRAME):
        state, one = hearing.step(state, rows[start : start + FEATURES_PER_FRAME])
        out.append(one)
    return out[DELAY:]


def opening(said: list[Heard]) -> Floats:
    rows = np.zeros((len(said), D), np.float32)
    rows[:, :E] = np.stack([one.lips for one in said])
    return np.asarray(measure.lip_aperture(rows), np.float32)


def test_what_is_heard_has_its_shape_and_its_range() -> None:
    said = heard_of(voice_of(4))
    others = [i for i, name in enumerate(EXPRESSIONS) if not name.startswith(LOWER_FACE)]
    for one in said:
        assert one.lips.shape == (E,) and one.lips.min() >= 0 and one.lips.max() <= 1
        assert not one.lips[others].any()
        assert 0 <= one.shut <= 1 and 0 <= one.speaking <= 1
        assert one.features.shape == (A,) and abs(one.features.std() - 1) < 0.05
        assert one.phones.shape == (P,) and abs(one.phones.sum() - 1) < 1e-3


def test_speech_moves_the_lips_and_silence_does_not() -> None:
    said = heard_of(np.concatenate([np.zeros(SAMPLE_RATE, np.float32), voice_of(5)]))
    quiet, loud = said[5:20], said[40:]
    assert max(one.speaking for one in quiet) < 0.2 < 0.6 < np.mean([one.speaking for one in loud])
    assert opening(quiet).max() < 0.006 and opening(loud).std() > 0.012
    silent = [one.phones[PHONES.index("sil")] for one in quiet]
    assert np.mean(silent) > 0.8


def test_the_same_sound_is_heard_the_same() -> None:
    voice = voice_of(1)
    for a, b in zip(heard_of(voice), heard_of(voice.copy()), strict=True):
        assert a.features.tobytes() == b.features.tobytes() and a.lips.tobytes() == b.lips.tobytes()


def test_nothing_is_heard_more_than_its_look_ahead_before_it_sounds() -> None:
    voice = voice_of(2)
    cut = voice.copy()
    cut[25 * SAMPLES_PER_FRAME :] = 0
    whole, part = heard_of(voice), heard_of(cut)
    for frame in range(25 - DELAY):
        assert whole[frame].features.tobytes() == part[frame].features.tobytes()
    assert whole[25 - DELAY].features.tobytes() != part[25 - DELAY].features.tobytes()


def test_the_state_is_never_changed_in_place() -> None:
    rows = np.random.default_rng(0).normal(-8, 3, (FEATURES_PER_FRAME, 80)).astype(np.float32)
    first = hearing.init()
    before = first.cache.copy()
    second, _ = hearing.step(first, rows)
    np.testing.assert_array_equal(first.cache, before)
    assert second.cache.shape == first.cache.shape and (second.cache != first.cache).any()
