"""Speech features to what motion is made from: the lips that a voice asks for, and what else it tells.

The network (`train/hearing_net.py` builds and trains it) runs on exactly one frame's worth of rows at a time
and hands back what its convolutions will need again, so every call has the same shapes and the same bytes
come out however the sound is cut. It answers for the frame that lies `DELAY` frames behind the newest one:
that is all the future it hears.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from vultus import weights
from vultus.clock import FEATURES_PER_FRAME, SAMPLES_PER_FRAME
from vultus.compiled import kernel
from vultus.face import EXPRESSIONS, E
from vultus.motion import matrices
from vultus.motion.matrices import Packed, Place, add, dense, logistic, normed, silu, softmax

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
MIDDLE = 3  # blocks below the phones that are said half way
TOLD = 5  # that training asks for beside: energy, pitch, voicing, time since speech began and since it ended
CENTRE, SCALE = -8.0, 4.0  # of the log-mel values of speech
NEAR = 2.5  # ... of their distance from the slow mean
FIRST_VOICED, LAST_VOICED = 4, 50  # bands that tell how loud a voice is, the last not among them
STEEP = 2.5  # of the closing on its logit: a mean of open and closed lips is neither
KEPT_JAW = 0.3  # share of the opening that the jaw keeps behind closed lips
JAW, CLOSE = EXPRESSIONS.index("jawOpen"), EXPRESSIONS.index("mouthClose")
PARTED = [i for i, name in enumerate(EXPRESSIONS) if name.startswith(("mouthLowerDown", "mouthUpperUp", "mouthFunnel"))]
GIVES = np.array(
    [1 - KEPT_JAW if i == JAW else float(i == CLOSE or i in PARTED) for i in range(E)], np.float32
)  # share of each weight that closed lips take away

ORDER = (
    *("fast", "finer.taps", "finer.mix", "slow"),
    *(f"blocks.{i}.{part}" for i in range(MIDDLE) for part in ("taps", "mix")),
    *("early", "back"),
    *(f"blocks.{i}.{part}" for i in range(MIDDLE, len(DILATIONS)) for part in ("taps", "mix")),
    *("features", "phones", "others", "expression"),
)  # in which the matrices are read: convolutions are [out, taps x in]

# What is kept from call to call, in the order of the layers, each step by step: (channels, steps).
CACHES: tuple[tuple[int, int], ...] = (
    (BANDS + 1, 1),
    (2 * BANDS, KERNELS[0] - 2),
    (WIDTH_FAST, 2),
    (WIDTH_FAST, KERNELS[1] - 2),
    *((WIDTH, 2 * dilation) for dilation in DILATIONS),
)
CACHE_SIZE = sum(channels * steps for channels, steps in CACHES)
CHANNELS, STEPS = (np.array(column) for column in zip(*CACHES, strict=True))
GAPS = np.array(DILATIONS)
STARTS = np.cumsum([0, *(CHANNELS * STEPS)])
ANSWERS = E + 2 + A + P
FADING = np.float32(np.exp(-1 / MEMORY))


@dataclass(frozen=True)
class HearingState:
    """What the network remembers of the rows so far."""

    cache: Floats  # [CACHE_SIZE]


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
    return HearingState(np.zeros(CACHE_SIZE, np.float32))


@cache
def network() -> Packed:
    """The trained one."""
    return matrices.packed(weights.arrays("hearing"), ORDER)


def step(
    state: HearingState,
    rows: Floats,  # [FEATURES_PER_FRAME, BANDS]
) -> tuple[HearingState, Heard]:
    """The new state, and what was heard at the frame `DELAY` frames before the end of these rows."""
    assert rows.shape == (FEATURES_PER_FRAME, BANDS), rows.shape
    cache = state.cache.copy()
    out = listened(network(), rows, cache)
    return HearingState(cache), Heard(out[:E], float(out[E]), float(out[E + 1]), out[E + 2 : -P], out[-P:])


@kernel
def _distances(rows: Floats, sums: Floats, out: Floats) -> None:
    """Write rows and their distance from the slow mean of the voice to out [4, 2 BANDS]; sums [BANDS + 1] go on."""
    count, loud = np.float32(len(rows)), np.float32(0)
    for t in range(len(rows)):
        for band in range(FIRST_VOICED, LAST_VOICED):
            loud += rows[t, band]
    loud /= count * np.float32(LAST_VOICED - FIRST_VOICED)
    weight = np.exp(np.float32(0.5) * (loud - np.float32(CENTRE)))
    sums[BANDS] = FADING * sums[BANDS] + weight
    for band in range(BANDS):
        now = np.float32(0)
        for t in range(len(rows)):
            now += rows[t, band]
        sums[band] = FADING * sums[band] + weight * (now / count - np.float32(CENTRE))
        mean = np.float32(CENTRE) + sums[band] / (sums[BANDS] + np.float32(1))
        for t in range(len(rows)):
            out[t, band] = (rows[t, band] - np.float32(CENTRE)) / np.float32(SCALE)
            out[t, BANDS + band] = (rows[t, band] - mean) / np.float32(NEAR)


@kernel
def _convolved(
    net: Packed, at: Place, cache: Floats, layer: int, x: Floats, gap: int, stride: int, out: Floats
) -> Place:
    """A convolution, taps gap steps apart, over what the layer keeps and x [n, in], to out; what it keeps goes on."""
    channels, kept, start = CHANNELS[layer], STEPS[layer], STARTS[layer]
    taps = 1 + (kept + len(x) - 1 - (len(out) - 1) * stride) // gap
    seen = np.empty(taps * channels, np.float32)
    last = at
    for t in range(len(out)):
        for tap in range(taps):
            step = t * stride + tap * gap
            for c in range(channels):
                value = cache[start + step * channels + c] if step < kept else x[step - kept, c]
                seen[tap * channels + c] = value
        last = dense(net, at, seen, out[t])
    for step in range(kept):
        later = step + len(x)
        for c in range(channels):
            value = cache[start + later * channels + c] if later < kept else x[later - kept, c]
            cache[start + step * channels + c] = value
    return last


@kernel
def _block(net: Packed, at: Place, cache: Floats, layer: int, gap: int, x: Floats) -> Place:  # x [n, width]
    """A residual block, in place."""
    made, mixed = np.empty_like(x), np.empty_like(x[0])
    at = _convolved(net, at, cache, layer, x, gap, 1, made)
    last = at
    for t in range(len(x)):
        silu(made[t], made[t])
        last = dense(net, at, made[t], mixed)
        add(x[t], mixed)
    return last


@kernel
def _said(phones: Floats) -> None:  # [2 P]
    """Scores to probabilities, each half for itself, in place."""
    softmax(phones[:P])
    softmax(phones[P:])


def listened(net: Packed, rows: Floats, cache: Floats) -> Floats:
    """Answers [E + 2 + A + P]: lips, closure, speech, features, phones of rows [4, BANDS]; the cache goes on.

    One kernel for all of it would take four times as long to compile.
    """
    heard, fast = np.empty((len(rows), 2 * BANDS), np.float32), np.empty((2, WIDTH_FAST), np.float32)
    x, phones = np.empty((1, WIDTH), np.float32), np.empty(2 * P, np.float32)
    _distances(rows, cache[: BANDS + 1], heard)
    at = _convolved(net, (0, 0), cache, 1, heard, 1, 2, fast)
    silu(fast.ravel(), fast.ravel())
    at = _block(net, at, cache, 2, 1, fast)
    silu(fast.ravel(), fast.ravel())
    at = _convolved(net, at, cache, 3, fast, 1, 2, x)
    at = _blocks(net, at, cache, 4, GAPS[:MIDDLE], x)
    at = _early(net, at, x[0], phones)
    at = _blocks(net, at, cache, 4 + MIDDLE, GAPS[MIDDLE:], x)
    answers: Floats = _answered(net, at, x[0], phones)
    return answers


@kernel
def _blocks(net: Packed, at: Place, cache: Floats, layer: int, gaps: NDArray[np.int64], x: Floats) -> Place:
    for i in range(len(gaps)):
        at = _block(net, at, cache, layer + i, gaps[i], x)
    return at


@kernel
def _early(net: Packed, at: Place, x: Floats, phones: Floats) -> Place:
    """What phone is heard half way, and back into x."""
    y = np.empty(WIDTH, np.float32)
    silu(x, y)
    at = dense(net, at, y, phones)
    _said(phones)
    at = dense(net, at, phones, y)
    add(x, y)
    return at


@kernel
def _answered(net: Packed, at: Place, x: Floats, phones: Floats) -> Floats:
    both, others, out = np.empty(WIDTH + A, np.float32), np.empty(2 + TOLD, np.float32), np.empty(ANSWERS, np.float32)
    lips, features = out[:E], out[E + 2 : E + 2 + A]
    silu(x, both[:WIDTH])
    at = dense(net, at, both[:WIDTH], features)
    normed(features, features)
    for c in range(A):
        both[WIDTH + c] = features[c]
    at = dense(net, at, features, phones)
    at = dense(net, at, features, others)
    dense(net, at, both, lips)
    gate = logistic(np.float32(STEEP) * others[1])
    for i in range(E):
        lips[i] *= np.float32(1) - GIVES[i] * gate
    lips[CLOSE] += gate * lips[JAW]
    for i in range(E):
        lips[i] = min(max(lips[i], np.float32(0)), np.float32(1))
    out[E], out[E + 1] = logistic(others[1]), logistic(others[0])
    _said(phones)
    for i in range(P):
        out[E + 2 + A + i] = np.float32(0.5) * (phones[i] + phones[P + i])
    return out
