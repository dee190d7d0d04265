"""The upper face and the head of a real talker, lent to another voice: whole windows of `talking/heads`.

Those clips have no sound. A window of theirs is laid under a voice where it happens to fit best: of many
windows, that whose head is quickest where the voice is loudest and lowest where its energy rises. So
everything that a real face does at once (head, eyes, lids, brows) stays together, with some of the coupling.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d, median_filter

from vultus.face import CHANNELS, EXPRESSIONS, GAZE, LOG_DISTANCE, ROTATION, D, E
from vultus.train import tracked
from vultus.train.life.voice import Voice

Array = NDArray[np.float64]

STEADY = 0.7  # frames, of the smoothing that takes the tracker's tremble away
TRIES = 40
WILDEST_GAZE = np.radians([6.0, 4.0])  # spread of yaw and pitch over which a tracked gaze is not believed
BLINK_OR_NOISE = 5  # frames of the median that leaves saccades and takes the tracker's noise
MOST_SHUT = 0.25  # mean of the lids over which they are not believed
RESTING = 0.15  # quantile at which a weight of the upper face is taken for the person's rest
UPPER = [i for i, name in enumerate(EXPRESSIONS) if name.startswith(("eye", "brow", "cheekSquint", "noseSneer"))]
LID = EXPRESSIONS.index("eyeBlinkLeft")
TILT_AND_TURN = [CHANNELS.index(name) for name in ("gazeYaw", "headYaw", "headRoll", "headX")]


def _sides() -> list[int]:
    """Where each channel's mirror image stands."""
    other = [name.replace("Left", "#").replace("Right", "Left").replace("#", "Right") for name in CHANNELS]
    return [CHANNELS.index(name) for name in other]


def mirrored(rows: Array) -> Array:  # [T, D]
    """The same motion in a mirror."""
    out = rows[:, _sides()].copy()
    out[:, TILT_AND_TURN] *= -1
    return out


def homed(rows: Array) -> Array:  # [T, D] absolute, gaze in the head -> relative to home
    """Rows relative to the clip's own middle posture and resting face; the gaze relative to the viewer."""
    out = rows.astype(np.float64)
    out[:, GAZE] += out[:, ROTATION][:, [1, 0]]
    for channels in (GAZE, slice(ROTATION.start, LOG_DISTANCE + 1)):
        out[:, channels] -= np.median(out[:, channels], axis=0)
    out[:, GAZE] = median_filter(out[:, GAZE], size=(BLINK_OR_NOISE, 1), mode="nearest")
    out[:, ROTATION.start :] = gaussian_filter1d(out[:, ROTATION.start :], STEADY, axis=0, mode="nearest")
    rest = np.quantile(out[:, UPPER], RESTING, axis=0)
    out[:, UPPER] = np.clip((out[:, UPPER] - rest) / (1 - rest), 0, 1)
    return out


@dataclass(frozen=True)
class Clip:
    """A real talker's motion, relative to home."""

    name: str
    rows: Array  # [T, D]
    believable: bool  # eyes and lids tracked well enough to lend


@cache
def heads() -> tuple[Clip, ...]:
    """The lively heads that may be trained on."""
    found = []
    for name in tracked.clips("heads/"):
        if not tracked.held_out(name):
            rows = homed(np.asarray(tracked.example(name).rows, np.float64))
            calm = bool((rows[:, GAZE].std(axis=0) < WILDEST_GAZE).all())
            found.append(Clip(name, rows, calm and float(rows[:, LID].mean()) < MOST_SHUT))
    return tuple(found)


def _fit(rows: Array, voice: Voice, energy: Array) -> float:
    """How well a head's motion goes with a voice."""
    speed = np.linalg.norm(np.diff(rows[:, ROTATION], axis=0), axis=1)
    speed = gaussian_filter1d(speed, 1.0)
    together = float(np.corrcoef(speed, energy[: len(speed)])[0, 1])
    if not len(voice.onsets):
        return together
    pitch = rows[:, ROTATION.start]
    low = np.flatnonzero((pitch[1:-1] <= pitch[:-2]) & (pitch[1:-1] < pitch[2:])) + 1
    if not len(low):
        return together
    near = np.convolve(np.isin(np.arange(len(pitch)), low), np.ones(5), "same") > 0
    met = near[np.round(voice.onsets).astype(int)].mean() - near.mean()
    return together + 1.5 * float(met)


def lent(rng: np.random.Generator, voice: Voice) -> Array | None:  # [T, D]
    """Real motion for a voice: everything but the lower face; None where no clip is long enough."""
    count = len(voice.loudness)
    clips = [clip for clip in heads() if clip.believable and len(clip.rows) >= count]
    if not clips:
        return None
    share = np.sqrt([len(clip.rows) - count + 20 for clip in clips])
    energy = gaussian_filter1d(np.where(voice.speaking, voice.loudness, voice.loudness.min()), 2.0)
    best, top = None, -np.inf
    for _ in range(TRIES):
        clip = clips[int(rng.choice(len(clips), p=share / share.sum()))]
        start = int(rng.integers(0, len(clip.rows) - count + 1))
        window = clip.rows[start : start + count]
        if (fit := _fit(window, voice, energy)) > top:
            best, top = window, fit
    assert best is not None
    out = mirrored(best) if rng.random() < 0.5 else best.copy()
    out[:, GAZE] -= np.median(out[:, GAZE], axis=0)
    out[:, ROTATION.start :] -= np.mean(out[:, ROTATION.start :], axis=0) * 0.8
    out[:, ROTATION.start :] *= float(rng.uniform(0.75, 1.25))
    lower = [i for i in range(E) if i not in UPPER]
    out[:, lower] = 0
    assert out.shape == (count, D)
    return out
