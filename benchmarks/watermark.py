"""Does the mark outlive what happens to films, and is it found where there is none?

    python benchmarks/watermark.py [--seconds 3] [--false 5000] [--pairs 5] [picture ...]

Each picture says three seconds of a voice; the film is encoded as `animate` does, decoded, then changed and
encoded again as platforms do. Bits wrong are those of the 24 that vary, of films found. False finds are counted
over groups of unmarked frames, drawn from these films and pictures at random places, sizes and lengths. Costs are
of one frame of 512 pixels, and of whole jobs: processor seconds of a process that makes a film, in pairs, one as it is
and one in which this file has taken marking and signing out. Last line: JSON.
"""

import argparse
import io
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from av.video.stream import VideoStream
from numpy.typing import NDArray
from whole_file import write_voice  # type: ignore[import-not-found]  # the script beside this one

from vultus import render
from vultus.clock import SAMPLE_RATE, now
from vultus.job import portrait_from
from vultus.media import listen
from vultus.media.colour import planes
from vultus.media.mp4 import X264
from vultus.provenance import Marker, find
from vultus.talker import Talker

Bytes = NDArray[np.uint8]
Frames = list[Bytes]  # each [H, W, 3]

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
BUSY_PLATFORM = {"crf": "23"}


def film(frames: Frames, options: dict[str, str], codec: str = "libx264", rate: int = 25, bits: int = 0) -> Frames:
    """Encoded and decoded again."""
    buffer = io.BytesIO()
    kind = "webm" if codec == "libvpx" else "mp4"
    with av.open(buffer, "w", format=kind) as container:
        stream = container.add_stream(codec, rate=rate, options=options)
        assert isinstance(stream, VideoStream)
        stream.height, stream.width = frames[0].shape[:2]
        stream.pix_fmt, stream.thread_count = "yuv420p", 1
        if bits:
            stream.bit_rate = bits
        for index, frame in enumerate(frames):
            picture = av.VideoFrame.from_ndarray(planes(frame), format="yuv420p")
            picture.pts, picture.time_base = index, Fraction(1, rate)
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    buffer.seek(0)
    with av.open(buffer, "r") as source:
        return [np.asarray(f.to_ndarray(format="rgb24"), np.uint8) for f in source.decode(video=0)]


def each(change: Callable[[Bytes], NDArray[np.generic]]) -> Callable[[Frames], Frames]:
    """A change of every frame, then the encoding of a platform."""
    return lambda frames: film([_bytes(change(frame)) for frame in frames], BUSY_PLATFORM)


def _bytes(values: NDArray[np.generic]) -> Bytes:
    return np.ascontiguousarray(np.clip(np.rint(values), 0, 255), np.uint8)


def _half(frame: Bytes) -> NDArray[np.generic]:
    return cv2.resize(frame, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)


def _cropped(frame: Bytes) -> NDArray[np.generic]:
    left = round(0.04 * len(frame) / 2) * 2
    return frame[left : len(frame) - left, left : len(frame) - left]


