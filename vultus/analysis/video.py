"""A video to motion: one face followed from frame to frame, its points and its head's pixels fitted to rows."""

import contextlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from vultus.analysis import choose, fit, rigid
from vultus.analysis.reader import Follow, Reader
from vultus.clock import FRAME_RATE
from vultus.errors import VideoRefused
from vultus.face import GAZE, ROTATION, D, Motion, face_model
from vultus.pose import Pose, angles, rotation
from vultus.topology import OVAL

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Bools = NDArray[np.bool_]
Values = TypeVar("Values", Floats, Doubles)

MOST_FOLLOWED = 4  # faces of one video
ASIDE = 0.6  # a face at the picture's corner counts this much less than one in its middle
SAME = 0.6  # of a face's width: how far it may move between two frames
HEAD = slice(ROTATION.start, D)  # angles, shift, distance
CALM = (1 / 16, 4 / 16, 6 / 16, 4 / 16, 1 / 16)
LOST_FOR_GOOD = 25  # frames, after which another face may be taken


@dataclass(frozen=True)
class Seen:
    """The face in one frame."""

    points: Floats  # [478, 3] pixels
    pose: Pose


@dataclass(frozen=True)
class Tracked:
    """What was seen of one face in a video."""

    motion: Motion  # head and gaze relative to the clip's own rest, expression to the person's own neutral face
    found: Bools  # [T] False where the face was not seen, and its motion is drawn straight across
    seen: int  # frames of the video with the face in them
    frames: int  # frames of the video


def track(
    pictures: Iterable[tuple[Fraction, Bytes]],  # seconds, [H, W, 3]
    progress: Callable[[int], None] | None = None,
    reader: Reader | None = None,
) -> Tracked:
    """Follow the largest, most central face through a film.

    Rows are at `FRAME_RATE` from second 0 on, as a motion model gives them: head angles, shift and distance
    relative to the clip's median, gaze relative to the median of where the eyes look when the head's turn is
    added (`motion.controls.apply` takes it off again). `reader` is what reads faces, if not the default. Raises
    VideoRefused without any face, PackageMissing.
    """
    times, faces = _follow(pictures, progress, reader or choose.reader())
    known = np.array([face is not None for face in faces])
    if not known.any():
        raise VideoRefused(f"no face was found in any of {len(faces)} frames: wanted a video of one person's face")
    wanted = _instants(times)
    nearest = np.clip(np.searchsorted(times, wanted - 0.5 / float(FRAME_RATE)), 0, len(times) - 1)
    there = [face for face in faces if face is not None]
    steady = _at(times[known], np.stack([face.points for face in there]), wanted)
    poses = _at(times[known], _unwrapped(np.array([_numbers(face.pose) for face in there])), wanted)
    rows = fit.track(steady, face_model(), poses=[_pose(numbers) for numbers in poses])
    rows[:, HEAD] = _calm(rows[:, HEAD])
    return Tracked(Motion(_relative(rows)), known[nearest], int(known.sum()), len(faces))


def _follow(
    pictures: Iterable[tuple[Fraction, Bytes]], progress: Callable[[int], None] | None, reader: Reader
) -> tuple[Doubles, list[Seen | None]]:  # [N] seconds, N faces
    """Where the one face is in every frame; None where it is not seen."""
    times: list[float] = []
    out: list[Seen | None] = []
    last: Floats | None = None
    head: rigid.Reference | None = None
    missed = 0
    with contextlib.ExitStack() as stack:
        faces: Follow | None = None  # until one is found
        for time, picture in pictures:
            seen = reader.faces(picture) if faces is None else faces(picture, float(time))
            found = [face.points for face in seen]
            if last is None or missed >= LOST_FOR_GOOD:
                chosen = most_central(found, picture.shape[1], picture.shape[0]) if found else None
            else:
                chosen = the_same(found, last)
            if last is None and chosen is not None:
                faces = stack.enter_context(reader.follower(min(len(found), MOST_FOLLOWED)))
                faces(picture, float(time))
            if chosen is None:
                missed += 1
                out.append(None)
            else:
                head = None if missed >= LOST_FOR_GOOD else head  # it may be somebody else's
                head, pose = rigid.step(head, picture, chosen)
                last, missed = chosen, 0
                out.append(Seen(chosen, pose))
            times.append(float(time))
            if progress is not None:
                progress(len(out))
    return np.array(times), out


