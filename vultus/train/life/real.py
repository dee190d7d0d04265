"""Real faces as they are: heads without sound, Live Link takes without heads, GRID s1 with its own sound.

What was not measured is drawn, at a lower trust, so that the past that a model sees is always a whole face.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from vultus.clock import FRAME_RATE, SAMPLES_PER_FRAME
from vultus.face import EXPRESSIONS, GAZE, ROTATION, D, E
from vultus.train import tracked
from vultus.train.life import borrowed, commands, head, talk
from vultus.train.life.data import Sequence
from vultus.train.life.voice import Voice
from vultus.train.speech_data import Item

Array = NDArray[np.float64]
Floats = NDArray[np.float32]

FPS = float(FRAME_RATE)
WINDOW = 15 * int(FPS)  # frames, at most, of one sequence
LEAST = 3 * int(FPS)
UNBELIEVED = 0.15  # trust in eyes that a tracker lost
LIPS_OF_HEADS = 0.5
MOVING_LIPS = 0.035  # jaw weights over which somebody without sound speaks
STILL = 0.3  # head gain of somebody who reads single sentences from a screen
BETWEEN_CLIPS = 0.25  # trust where clips were joined
JAW = EXPRESSIONS.index("jawOpen")
EYES = [i for i, name in enumerate(EXPRESSIONS) if name.startswith("eye")]


def _windows(count: int) -> Iterator[slice]:
    pieces = max(1, round(count / WINDOW))
    size = count // pieces
    for first in range(0, size * pieces, size):
        if size >= LEAST:
            yield slice(first, first + size)


def heads() -> Iterator[Sequence]:
    """The lively heads and their mirror images."""
    for clip in borrowed.heads():
        for part in _windows(len(clip.rows)):
            for rows in (clip.rows[part], borrowed.mirrored(clip.rows[part])):
                rows = rows.copy()
                rows[:, ROTATION.start :] -= np.mean(rows[:, ROTATION.start :], axis=0) * 0.7
                trust = np.ones((len(rows), D), np.float32)
                trust[:, [i for i in range(E) if i not in borrowed.UPPER]] = LIPS_OF_HEADS
                if not clip.believable:
                    trust[:, [*EYES, GAZE.start, GAZE.start + 1]] = UNBELIEVED
                yield _silent(rows, trust, "heads")


def _silent(rows: Array, trust: Floats, source: str) -> Sequence:
    told = commands.usual(len(rows)).astype(np.float32)
    return Sequence(np.zeros(0, np.float32), rows.astype(np.float32), told, trust, False, source)


def seen_to_speak(rows: Array) -> Voice:  # [T, D]
    """A voice as the jaw shows it."""
    jaw = rows[:, JAW].astype(np.float64)
    quick = np.diff(gaussian_filter1d(jaw, 1.0), prepend=jaw[0])
    speaking = gaussian_filter1d(np.abs(quick), 6.0) > MOVING_LIPS * 0.15
    tops = [i for i in range(3, len(jaw) - 3) if quick[i] == quick[i - 3 : i + 4].max() and quick[i] > MOVING_LIPS]
    sizes = np.clip(quick[tops] * 8, 0.1, 1) if tops else np.zeros(0)
    return Voice(gaussian_filter1d(jaw, 2.0) * 6, speaking, np.array(tops, np.float64), sizes)


def live_link(rng: np.random.Generator) -> Iterator[Sequence]:
    """Takes of eyes, brows and mouth under a head that is drawn to what the jaw does."""
    for name in tracked.clips("live_link/"):
        ranges_of_motion = "rom" in name or "facial" in name
        whole = np.asarray(tracked.example(name).rows, np.float64)
        for part in _windows(len(whole)):
            rows = borrowed.homed(whole[part])
            one = np.ones(len(rows))
            rows[:, ROTATION.start :] = head.placed(head.talks(rng, seen_to_speak(rows), head.manner(rng), one, one))
            trust = np.full(rows.shape, 0.3 if ranges_of_motion else 0.9, np.float32)
            trust[:, ROTATION.start :] = 0.3
            yield _silent(rows, trust, "live link")


def _joined(first: Array, second: Array, gap: int) -> Array:
    """Rows that lead from the end of one clip to the beginning of the next."""
    part = ((np.arange(gap) + 1) / (gap + 1))[:, None]
    part = part * part * (3 - 2 * part)
    return np.asarray(first + (second - first) * part)


def reading(rng: np.random.Generator, clips: list[str], items: list[Item]) -> Iterator[Sequence]:
    """GRID s1, whole as he was tracked: several sentences one after another, his head as still as it was."""
    order = rng.permutation(len(clips))
    for first in range(0, len(order) - 4, 5):
        chosen = order[first : first + 5]
        yield _read(rng, [clips[i] for i in chosen], [items[i] for i in chosen])


def _read(rng: np.random.Generator, clips: list[str], items: list[Item]) -> Sequence:
    pieces: list[Array] = []
    trusts: list[Array] = []
    sound: list[Floats] = []
    for clip, item in zip(clips, items, strict=True):
        rows = borrowed.homed(np.asarray(tracked.example(clip).rows, np.float64))
        count = min(len(rows), len(item.weights), len(item.samples) // SAMPLES_PER_FRAME)
        rows = rows[:count]
        lower = [i for i in range(E) if i not in borrowed.UPPER]
        rows[:, lower] = item.weights[:count][:, lower]
        if pieces:
            gap = int(rng.integers(8, 20))
            pieces.append(_joined(pieces[-1][-1], rows[0], gap))
            trusts.append(np.full(gap, BETWEEN_CLIPS))
            sound.append(np.zeros(gap * SAMPLES_PER_FRAME, np.float32))
        pieces.append(rows)
        trusts.append(np.ones(count))
        sound.append(item.samples[: count * SAMPLES_PER_FRAME])
    rows = np.concatenate(pieces)
    told = commands.usual(len(rows))
    told[:, commands.HEAD_GAIN] = STILL
    trust = np.repeat(np.concatenate(trusts)[:, None], D, axis=1).astype(np.float32)
    trust[:, ROTATION.start :] *= 0.5
    level = np.float32(10 ** (float(rng.uniform(*talk.LEVELS)) / 20))
    samples = np.clip(np.concatenate(sound) * level, -1, 1).astype(np.float32)
    assert len(samples) == len(rows) * SAMPLES_PER_FRAME
    return Sequence(samples, rows.astype(np.float32), told.astype(np.float32), trust, True, "grid s1")
