"""What the liveliness listens for: is somebody speaking, since when, and where are the accents?

An accent is a rise of the loudness in the voice band well over its slow course while somebody speaks; the
beginnings and ends of phrases come from the network's certainty of speech, with a hysteresis.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vultus.clock import FRAME_RATE

Floats = NDArray[np.float32]

VOICE_BANDS = slice(4, 50)  # mel bands of about 200 Hz to 3 kHz
ON, OFF = 0.6, 0.3  # certainties of speech at which a phrase may begin and end
PHRASE_GAP = 6  # frames of silence that end a phrase, 240 ms
SLOW = 1 / 60  # share of a new frame in the slow loudness: a memory of about 2.4 s
FAST = 1 / 3
RISE = 0.55  # natural log units over the slow loudness that make an accent
REFRACTORY = 9  # frames between accents, 360 ms
QUIET = -9.0  # loudness that the slow course starts from and never falls below
SECOND = int(FRAME_RATE)


@dataclass(frozen=True)
class Prosody:
    """Where the speech stands at one frame."""

    speaking: float = 0.0  # certainty of speech, smoothed
    in_phrase: bool = False
    silent_for: int = 10 * SECOND  # frames since the last speech
    phrase_began: bool = False  # at this frame
    phrase_ended: bool = False  # at this frame
    accent: float = 0.0  # its strength 0..1 at the frame where one falls, else 0
    effort: float = 0.0  # how loud against the slow course, about -1..1, smoothed
    slow: float = QUIET  # slow loudness, natural log power
    fast: float = QUIET
    since_accent: int = SECOND


def loudness(rows: Floats) -> float:  # [t, BANDS] -> natural log power in the voice band
    """Mean log power of a frame's rows in the voice band."""
    return float(rows[:, VOICE_BANDS].astype(np.float64).mean())


def step(state: Prosody, level: float, certainty: float) -> Prosody:
    """The prosody one frame on, from the frame's loudness and the network's certainty of speech."""
    speaking = state.speaking + (certainty - state.speaking) * 0.5
    silent_for = 0 if speaking > ON or (state.in_phrase and speaking > OFF) else state.silent_for + 1
    in_phrase = silent_for == 0 or (state.in_phrase and silent_for < PHRASE_GAP)
    fast = state.fast + (level - state.fast) * FAST
    slow = max(QUIET, state.slow + (level - state.slow) * SLOW * speaking)
    if in_phrase and not state.in_phrase and state.slow <= QUIET:
        slow = max(QUIET, level - RISE)  # the first phrase sets the course
    over = (fast - slow) * speaking
    rising = fast > state.fast and over > RISE and state.since_accent >= REFRACTORY and in_phrase
    return replace(
        state,
        speaking=speaking,
        in_phrase=in_phrase,
        silent_for=silent_for,
        phrase_began=in_phrase and not state.in_phrase,
        phrase_ended=state.in_phrase and not in_phrase,
        accent=float(np.clip((over - RISE) / 1.5 + 0.3, 0, 1)) if rising else 0.0,
        effort=state.effort + (float(np.clip(over, -1, 1)) - state.effort) * 0.2,
        slow=slow,
        fast=fast,
        since_accent=0 if rising else state.since_accent + 1,
    )