def most_central(found: list[Floats], width: int, height: int) -> Floats:
    """The largest face, those at the side counting less."""

    def weight(points: Floats) -> float:
        middle, (wide, high) = _place(points)
        away = np.linalg.norm((middle - np.array([width, height]) / 2) / np.array([width, height])) * np.sqrt(2)
        return float(wide * high * (1 - ASIDE * min(away, 1.0)))

    return max(found, key=weight)


def the_same(found: list[Floats], last: Floats) -> Floats | None:
    """The face nearest to where it was, if it can be the same."""
    before, (wide, _) = _place(last)
    away = [float(np.linalg.norm(_place(points)[0] - before)) for points in found]
    if not away or min(away) > SAME * wide:
        return None
    return found[int(np.argmin(away))]


def _place(points: Floats) -> tuple[Floats, Floats]:  # -> [2] middle, [2] width and height
    oval = points[list(OVAL), :2]
    return oval.mean(0), np.ptp(oval, axis=0)


def _instants(times: Doubles) -> Doubles:  # [N] -> [T]
    """The times of our frames from 0 to the end of the last one seen."""
    step = (times[-1] - times[0]) / max(len(times) - 1, 1)
    count = max(1, round((times[-1] + step) * float(FRAME_RATE)))
    return np.arange(count) / float(FRAME_RATE)


def _at(times: Doubles, values: Values, wanted: Doubles) -> Values:  # [N], [N, ...], [T] -> [T, ...]
    """The values at other times, by straight lines; before the first and after the last they hold."""
    place = np.interp(wanted, times, np.arange(len(times)))
    before = np.minimum(place.astype(int), max(len(times) - 2, 0))
    after = np.minimum(before + 1, len(times) - 1)
    part = (place - before).reshape(-1, *[1] * (values.ndim - 1)).astype(values.dtype)
    return np.asarray(values[before] * (1 - part) + values[after] * part)


def _numbers(pose: Pose) -> tuple[float, ...]:  # -> [7]
    """A pose as numbers that can be mixed: angles, log scale, translation."""
    scale, matrix, shift = pose
    return *angles(matrix), float(np.log(scale)), *shift.tolist()


def _unwrapped(poses: Doubles) -> Doubles:  # [N, 7] -> [N, 7]
    """With angles that do not jump by a whole turn."""
    return np.column_stack([np.unwrap(poses[:, :3], axis=0), poses[:, 3:]])


def _pose(numbers: Doubles) -> Pose:  # [7]
    """The inverse of `_numbers`."""
    return float(np.exp(numbers[3])), rotation(*numbers[:3].tolist()), numbers[4:]


def _calm(curves: Floats) -> Floats:  # [T, k] -> [T, k]
    """Without the trembling of the points, which is faster than a head moves; nothing comes late."""
    padded = np.pad(curves, ((2, 2), (0, 0)), "edge")
    return np.asarray(sum(share * padded[i : i + len(curves)] for i, share in enumerate(CALM)), np.float32)


def _relative(rows: Floats) -> Floats:  # [T, D] -> [T, D]
    """Head and gaze relative to the clip's own rest, gaze as if the head stood still."""
    placed = rows.copy()
    placed[:, ROTATION] -= np.median(rows[:, ROTATION], axis=0)
    pitch, yaw = placed[:, ROTATION.start], placed[:, ROTATION.start + 1]
    placed[:, GAZE] += np.stack([yaw, pitch], axis=1)
    placed[:, GAZE] -= np.median(placed[:, GAZE], axis=0)
    return placed
