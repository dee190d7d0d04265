"""What was heard, heard once more by who knows what is said next: for films, whose whole sound is there.

Lips move for sounds that are still to come, and rest or part in pauses by how those end, so a recording's lips can be
told better than live ones. A small network (`train/hindsight_net.py` builds and trains it) looks at what hearing said
of the REACH frames to both sides of a frame, and changes its lips and closures. Where a bilabial is heard but not
when, its closure would be spread over frames none of which closes: the likeliest one does. As in `hearing.py` one
frame goes in at a time, every call has the same shapes, and what will be needed again is kept.
"""

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from vultus import weights
from vultus.compiled import kernel
from vultus.face import EXPRESSIONS, E
from vultus.motion import matrices
from vultus.motion.hearing import CLOSE, GIVES, JAW, LOWER_FACE, STEEP, A, Heard, P
from vultus.motion.matrices import Packed, add, dense, silu

Floats = NDArray[np.float32]

DILATIONS = (1, 2, 4, 8, 1)  # frames, of the residual blocks with three taps
WIDTH = 128  # channels
REACH = sum(DILATIONS)  # frames to each side
LATE = REACH + 1  # frames that are heard after the one that comes out
SEEN = E + 2 + A + P  # what is looked at of a frame, in this order: lips, closure, speech, features, phones
SURE = 0.35  # from which on the likeliest of three frames closes the lips for good
LEAST = 0.02  # of what may be left open: where hearing was sure, nothing is divided by nothing
ORDER = ("enter", *(f"blocks.{i}.{part}" for i in range(len(DILATIONS)) for part in ("taps", "mix")), "leave")

GAPS = np.array(DILATIONS)
OWN = np.array([name.startswith(LOWER_FACE) for name in EXPRESSIONS], np.float32)  # eyes and brows are not its


@dataclass(frozen=True)
class HindsightState:
    """What the network remembers; never changed in place."""

    kept: Floats  # [2 REACH, WIDTH] what each block saw in its last frames, block by block
    waiting: tuple[Heard, ...] = ()  # up to REACH, the newest last
    changed: tuple[Heard, ...] = ()  # the last two that were changed


def init() -> HindsightState:
    """The state before the first frame."""
    return HindsightState(np.zeros((2 * REACH, WIDTH), np.float32))


@cache
def network() -> Packed:
    """The trained one."""
    return matrices.packed(weights.arrays("hindsight"), ORDER)


def step(state: HindsightState, heard: Heard) -> tuple[HindsightState, Heard | None]:
    """The new state, and the frame LATE frames ago with other lips and closures; None where there was none."""
    kept, waiting = state.kept.copy(), (*state.waiting, heard)
    changes = looked(network(), seen(heard), min(len(waiting) - 1, REACH), kept)
    if len(waiting) <= REACH:
        return HindsightState(kept, waiting), None
    changed = (*state.changed, _changed(waiting[0], changes))
    later = HindsightState(kept, waiting[1:], changed[-2:])
    return later, _surest(changed) if len(changed) > 1 else None


def seen(heard: Heard) -> Floats:  # [SEEN, filled up]
    """All that hearing tells, in one row."""
    row = np.zeros(matrices.padded(SEEN), np.float32)
    row[:E], row[E], row[E + 1] = heard.lips, heard.shut, heard.speaking
    row[E + 2 : E + 2 + A], row[E + 2 + A : SEEN] = heard.features, heard.phones
    return row


@kernel
def looked(net: Packed, row: Floats, age: int, kept: Floats) -> Floats:  # [SEEN, filled up], [2 REACH, WIDTH]
    """The changes [E + 1] to the lips and to the closure's logit of REACH frames ago; what is kept goes on.

    `age` is how many frames there were before this one, REACH at most: what lies before the first is nothing.
    """
    x, mixed = np.empty(WIDTH, np.float32), np.empty(WIDTH, np.float32)
    around = np.empty(3 * WIDTH, np.float32)
    at = dense(net, (0, 0), row, x)
    first, delay = 0, 0
    for gap in GAPS:
        own = kept[first : first + 2 * gap]
        around[:WIDTH], around[WIDTH : 2 * WIDTH], around[2 * WIDTH :] = own[0], own[gap], x
        for i in range(2 * gap - 1):
            own[i] = own[i + 1]
        own[2 * gap - 1] = x
        x[:] = around[WIDTH : 2 * WIDTH]
        made = np.empty(WIDTH, np.float32)
        at = dense(net, at, around, made)
        silu(made, made)
        at = dense(net, at, made, mixed)
        add(x, mixed)
        first, delay = first + 2 * gap, delay + gap
        if delay > age:
            x[:] = 0
    silu(x, x)
    changes = np.empty(E + 1, np.float32)
    dense(net, at, x, changes)
    return changes


def _changed(heard: Heard, changes: Floats) -> Heard:  # [E + 1]
    """Other lips, closed as far as is sure now: hearing has closed them as far as it was sure."""
    shut = min(max(heard.shut, 1e-6), 1 - 1e-6)
    logit = float(np.log(shut / (1 - shut)))
    before, now = (1 / (1 + np.exp(-STEEP * value)) for value in (logit, logit + float(changes[E])))
    gate = max(0.0, (now - before) / (1 - before + LEAST))
    sure = float(1 / (1 + np.exp(-logit - float(changes[E]))))
    return replace(heard, lips=_closed(heard.lips + OWN * changes[:E], gate), shut=sure)


def _surest(frames: tuple[Heard, ...]) -> Heard:
    """The last but one of two or three frames; closed for good where it is likeliest to be shut."""
    own = frames[-2]
    if own.shut > SURE and own.shut >= max(one.shut for one in frames):
        return replace(own, lips=_closed(own.lips, 1.0))
    return own


def _closed(lips: Floats, gate: float) -> Floats:  # [E] both
    """As hearing closes lips: the jaw mostly up, the rest of its opening closed."""
    less = lips * (1 - GIVES * np.float32(gate))
    less[CLOSE] += np.float32(gate) * less[JAW]
    return np.asarray(np.clip(less, 0, 1), np.float32)
