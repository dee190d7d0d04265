"""The laws of the stream, held through the talker on whole frames."""

from hashlib import sha256

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import drawn
from tests.sounds import babble
from vultus.clock import SAMPLES_PER_FRAME
from vultus.motion.stream import LOOK_AHEAD_FRAMES
from vultus.talker import Talker

SIZE = 64
SOUND = babble(1.2)


def frames(pieces: list[np.ndarray], *, seed: int = 0, greedy: bool = True) -> list[bytes]:
    """A digest of each frame; taken after every piece, or all at the end."""
    talker = Talker(drawn.portrait(), SIZE, seed)
    taken = []
    for piece in pieces:
        talker.push(piece)
        taken += list(talker) if greedy else []
    talker.finish()
    taken += list(talker)
    return [sha256(tick.frame.tobytes() + tick.samples.tobytes() + bytes([tick.end])).digest() for tick in taken]


WHOLE = frames([SOUND])

cuts = st.lists(st.integers(0, len(SOUND)), max_size=12).map(sorted)


@settings(max_examples=15, deadline=None)
@given(cuts, st.booleans())
def test_streaming_equals_batch(cuts: list[int], greedy: bool) -> None:
    assert frames(np.split(SOUND, cuts), greedy=greedy) == WHOLE


def test_ticks_equal_iteration() -> None:
    talker = Talker(drawn.portrait(), SIZE)
    talker.push(SOUND)
    talker.finish()
    ticks = [talker.tick() for _ in range(len(WHOLE))]
    assert [
        sha256(tick.frame.tobytes() + tick.samples.tobytes() + bytes([tick.end])).digest() for tick in ticks
    ] == WHOLE


@settings(max_examples=10, deadline=None)
@given(st.integers(1, len(SOUND)), st.integers(0, 3))
def test_causality(cut: int, seed: int) -> None:
    """Whatever is said after a frame was given out, that frame stays what it was."""
    other = np.concatenate([SOUND[:cut], babble(1.2, seed=seed + 1)])
    settled = max(0, cut // SAMPLES_PER_FRAME - LOOK_AHEAD_FRAMES)
    assert frames([other])[:settled] == WHOLE[:settled]


def test_the_future_counts_within_the_look_ahead() -> None:
    """The law above would hold for a face that hears nothing: this one does hear."""
    loud = frames([np.concatenate([SOUND[: 10 * SAMPLES_PER_FRAME], babble(1.0, seed=5)])])
    assert loud[8 + LOOK_AHEAD_FRAMES :] != WHOLE[8 + LOOK_AHEAD_FRAMES : len(loud)]


def test_determinism() -> None:
    assert frames([SOUND]) == WHOLE
    assert frames([SOUND], seed=1) != WHOLE
