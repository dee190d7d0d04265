"""Speech features to what motion is made from: the lips that a voice asks for, and what else it tells.

The network (`train/hearing_net.py` builds and trains it) runs on exactly one frame's worth of rows at a time
and hands back what its convolutions will need again, so every call has the same shapes and the same bytes
come out however the sound is cut. It answers for the frame that lies `DELAY` frames behind the newest one:
that is all the future it hears.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vultus import weights
from vultus.clock import FEATURES_PER_FRAME, SAMPLES_PER_FRAME
from vultus.face import E

Floats = NDArray[np.float32]

BANDS = 80  # of a log-mel row
DELAY = 2  # frames between the newest rows and the frame that the network answers for
LOOK_AHEAD_FRAMES = DELAY
LOOK_AHEAD_SAMPLES = LOOK_AHEAD_FRAMES * SAMPLES_PER_FRAME  # 1280 samples, 80 ms, after a frame's own 640
LOWER_FACE = ("jaw", "mouth", "cheek", "noseSneer", "tongue")  # how the names of its weights begin
WIDTH_FAST = 128  # channels at 50 steps a second
WIDTH = 256  # channels at the frame rate
DILATIONS = (1, 2, 4, 8, 16, 1)  # frames, of the residual blocks with three taps
KERNELS = (6, 4)  # taps of the two convolutions that halve the rate
MEMORY = 75.0  # frames in which the slow mean of the voice fades to 1/e
A = 128  # features that motion is conditioned on
PHONES = ("sil", *"pbmfvθðtdnszʃʒlrɹjwkgŋxhʁcɟɲ", *"iɪeɛæaɑɔoʊuyøœəʌɜɐɨ")  # noqa: RUF001
P = len(PHONES)  # kinds of phones that are told apart, by their IPA letters

# What is kept from call to call, in the order of the layers: (channels, steps).
CACHES: tuple[tuple[int, int], ...] = (
    (BANDS + 1, 1),
    (2 * BANDS, KERNELS[0] - 2),
    (WIDTH_FAST, 2),
    (WIDTH_FAST, KERNELS[1] - 2),
    *((WIDTH, 2 * dilation) for dilation in DILATIONS),
)
CACHE_SIZE = sum(channels * steps for channels, steps in CACHES)


@dataclass(frozen=True)
class HearingState:
    """What the network remembers of the rows so far."""

    cache: Floats  # [1, CACHE_SIZE]


@dataclass(frozen=True)
class Heard:
    """What was heard at one frame."""

    lips: Floats  # [E] 0..1, the lower face with its closures; 0 elsewhere
    shut: float  # 0..1, how sure it is that a bilabial shuts the lips
    speaking: float  # 0..1, how sure it is of speech
    features: Floats  # [A] of unit spread
    phones: Floats  # [P] probabilities of the kinds of phones


def init() -> HearingState:
    """The state before the first row."""
    return HearingState(np.zeros((1, CACHE_SIZE), np.float32))


def step(
    state: HearingState,
    rows: Floats,  # [FEATURES_PER_FRAME, BANDS]
) -> tuple[HearingState, Heard]:
    """The new state, and what was heard at the frame `DELAY` frames before the end of these rows."""
    assert rows.shape == (FEATURES_PER_FRAME, BANDS), rows.shape
    out = weights.network("hearing")({"rows": rows[None], "cache": state.cache})
    lips, features, phones = out["lips"][0], out["features"][0], out["phones"][0]
    assert lips.shape == (E,) and features.shape == (A,) and phones.shape == (P,), (lips.shape, features.shape)
    return HearingState(out["next_cache"]), Heard(
        lips, float(out["shut"][0]), float(out["speaking"][0]), features, phones
    )
