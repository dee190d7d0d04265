"""Does turning one control move what is not its own? Long lives, beside how far chance alone moves them.

Gaze, distance and gains are put on a life that does not know of them, so everything else must stay the same to the
bit. Feelings, the blink rate and listening are told to the life; they change which life is lived, so only means over
many minutes can be compared. Minutes are cut into stretches; the spread of the stretches' differences tells how far
the mean of all of them may be off by chance, and a channel counts as moved when it is over the bar by more than that.
"""

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from vultus import speech
from vultus.clock import FEATURES_PER_FRAME, FRAME_RATE
from vultus.face import CHANNELS, EXPRESSIONS, GAZE, LOG_DISTANCE, ROTATION, D, Floats, neutral
from vultus.motion import controls, flow, hearing, settling
from vultus.motion.controls import LIDS, Controls
from vultus.motion.emotion import OFFSETS, Emotion
from vultus.motion.hearing import DELAY, Heard
from vultus.motion.innovation import OPENING
from vultus.train.evaluate import clips, many
from vultus.train.evaluate.path import USUAL, looking

Array = NDArray[np.float64]
Figures = dict[str, float | bool | str | list[str] | None]

FPS = float(FRAME_RATE)
BAR = 0.05  # of a channel's own spread
STILL = 1e-3  # spread under which a channel does not move at all
SAME = 1e-6  # more than this is not the same
STRETCH = 750  # frames, 30 s: lives forget sooner
SURE = 3.0  # standard errors: of fifty channels one passes two of them by chance
BEGUN = 250  # frames before the first that counts
TALK = 120  # seconds of sound that are heard again and again
_HEAD, _LOOK = list(range(ROTATION.start, D)), [GAZE.start, GAZE.start + 1]
_LIDS_AND_BROWS = [i for i, channel in enumerate(EXPRESSIONS) if channel.startswith(("eye", "brow"))]


def _felt(kind: str) -> list[int]:
    """What a feeling moves by design: its weights, lids and brows, how far the mouth opens; sadness looks down."""
    shown = np.flatnonzero(OFFSETS[Emotion._fields.index(kind)]).tolist()
    return sorted({*shown, *_LIDS_AND_BROWS, *OPENING.tolist(), *(_LOOK[1:] if kind == "sad" else [])})


MET = {  # controls that are met by arithmetic, and what else they move by design
    "gaze": (Controls(gaze=(float(np.radians(10)), float(np.radians(-6)))), [*_LOOK, *controls.BLINKS]),
    "distance": (Controls(distance=0.15), [LOG_DISTANCE]),
    "head_gain": (Controls(head_gain=1.5), _HEAD),
    "expression_gain": (Controls(expression_gain=1.3), controls.SPOKEN),
}
LIVED = {
    "blink_rate": (Controls(blink_rate=2.0), LIDS),
    "listening": (Controls(listening=1.0), [*_LIDS_AND_BROWS, *_HEAD]),  # it nods and lifts its brows
    **{kind: (Controls(emotion=Emotion(**{kind: 0.7})), _felt(kind)) for kind in Emotion._fields},
}


