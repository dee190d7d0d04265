"""A minute of sound and a picture to a video: how fast is the whole command, and where does the time go?

    python benchmarks/whole_file.py [--seconds 60] [--size 512] [--portrait face.png]

The bar is 250 frames/s at 512 x 512 on two cores, everything counted: start, analysis, encoding, the file in its
place. `encode` runs beside the other stages, and so do `speech` and `motion` while the picture is made ready; `wait` is
the time that drawing waits for the encoder. A second of film is made first and not counted: a machine compiles kernels
and bytecode once. Last line: JSON.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import wave
from pathlib import Path
from typing import Any

import numpy as np

from vultus.clock import SAMPLE_RATE, now
from vultus.media import listen

EXAMPLES = Path(__file__).parents[1] / "examples"


def write_voice(path: Path, seconds: int) -> None:
    """The example voice, over and over."""
    once = np.concatenate(list(listen(EXAMPLES / "voice_ada.flac")))
    piece = (np.clip(once, -1, 1) * 32767).astype("<i2")
    wanted = seconds * SAMPLE_RATE
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        while wanted > 0:
            file.writeframes(piece[:wanted].tobytes())
            wanted -= len(piece)


def _run(portrait: Path, voice: Path, film: Path, size: int) -> dict[str, Any]:
    """The facts that the command tells. Bytecode is kept, as an installed package has it."""
    command = [sys.executable, "-m", "vultus", "animate", str(portrait), str(voice), "-o", str(film)]
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run([*command, "--size", str(size), "--json"], check=True, capture_output=True, env=kept)
    facts: dict[str, Any] = json.loads(done.stdout)
    return facts


def _cpu() -> float:
    """Processor seconds of all commands so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure(portrait: Path, seconds: int, size: int) -> dict[str, object]:
    """Run the command on so many seconds of sound, and take its figures and the process's own."""
    with tempfile.TemporaryDirectory() as folder:
        voice, short, film = (Path(folder) / name for name in ("voice.wav", "short.wav", "film.mp4"))
        write_voice(voice, seconds)
        write_voice(short, 1)
        _run(portrait, short, film, size)
        before, begun = _cpu(), now()
        facts = _run(portrait, voice, film, size)
        wall, cpu = now() - begun, _cpu() - before
        megabytes = film.stat().st_size / 1e6
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "frames_per_second": round(facts["frames"] / wall, 1),
        "times_real_time": round(facts["seconds"] / wall, 2),
        "frames": facts["frames"],
        "size": size,
        "wall_s": round(wall, 2),
        "cpu_s": round(cpu, 2),
        "cores": len(os.sched_getaffinity(0)),
        "peak_mb": round(used.ru_maxrss / 1024, 1),
        "file_mb": round(megabytes, 2),
        "spent_s": facts["spent"],
    }


def main() -> None:
    """Measure once, print a table and the line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--size", type=int, default=512)
    parser.add_argument("--portrait", type=Path, default=EXAMPLES / "portrait_ada.png")
    options = parser.parse_args()
    figures = measure(options.portrait, options.seconds, options.size)
    spent = figures["spent_s"]
    assert isinstance(spent, dict)
    for stage, seconds in spent.items():
        print(f"{stage:8} {seconds:7.2f} s")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
