"""Bring faces home that a feeling, or another blink rate, has moved aside: the last stage of the motion flow.

    python -m vultus.train.flow_rest --data runs/motion/data.npz --ship vultus/trained

What is told to a life changes how it is lived, and on the way where it rests: an angry head would lean in, a
disgusted one look down, brows would rise with the blink rate. None of it was asked for. So many lives are lived with
each of these turned, a third, two thirds and all of the way, and with nothing turned; how far their means are apart,
by strength and its square (most feelings hardly move a face until they are strong), is written beside the scales. In
channels that are not the control's own it is taken away at run time; where gaze and head are its own it is kept.
"""

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save

from vultus import speech
from vultus.clock import FEATURES_PER_FRAME, SAMPLE_RATE
from vultus.face import CHANNELS, D, E, Floats
from vultus.motion import flow, hearing, resting
from vultus.motion.controls import CONDITIONS, Controls
from vultus.motion.emotion import Emotion
from vultus.motion.hearing import DELAY, Heard
from vultus.motion.innovation import LIPS, Scales
from vultus.train import ships
from vultus.train.evaluate.crosstalk import BEGUN, LIVED, STILL
from vultus.train.evaluate.many import Lives
from vultus.train.speech_data import SOURCES, Item, read

PAUSE = 2  # seconds of silence after each sound: people feel in pauses too
STRENGTHS = (0.35, 0.7, 1.0)  # of feelings
TURNED = {  # what is measured: in other controls, in proportion alone
    "blink_rate": (Controls(blink_rate=2.0),),
    **{kind: tuple(Controls(emotion=Emotion(**{kind: much})) for much in STRENGTHS) for kind in Emotion._fields},
}  # not listening: it is meant for silence, when somebody else speaks
SURE = 2.5  # standard errors that a mean must be away at one strength or nothing is taken away


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


def moved(said: list[Heard], count: int) -> tuple[Floats, Floats]:  # [2, C, D], [D]
    """How far each condition, and its square, brings channels in the mean of `count` lives; where they are usually."""
    usual = Controls().conditions()
    told = np.stack([usual, *(one.conditions() for each in TURNED.values() for one in each)])
    means = _means(said, told, count)
    out, start = np.zeros((2, CONDITIONS, D), np.float32), 1
    for each in TURNED.values():
        turned = told[start : start + len(each)] - usual  # [S, C]
        place = int(np.abs(turned[0]).argmax())
        away = means[start : start + len(each)] - means[0]  # [S, count, D]
        error = away.std(1, ddof=1) / np.sqrt(count)
        sure = (np.abs(away.mean(1)) > SURE * error).any(0)
        powers = turned[:, place, None] ** np.arange(1, 1 + min(2, len(each)))
        out[: powers.shape[1], place] = np.linalg.lstsq(powers, away.mean(1) * sure)[0]
        start += len(each)
    return out, means[0].mean(0).astype(np.float32)


def _means(said: list[Heard], told: Floats, count: int) -> NDArray[np.float64]:  # [K, C] -> [K, count, D]
    """How far from what is heard and commanded `count` lives under each of these conditions are in the mean."""
    lives = Lives(list(range(count)) * len(told), np.repeat(told, count, axis=0))
    total = np.zeros((len(told) * count, D))
    for frame, one in enumerate(said):
        lives.lived(one)
        total += lives.before[:, -1] * (frame >= BEGUN)
        if frame % 1500 == 0:
            print(f"minute {frame // 1500} of {len(said) // 1500}", flush=True)
    return (total / (len(said) - BEGUN)).reshape(len(told), count, D)


def settled(known: Scales, by: Floats, usual: Floats) -> Scales:  # [2, C, D], [D]
    """The scales with what conditions move: aside, or, gaze and head where they are a control's own, as is meant.

    Head and eyes are usually where the portrait has them; lips are where they usually are.
    """
    aside, meant = by.copy(), np.zeros_like(by)
    for name, (first, *_) in TURNED.items():
        place, own = int(np.abs(first.conditions() - Controls().conditions()).argmax()), LIVED[name][1]
        aside[:, place, own] = 0
        steady = [i for i in own if i >= E]
        meant[:, place, steady] = by[:, place, steady]
    return replace(known, aside=aside, meant=meant, usual=np.where(np.isin(np.arange(D), LIPS), usual, 0))


def main() -> None:
    """Measure and, when asked, put the scales where the package finds them."""
    parser = argparse.ArgumentParser(description="Bring faces home that feelings have moved aside.")
    parser.add_argument("--data", type=Path, default=Path("runs/motion/data.npz"))
    parser.add_argument("--lives", type=int, default=16, help="of each feeling")
    parser.add_argument("--seconds", type=int, default=400, help="that each is lived")
    parser.add_argument("--ship", type=Path, help="folder of trained files to put the scales into")
    args = parser.parse_args()
    said = heard(sound(read(args.data), args.seconds, np.random.default_rng(0)))
    made = settled(flow.scales(), *moved(said, args.lives))
    for name, (*_, most) in TURNED.items():
        away = np.abs(resting.aside(most.conditions(), made)) / np.maximum(made.spread, STILL)
        print(f"{name}: at most {float(away.max()):.2f} of a spread, {CHANNELS[int(away.argmax())]}", flush=True)
    if args.ship:
        content = save({name: np.ascontiguousarray(value) for name, value in vars(made).items()})
        ships.ship("flow.safetensors", content, args.ship)


if __name__ == "__main__":
    main()
