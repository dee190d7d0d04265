"""Does memory grow with the length of the sound? Half an hour against a minute, on small frames.

    python benchmarks/memory.py

The bar is 50 MB. Frames are small because only their number counts here; it takes some minutes. Last line: JSON.
"""

import json
import subprocess
import sys
from pathlib import Path

SIZE = 64
SHORT, LONG = 60, 1800  # seconds


def peak(seconds: int) -> float:
    """Peak resident size of the command, in MB."""
    script = Path(__file__).with_name("whole_file.py")
    command = [sys.executable, str(script), "--seconds", str(seconds), "--size", str(SIZE)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return float(json.loads(done.stdout.splitlines()[-1])["peak_mb"])


def main() -> None:
    """Measure both and print the line of JSON."""
    short, long = peak(SHORT), peak(LONG)
    print(json.dumps({"peak_mb_1_minute": short, "peak_mb_30_minutes": long, "grown_mb": round(long - short, 1)}))


if __name__ == "__main__":
    main()
