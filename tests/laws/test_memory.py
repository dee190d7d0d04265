"""Memory does not grow with the length of the sound. benchmarks/memory.py measures the same on half an hour."""

import subprocess
import sys
from pathlib import Path

from tests.sounds import write_sound

MORE = 8_000_000  # bytes that 100 s more may take; their frames alone would be 30 000 000

SCRIPT = """
import resource, sys
from vultus.job import animate
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
portrait, short, long, output = sys.argv[1:]
animate(portrait, short, output, size=64)
first = peak()
animate(portrait, long, output, size=64)
print(first, peak())
"""


def test_memory_is_bounded(tmp_path: Path, portrait_file: Path) -> None:
    short = write_sound(tmp_path / "short.wav", 10.0)
    long = write_sound(tmp_path / "long.wav", 110.0)
    unit = 1 if sys.platform == "darwin" else 1024
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(portrait_file), str(short), str(long), str(tmp_path / "a.mp4")],
        check=True,
        capture_output=True,
        text=True,
    )
    first, second = (int(kilobytes) * unit for kilobytes in done.stdout.split())
    assert first > 50_000_000, "this is no resident size"
    assert second - first < MORE