@cache
def _heard(seconds: int) -> tuple[Heard, ...]:
    """What is heard of a talk, frame by frame."""
    _, rows = speech.step(speech.init(), clips.talk(seconds))
    state, out = hearing.init(), []
    for frame in range(len(rows) // FEATURES_PER_FRAME):
        state, one = hearing.step(state, rows[frame * FEATURES_PER_FRAME : (frame + 1) * FEATURES_PER_FRAME])
        out.append(one)
    return tuple(out[DELAY:])


def lived(seed: int, seconds: int, told: Controls = USUAL) -> Floats:  # [T, D]
    """Placed rows of so long a talk, gaze in the world."""
    heard, state, conditions = _heard(min(seconds, TALK)), settling.settled(seed), told.conditions()
    rows = np.empty((int(seconds * FPS), D), np.float32)
    for t in range(len(rows)):
        state, rows[t] = flow.step(state, heard[t % len(heard)], conditions)
    return in_world(controls.apply(rows, neutral(), told))


def in_world(rows: Floats) -> Floats:  # [T, D]
    """Rows with the gaze in the world: the eyes turn back against the head by design."""
    out = rows.copy()
    out[:, GAZE] = looking(rows)
    return out


def compared(usual: Array, turned: Array, spread: Array) -> tuple[Array, Array]:  # [N, D] means of stretches, [D]
    """(how far the means moved, how far chance may move them: a standard error), both over the spread [D]."""
    away = (turned - usual) / spread
    return away.mean(0), away.std(0, ddof=1) / np.sqrt(len(away))


def _verdict(moved: Array, error: Array, others: Sequence[int]) -> Figures:
    share, chance = np.abs(moved[list(others)]), error[list(others)]
    worst = int(share.argmax())
    over = [CHANNELS[others[i]] for i in np.flatnonzero(share - SURE * chance > BAR).tolist()]
    return {
        "median": float(np.median(share)),
        "worst": float(share[worst]),
        "worst_channel": CHANNELS[others[worst]],
        "error_of_worst": float(chance[worst]),
        "median_error": float(np.median(chance)),
        "surely_over": over,
        "met": None if not over and share[worst] > BAR else not over,  # None: it would take longer to know
    }


def by_arithmetic(seed: int, seconds: int) -> dict[str, Figures]:
    """How far other channels move, at the most at any frame, when what is met by arithmetic is turned."""
    usual, out = lived(seed, seconds), dict[str, Figures]()
    for name, (told, own) in MET.items():
        away = np.abs(lived(seed, seconds, told) - usual)
        away[:, own] = 0
        out[name] = {"farthest": float(away.max()), "met": bool(away.max() <= SAME)}
    return out


def by_life(count: int, seconds: int) -> dict[str, Figures]:
    """How far means of other channels move, over their spread, when what is told to `count` lives is turned."""
    turned = {"usual": (USUAL, list[int]()), "chance": (USUAL, list[int]()), **LIVED}  # chance: other seeds
    means, spread = _lives(list(turned), [told for told, _ in turned.values()], count, seconds)
    moving = [i for i in range(D) if spread[i] > STILL]
    out = dict[str, Figures]()
    for name, (_, own) in list(turned.items())[1:]:
        others = [i for i in moving if i not in own]
        out[name] = _verdict(*compared(means["usual"], means[name], np.maximum(spread, STILL)), others)
    return out


def _lives(
    names: Sequence[str], told: Sequence[Controls], count: int, seconds: int
) -> tuple[dict[str, Array], Array]:  # {name: [N, D]}, [D]
    """Means of stretches of `count` lives under each of these controls, and the spread of channels in the first."""
    seeds = [seed + count * (name == "chance") for name in names for seed in range(count)]
    lives = many.Lives(seeds, np.stack([one.conditions() for one in told for _ in range(count)]))
    heard = _heard(min(seconds, TALK))
    for t in range(BEGUN):
        lives.step(heard[t % len(heard)])
    means: dict[str, list[Array]] = {name: [] for name in names}
    spreads: list[Array] = []
    for start in range(BEGUN, BEGUN + int(seconds * FPS) - STRETCH + 1, STRETCH):
        rows = np.stack([lives.step(heard[t % len(heard)]) for t in range(start, start + STRETCH)], 1)
        for k, name in enumerate(names):
            mine = rows[k * count : (k + 1) * count].reshape(-1, D)
            placed = in_world(controls.apply(mine, neutral(), told[k])).reshape(count, STRETCH, D).astype(np.float64)
            means[name] += list(placed.mean(1))
            spreads += [placed.std((0, 1))] if k == 0 else []
    return {name: np.stack(each) for name, each in means.items()}, np.mean(spreads, axis=0)