def _faster(frames: Frames) -> Frames:
    times = np.minimum(np.rint(np.arange(len(frames) * 30 // 25) * 25 / 30).astype(int), len(frames) - 1)
    return film([frames[time] for time in times], BUSY_PLATFORM, rate=30)


CHANGES: dict[str, Callable[[Frames], Frames]] = {
    "as it left": lambda frames: frames,
    "x264 crf 23": lambda frames: film(frames, {"crf": "23"}),
    "x264 crf 28": lambda frames: film(frames, {"crf": "28"}),
    "x264 crf 33": lambda frames: film(frames, {"crf": "33"}),
    "VP8 500 kb/s": lambda frames: film(frames, {"deadline": "good", "cpu-used": "4"}, "libvpx", bits=500_000),
    "half size": each(_half),
    "brightness +20 %": each(lambda frame: frame * 1.2),
    "brightness -20 %": each(lambda frame: frame * 0.8),
    "contrast +20 %": each(lambda frame: (frame - 128.0) * 1.2 + 128),
    "contrast -20 %": each(lambda frame: (frame - 128.0) * 0.8 + 128),
    "25 to 30 fps": _faster,
    "crop 8 %": each(_cropped),
    "one frame, crf 23": lambda frames: film(frames, {"crf": "23"})[37:38],
}


def drawn(picture: Path, voice: Path, seconds: float, seed: int) -> Frames:
    """What the renderer gives, before it is marked."""
    portrait = portrait_from(picture)
    talker = Talker(portrait, 64, seed)
    sound = np.concatenate(list(listen(voice)))[SAMPLE_RATE // 2 :][: round(seconds * SAMPLE_RATE)]
    talker.push(sound)
    talker.finish()
    scene = render.init(portrait, 512)
    return [render.draw(scene, tick.row) for tick in talker]


def false_finds(pools: list[Frames], groups: int) -> int:
    """Finds among groups of unmarked frames, each cut at random and of random size; the whole cut is looked at."""
    random, found = np.random.default_rng(0), 0
    for _ in range(groups):
        pool = pools[random.integers(len(pools))]
        side = int(random.integers(160, min(pool[0].shape[:2]) + 1))
        top, left = (int(random.integers(0, length - side + 1)) for length in pool[0].shape[:2])
        chosen = random.integers(0, len(pool), random.integers(1, 6))
        size = int(random.integers(128, 512))
        cut = [_bytes(cv2.resize(pool[i][top : top + side, left : left + side], (size, size))) for i in chosen]
        found += find(cut, everywhere=False) is not None
    return found


BARE = """
import sys
from vultus.media import film
from vultus.provenance.watermark import Marker
if sys.argv.pop(1) == "bare":
    Marker.mark = lambda *_: None
    film.seal = lambda *_: None
from vultus.cli import main
sys.exit(main(sys.argv[1:]))
"""


def job_seconds(kind: str, voice: Path) -> float:
    """Processor seconds, of all threads, of a whole `vultus animate`: "as it is" or "bare"."""
    with tempfile.TemporaryDirectory() as folder:
        portrait = ROOT / "examples" / "portrait_ada.png"
        command = [sys.executable, "-c", BARE, kind, "animate", str(portrait), str(voice), "-o", f"{folder}/a.mp4"]
        before = os.times()
        subprocess.run([*command, "--quiet"], check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
        after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def shares(pairs: int) -> list[float]:
    """How much more processor time jobs take with marking and signing, of their time without, pair by pair."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        voice = Path(folder) / "voice.wav"
        write_voice(voice, 30)
        for pair in range(pairs):
            kinds = ["as it is", "bare"][:: 1 if pair % 2 else -1]  # in turn first: what a first run warms up is fair
            took = {kind: job_seconds(kind, voice) for kind in kinds}
            found.append(took["as it is"] / took["bare"] - 1)
            print(f"whole job {took['as it is']:.2f} s, bare {took['bare']:.2f} s: {found[-1]:+.1%}", flush=True)
    return found


def main() -> None:
    """Run all of it and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pictures", nargs="*", type=Path)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--false", type=int, default=5000, dest="groups")
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--cost-only", action="store_true", help="only the cost of whole jobs")
    options = parser.parse_args()
    if options.cost_only:
        print(json.dumps({"more_processor_time": round(float(np.median(shares(options.pairs))), 4)}))
        return
    own = sorted((ROOT / "examples").glob("portrait_*.png"))
    pictures = options.pictures or [*own, *sorted((SHARED / "portraits").glob("*.jpg"))]
    voices = sorted((SHARED / "voices").glob("*.wav")) or [ROOT / "examples" / "voice_ada.flac"]
    wrong: dict[str, list[int]] = {name: [] for name in CHANGES}  # bits a film; 24 where nothing was found
    errors, costs, pools = [], [], []
    for count, picture in enumerate(pictures):
        plain = drawn(picture, voices[count % len(voices)], options.seconds, count)
        number = int(np.random.default_rng(count).integers(1 << 24))
        marker, marked = Marker(number), [frame.copy() for frame in plain]
        marker.mark(plain[0].copy())
        for frame in marked:
            start = now()
            marker.mark(frame)
            costs.append(now() - start)
        errors.append(10 * np.log10(255**2 / np.mean((np.array(marked, np.int16) - np.array(plain)) ** 2)))
        left = film(marked, X264)
        for name, change in CHANGES.items():
            found = find(change(left))
            wrong[name].append(24 if found is None else (found.number ^ number).bit_count())
        print(f"{picture.name:30s} {errors[-1]:.1f} dB", {k: v[-1] for k, v in wrong.items() if v[-1]}, flush=True)
        pools.append(plain[::5])
    clean = {name: sum(bits == 0 for bits in film_bits) for name, film_bits in wrong.items()}
    for name, right in clean.items():
        print(f"{name:20s} {right} of {len(pictures)} films read without a wrong bit")
    result = {
        "films": len(pictures),
        "without_a_wrong_bit": clean,
        "least_psnr_db": round(float(min(errors)), 2),
        "ms_a_frame": round(1000 * float(np.median(costs)), 3),
        "more_processor_time": round(float(np.median(shares(options.pairs))), 4),
        "groups_without_a_mark": options.groups,
        "false_finds": false_finds(pools, options.groups),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
