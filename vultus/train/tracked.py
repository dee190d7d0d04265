"""The tracked talking in `../shared/talking`: points, sound, given weights, and who is held out.

`python -m vultus.train.tracked --out DIR` keeps the motion rows of every clip, one npz each.
"""

import argparse
import lzma
import zlib
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from vultus.analysis import fit
from vultus.clock import FRAME_RATE, SAMPLE_RATE
from vultus.face import EXPRESSIONS, GAZE, D, E, face_model

Array = NDArray[np.float64]
Floats = NDArray[np.float32]

TALKING = Path(__file__).parents[2].parent / "shared" / "talking"
HELD_OUT_HEADS = ("head_04", "head_09", "head_14", "head_19", "head_24")
UNITS_A_SECOND = 25_000  # of the word times in GRID's .align files


@dataclass(frozen=True)
class Track:
    """The points of one clip as they were tracked."""

    points: Floats  # [T, 478, 3] pixels, x right, y down, z away
    found: NDArray[np.bool_]  # [T] False: the last face seen is held
    rate: float  # frames a second
    sound_late: float  # seconds


@dataclass(frozen=True)
class Example:
    """One clip at 25 frames a second, its sound in step."""

    rows: Floats  # [T, D] motion rows
    samples: Floats  # [N] at 16 kHz, empty for clips without sound; sample 640 i belongs to frame i
    aperture: Floats  # [T] distance of the inner lips over the height of the face


def clips(group: str = "") -> list[str]:
    """The names of all clips of a group (all groups by default), as `group/clip`."""
    names = sorted(f"{path.parent.name}/{path.stem}" for path in TALKING.glob("*/*.npz") if path.parent.name != "video")
    return [name for name in names if name.startswith(group)]


def held_out(clip: str) -> bool:
    """Never trained on: other GRID speakers, all addresses, five heads, about 5 % of GRID s1."""
    group, name = clip.split("/")
    if group in ("grid_other", "addresses"):
        return True
    if group == "heads":
        return name in HELD_OUT_HEADS
    return group == "grid_s1" and zlib.crc32(name.encode()) % 20 == 0


def is_tracked(clip: str) -> bool:
    """Whether the clip holds points; the others hold ARKit weights."""
    return clip.split("/")[0] in ("grid_s1", "grid_other", "addresses", "heads")


def read_points(clip: str) -> Track:
    """The tracked points: int16 differences in time of eighths of a pixel, packed by LZMA."""
    stored = np.load(TALKING / f"{clip}.npz")
    frames = int(stored["frames"])
    steps = np.frombuffer(lzma.decompress(stored["packed"].tobytes()), np.int16).reshape(478, 3, frames)
    points = np.cumsum(steps.astype(np.int32), axis=2).transpose(2, 0, 1) / 8
    late = float(stored["sound_late_s"])
    return Track(points.astype(np.float32), stored["found"].astype(bool), float(stored["fps"]), late)


def read_sound(clip: str) -> Floats:  # [N]
    """The sound at 16 kHz, one channel; empty where the clip has none."""
    path = TALKING / f"{clip}.opus"
    if not path.exists():
        return np.zeros(0, np.float32)
    resampler = av.AudioResampler(format="flt", layout="mono", rate=SAMPLE_RATE)
    pieces: list[Floats] = []
    with av.open(str(path)) as container:
        for frame in container.decode(audio=0):
            pieces += [piece.to_ndarray()[0] for piece in resampler.resample(frame)]
        pieces += [piece.to_ndarray()[0] for piece in resampler.resample(None)]
    return np.concatenate(pieces).astype(np.float32)


def words(clip: str) -> list[tuple[float, float, str]]:
    """(start, end, word) in seconds of a GRID clip."""
    lines = (TALKING / f"{clip}.align").read_text().split("\n")
    rows = [line.split() for line in lines if line.strip()]
    return [(int(start) / UNITS_A_SECOND, int(end) / UNITS_A_SECOND, word) for start, end, word in rows]


def at_frame_rate(values: NDArray[np.floating], rate: float) -> Array:  # [T, ...] -> [T', ...]
    """Values resampled from `rate` to our frame rate by straight lines in time."""
    if rate == float(FRAME_RATE):
        return np.asarray(values, np.float64)
    count = int((len(values) - 1) * float(FRAME_RATE) / rate) + 1
    place = np.arange(count) * rate / float(FRAME_RATE)
    before = np.minimum(place.astype(int), len(values) - 2)
    part = (place - before).reshape(-1, *[1] * (values.ndim - 1))
    return np.asarray(values[before] * (1 - part) + values[before + 1] * part)


def _in_step(samples: Floats, late: float) -> Floats:
    skip = round(late * SAMPLE_RATE)
    return samples[skip:] if skip >= 0 else np.pad(samples, (-skip, 0))


def aperture(shapes: Array) -> Floats:  # [T, 478, 3] head frame -> [T]
    """Distance of the inner lips (13, 14) over the height of the face (10, 152)."""
    lips = np.linalg.norm(shapes[:, 13] - shapes[:, 14], axis=1)
    height = np.linalg.norm(shapes[:, 10] - shapes[:, 152], axis=1)
    return np.asarray(lips / height, np.float32)


def _given_rows(clip: str) -> tuple[Floats, float]:
    """Motion rows [T, D] from ARKit weights, with the gaze that eyeLook* and eye angles tell."""
    stored = np.load(TALKING / f"{clip}.npz")
    values = stored["arkit"] if "arkit" in stored else stored["values"]
    names = stored["arkit_names"] if "arkit" in stored else stored["names"]
    column = {str(name)[0].lower() + str(name)[1:]: values[:, i] for i, name in enumerate(names)}
    rows = np.zeros((len(values), D), np.float32)
    rows[:, :E] = np.clip(np.stack([column[name] for name in EXPRESSIONS], axis=1).astype(np.float32), 0, 1)
    if "leftEyeYaw" in column:
        eyes = [column["leftEyeYaw"] + column["rightEyeYaw"], column["leftEyePitch"] + column["rightEyePitch"]]
        rows[:, GAZE] = -np.stack(eyes, axis=1).astype(np.float32) / 2  # theirs: + is right of the person, down
    return rows, float(stored["fps"])


def example(clip: str) -> Example:
    """One clip, ready to train on."""
    model = face_model()
    if not is_tracked(clip):
        given, rate = _given_rows(clip)
        rows = at_frame_rate(given, rate).astype(np.float32)
        shapes = model.mean + np.tensordot(rows[:, :E], model.basis, 1)
        return Example(rows, read_sound(clip), aperture(np.asarray(shapes, np.float64)))
    track = read_points(clip)
    points = at_frame_rate(track.points, track.rate)
    shapes, _ = fit.unposed_clip(points, model)
    return Example(fit.track(points, model), _in_step(read_sound(clip), track.sound_late), aperture(shapes))


def main() -> None:
    """Keep the rows of every clip in a folder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--out", type=Path, required=True, help="folder for group/clip.npz")
    out: Path = parser.parse_args().out
    for number, clip in enumerate(clips()):
        one = example(clip)
        path = out / f"{clip}.npz"
        path.parent.mkdir(parents=True, exist_ok=True)
        np.savez(path, rows=one.rows, samples=one.samples, aperture=one.aperture, held_out=held_out(clip))
        if number % 50 == 0:
            print(f"{number:4d} {clip} {len(one.rows)} frames", flush=True)


if __name__ == "__main__":
    main()
