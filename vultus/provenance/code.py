"""What a mark says: 32 bits, spread over 56 signs so that many of them may be lost.

Eight bits name the scheme and stand as they are: they are known, so a detector can look for them. The other 24,
the film's own number, are two words of the extended binary Golay code [24, 12, 8] (Golay, "Notes on digital
coding", 1949): any two words differ in at least eight signs, and with 4096 words the likeliest one is found by
trying all.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

SCHEME = 1  # another way of marking gets another number
SCHEME_BITS, HALF_BITS, WORD = 8, 12, 24
SIGNS = SCHEME_BITS + 2 * WORD
NUMBERS = 1 << (2 * HALF_BITS)  # how many films can be told apart


def _words() -> Floats:  # [4096, 24] of +-1
    """All words: twelve bits of message, then the border form of the Golay code's other twelve."""
    squares = {k * k % 11 for k in range(1, 11)}
    checks = np.ones((HALF_BITS, HALF_BITS), np.int64)
    for row in range(11):
        for column in range(11):
            checks[row, column] = (column - row) % 11 not in squares
    checks[11, 11] = 0
    messages = (np.arange(1 << HALF_BITS)[:, None] >> np.arange(HALF_BITS)) & 1
    return (1 - 2 * (np.concatenate([messages, messages @ checks], 1) % 2)).astype(np.float32)


WORDS = _words()


@dataclass(frozen=True)
class Reading:
    """The likeliest message in some signs."""

    number: int  # 0 .. NUMBERS - 1
    agreement: float  # of the signs with that message's own: the sum over all of them
    confidence: float  # 0..1 that the number is right, given that there is a mark


def encode(number: int) -> Floats:  # [SIGNS] of +-1
    """The signs that carry `number`."""
    if not 0 <= number < NUMBERS:
        raise ValueError(f"a mark's number: wanted 0 .. {NUMBERS - 1}, got {number}")
    low, high = number % len(WORDS), number // len(WORDS)
    return np.concatenate([_scheme(), WORDS[low], WORDS[high]])


def decode(signs: Doubles) -> Reading:  # [SIGNS], each normal with variance 1 around its mean
    """The likeliest number in noisy signs."""
    agreements = [WORDS @ part for part in (signs[SCHEME_BITS:-WORD], signs[-WORD:])]  # [4096] each
    low, high = (int(np.argmax(agreement)) for agreement in agreements)
    best = [float(agreement.max()) for agreement in agreements]
    mean = sum(best) / (2 * WORD)  # of a sign, as far as it can be told
    confidence = 1.0
    for agreement in agreements:
        confidence /= float(np.exp(mean * (agreement - agreement.max())).sum())
    agreement_of_all = float(signs[:SCHEME_BITS] @ _scheme()) + sum(best)
    return Reading(low + high * len(WORDS), agreement_of_all, confidence)


def _scheme() -> Floats:  # [SCHEME_BITS]
    return (1 - 2 * ((SCHEME >> np.arange(SCHEME_BITS)) & 1)).astype(np.float32)
