"""Where a life is begun to be shown: a face that has lived through some silence, awake, its eyes open.

A face without a past swings twice as far in its first two seconds as later, and now and then blinks at once. So a
seed's life begins with a little silence that nobody sees (`flow.shown_from_now` brings the first frame to rest).
"""

from collections import deque
from functools import cache, lru_cache

import numpy as np

from vultus.clock import FEATURES_PER_FRAME
from vultus.face import GAZE, Floats
from vultus.motion import flow, hearing
from vultus.motion.controls import BLINKS, Controls
from vultus.motion.flow import FlowState
from vultus.motion.hearing import Heard

SETTLING = 40  # frames of silence at least: the linear prediction and the first layer's memory are filled
LONGEST = 80  # ... at most
AWAKE = 12  # frames after the first during which silence would bring no blink
OPEN = 0.15  # weight of a lid under which an eye is open
NEAR = np.float32(np.radians(4.0))  # gaze that is near home
KEPT = 16  # seeds whose beginnings are remembered
SILENT = np.float32(np.log(1e-6))  # in every band of a row of features: what the speech stage makes of zeros
HEARS = 12  # frames after which silence is heard as silence


@cache
def quiet() -> Heard:
    """What hearing makes of silence once it has settled."""
    state, rows = hearing.init(), np.full((FEATURES_PER_FRAME, hearing.BANDS), SILENT, np.float32)
    for _ in range(HEARS - 1):
        state, _ = hearing.step(state, rows)
    return hearing.step(state, rows)[1]


@lru_cache(maxsize=KEPT)
def settled(seed: int) -> FlowState:
    """The state in which the life of this seed begins to be shown."""
    state, usual = flow.init(seed), Controls().conditions()
    lived: deque[tuple[FlowState, Floats]] = deque(maxlen=AWAKE + 1)
    for count in range(1, LONGEST + 1):
        state, row = flow.step(state, quiet(), usual)
        lived.append((state, row))
        if count >= SETTLING + AWAKE and _awake([row for _, row in lived]):
            break
    return flow.shown_from_now(lived[0][0])


def _awake(rows: list[Floats]) -> bool:  # each [D]
    """Whether the eyes are open through all of these frames, and look about where they rest at the first."""
    return all(row[BLINKS].max() < OPEN for row in rows) and bool(np.abs(rows[0][GAZE]).max() < NEAR)
