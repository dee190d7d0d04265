"""Bring faces home that a feeling, or another blink rate, has moved aside: the last stage of the motion flow.

    python -m vultus.train.flow_rest --data runs/motion/data.npz --ship vultus/trained

What is told to a life changes how it is lived, and on the way where it rests: an angry head would lean in, a
disgusted one look down, brows would rise with the blink rate. None of it was asked for. So many lives are lived with
each of these turned and with nothing turned, by the same seeds; the difference of their means, in channels that are
not the control's own, is written beside the scales and taken away at run time, in proportion.
"""

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np
from safetensors.numpy import save

from vultus import speech
from vultus.clock import FEATURES_PER_FRAME, SAMPLE_RATE
from vultus.face import D, Floats
from vultus.motion import flow, hearing
from vultus.motion.controls import CONDITIONS, Controls
from vultus.motion.hearing import DELAY, Heard
from vultus.motion.innovation import Scales
from vultus.train import ships
from vultus.train.evaluate.crosstalk import BEGUN, LIVED
from vultus.train.evaluate.many import Lives
from vultus.train.speech_data import SOURCES, Item, read

PAUSE = 2  # seconds of silence after each sound: people feel in pauses too
LEFT = ("listening",)  # not moved home: it is meant for silence, when somebody else speaks
SURE = 2.0  # standard errors under which nothing is taken away


def sound(collected: list[Item], seconds: int, rng: np.random.Generator) -> Floats:  # [N]
    """Sounds that hearing was trained on, one after the other, with pauses."""
    spoken = [item for item in collected if SOURCES[item.source] != "carried"]
    parts: list[Floats] = []
    while sum(map(len, parts)) < seconds * SAMPLE_RATE:
        parts += [spoken[int(rng.integers(len(spoken)))].samples, np.zeros(PAUSE * SAMPLE_RATE, np.float32)]
    return np.concatenate(parts)[: seconds * SAMPLE_RATE]


def heard(samples: Floats) -> list[Heard]:  # [N]
    """What is heard of it, frame by frame."""
    _, rows = speech.step(speech.init(), samples)
    state, out = hearing.init(), []
    for frame in range(len(rows) // FEATURES_PER_FRAME):
        state, one = hearing.step(state, rows[frame * FEATURES_PER_FRAME : (frame + 1) * FEATURES_PER_FRAME])
        out.append(one)
    return out[DELAY:]


def moved(said: list[Heard], count: int) -> Floats:  # [CONDITIONS, D]
    """How far each condition brings the channels that are not its own, a unit of it, over `count` lives."""
    names = [name for name in LIVED if name not in LEFT]
    told = np.stack([Controls().conditions(), *(LIVED[name][0].conditions() for name in names)])
    lives = Lives(list(range(count)) * len(told), np.repeat(told, count, axis=0))
    total = np.zeros((len(told) * count, D))
    for frame, one in enumerate(said):
        rows = lives.step(one)
        total += rows * (frame >= BEGUN)
    means = (total / (len(said) - BEGUN)).reshape(len(told), count, D)
    out = np.zeros((CONDITIONS, D), np.float32)
    for k, name in enumerate(names, start=1):
        away = means[k] - means[0]
        error = away.std(0, ddof=1) / np.sqrt(count)
        turned = told[k] - told[0]
        place = int(np.abs(turned).argmax())
        shift = np.where(np.abs(away.mean(0)) > SURE * error, away.mean(0), 0) / turned[place]
        shift[LIVED[name][1]] = 0
        out[place] = shift
    return out


def settled(known: Scales, said: list[Heard], count: int) -> Scales:
    """The scales with what moves faces aside, on top of what is taken away already."""
    return replace(known, aside=known.aside + moved(said, count))


def main() -> None:
    """Measure and, when asked, put the scales where the package finds them."""
    parser = argparse.ArgumentParser(description="Bring faces home that feelings have moved aside.")
    parser.add_argument("--data", type=Path, default=Path("runs/motion/data.npz"))
    parser.add_argument("--lives", type=int, default=16, help="of each feeling")
    parser.add_argument("--seconds", type=int, default=240, help="that each is lived")
    parser.add_argument("--ship", type=Path, help="folder of trained files to put the scales into")
    args = parser.parse_args()
    said = heard(sound(read(args.data), args.seconds, np.random.default_rng(0)))
    made = settled(flow.scales(), said, args.lives)
    for name in (name for name in LIVED if name not in LEFT):
        place = int(np.abs(LIVED[name][0].conditions() - Controls().conditions()).argmax())
        print(f"{name}: at most {float((np.abs(made.aside[place]) / made.spread).max()):.2f} of a spread", flush=True)
    if args.ship:
        content = save({name: np.ascontiguousarray(value) for name, value in vars(made).items()})
        ships.ship("flow.safetensors", content, args.ship)


if __name__ == "__main__":
    main()
