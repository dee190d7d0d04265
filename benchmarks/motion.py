"""How fast are the speech and motion stages? On one core, in steps of one frame, as for a film.

    python benchmarks/motion.py

The last line is JSON.
"""

import json

import numpy as np

from vultus import speech
from vultus.clock import FRAME_RATE, SAMPLE_RATE, SAMPLES_PER_FRAME, now
from vultus.motion import stream

SECONDS = 60


def main() -> None:
    """Run a minute of noise through both stages and print how much faster than real time they are."""
    sound = np.random.default_rng(0).normal(0, 0.05, SECONDS * SAMPLE_RATE).astype(np.float32)
    heard, state = speech.init(), stream.init(0, recorded=True)
    stream.step(state, np.zeros((4, speech.BANDS), np.float32))  # loads the network
    listening, moving, slowest, rows = 0.0, 0.0, 0.0, 0
    for start in range(0, len(sound), SAMPLES_PER_FRAME):
        began = now()
        heard, features = speech.step(heard, sound[start : start + SAMPLES_PER_FRAME])
        between = now()
        state, made = stream.step(state, features)
        done = now()
        listening, moving = listening + between - began, moving + done - between
        slowest, rows = max(slowest, done - began), rows + len(made)
    result = {
        "speech_times_real_time": round(SECONDS / listening, 1),
        "motion_times_real_time": round(SECONDS / moving, 1),
        "both_times_real_time": round(SECONDS / (listening + moving), 1),
        "frames_a_second": round(rows / (listening + moving)),
        "ms_a_frame": round(1000 * (listening + moving) / rows, 3),
        "slowest_frame_ms": round(1000 * slowest, 2),
    }
    print(f"{SECONDS} s of sound at {FRAME_RATE} frames a second, one frame a step")
    for name, value in result.items():
        print(f"{name:24s} {value:g}")
    print(json.dumps(result))


if __name__ == "__main__":
    main()
