"""What it costs: processor time of sound to rows, for a file and for each live hop, on one thread."""

import time

import numpy as np

from vultus import speech
from vultus.clock import FRAME_RATE, SAMPLES_PER_FRAME
from vultus.face import neutral
from vultus.motion import controls, stream
from vultus.train.evaluate import clips
from vultus.train.evaluate.path import USUAL

FPS = float(FRAME_RATE)
FASTER_BAR, HOP_BAR = 25.0, 25.0  # times real time; ms


def figures(seconds: int) -> dict[str, float | bool]:
    """Times real time of a file, and milliseconds of a hop of one frame."""
    film, live = (_hops(seconds, recorded) for recorded in (True, False))
    mean, worst = float(np.mean(film)), float(np.quantile(live, 0.99))
    faster = 1000 / FPS / mean
    return {
        "ms_a_frame": mean,
        "times_real_time": faster,
        "hop_p99_ms": worst,
        "met": bool(faster >= FASTER_BAR and worst <= HOP_BAR),
    }


def _hops(seconds: int, recorded: bool) -> list[float]:
    """Milliseconds of each frame."""
    sound, frames = clips.talk(seconds), int(seconds * FPS)
    heard, state = speech.init(), stream.init(0, recorded)
    hops = []
    for i in range(frames):
        began = time.process_time()
        heard, features = speech.step(heard, sound[i * SAMPLES_PER_FRAME : (i + 1) * SAMPLES_PER_FRAME])
        state, rows = stream.step(state, features, USUAL)
        controls.apply(rows, neutral(), USUAL)
        hops.append((time.process_time() - began) * 1000)
    return hops
