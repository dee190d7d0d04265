"""What the flow learns from: life (`train/life`), and what hearing makes of its sounds in several voices and rooms.

    python -m vultus.train.flow_data --life runs/motion/life.npz --out runs/motion/heard

Each sound is heard as it is, and a few times as other voices in other rooms would bring it: frame by frame by
the shipped network as at run time, or, much faster, whole by the checkpoint of its training (--hearing), which is
the same arithmetic. A checkpoint also tells the lips in the style of each sequence's own truth (tracked, given, by
rule), so that what the flow adds to the heard lips is not the difference between two ways of drawing lips. Every few
sequences are a file in --out; the same command goes on where it was.
"""

import argparse
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from vultus import speech
from vultus.clock import FEATURES_PER_FRAME, FRAME_RATE, SAMPLE_RATE, SAMPLES_PER_FRAME, now
from vultus.face import GAZE, ROTATION, D, E, Floats
from vultus.motion import hearing, innovation
from vultus.motion.context import HEARD, C, sense
from vultus.motion.innovation import BACK, BEND, BENT, BROWS, EASY_LIDS, LIDS, LIPS, Scales
from vultus.train import augment
from vultus.train.hearing_batches import STYLE
from vultus.train.hearing_net import HearingNet
from vultus.train.hearing_train import MIX
from vultus.train.life import data as life

FPS = float(FRAME_RATE)
EMOTION = slice(3, 9)  # in the conditions
BY_RULE = {"singing": 2}
TOGETHER = 24  # sequences in a file
HELD_BACK = 25  # one sequence in so many is for measuring the loss only
FEELING = 8.0  # a second: how stiffly commands of feelings are followed at run time (`motion.easing`)
STEADIEST = 0.985  # largest pole of a linear prediction: a deviation halves in under two seconds
EASY_RECALL = 0.8  # of the residual of lips, and of lids that squint or widen
GAZE_RECALL = 1.0  # eyes stay where they are
HARDLY_ANY = 0.9998  # share of the innovations within `Scales.most`
LEAST = np.full(D, 1e-4, np.float32)  # sizes of innovations
LEAST[LIPS], LEAST[[*LIDS, *BROWS]], LEAST[GAZE] = 0.01, 0.003, 1e-3
COOL, CALM, WARM, LIVELY = 0.3, 0.77, 1.1, 1.32  # temperatures of lips, brows, gaze and head, from free runs (docs)
# What is heard is changed less than for training hearing itself: this is not where that is learned.
MILD = augment.Strength(tract=0.12, pitch=0.3, room=0.3, noise=0.5, music=0.1, babble=0, mask=0.1)


KEPT = HEARD + E  # what is heard, and the lips in the sequence's own style
Listen = Callable[[Floats, int], Floats]  # rows [V, 4 T, BANDS] and style -> [V, T, KEPT], DELAY frames late


@dataclass(frozen=True)
class Corpus:
    """All sequences, one after the other."""

    rows: Floats  # [N, D]
    conditions: Floats  # [N, C]
    trust: Floats  # [N, D]
    senses: NDArray[np.float16]  # [V, N, KEPT] what is heard, as it is and as others would bring it
    starts: NDArray[np.int64]  # [S + 1] of the sequences
    heard: NDArray[np.bool_]  # [S]
    sources: list[str]  # [S]


def _rows_of(samples: Floats) -> Floats:  # [N] -> [N / 160, BANDS]
    return speech.step(speech.init(), samples)[1]


def frame_by_frame(rows: Floats, style: int) -> Floats:  # [V, 4 T, BANDS] -> [V, T, KEPT]
    """What the shipped network hears; it knows one style only."""
    out = np.zeros((len(rows), rows.shape[1] // FEATURES_PER_FRAME, KEPT), np.float32)
    for v, one in enumerate(rows):
        state = hearing.init()
        for i in range(out.shape[1]):
            block = np.ascontiguousarray(one[i * FEATURES_PER_FRAME : (i + 1) * FEATURES_PER_FRAME], np.float32)
            state, heard = hearing.step(state, block)
            out[v, i] = np.concatenate([sense(heard), heard.lips])
    return out


def at_once(checkpoint: Path) -> Listen:
    """What the averaged network in a checkpoint of `train.hearing_train` hears."""
    net = HearingNet()
    net.load_state_dict(torch.load(checkpoint, weights_only=True)["average"])
    net.eval()

    def listen(rows: Floats, style: int) -> Floats:  # [V, 4 T, BANDS] -> [V, T, KEPT]
        with torch.no_grad():
            said = net(torch.from_numpy(rows))
            lips = (said.lips * torch.tensor(MIX)[:, None]).sum(2).clamp(0, 1)
            told = torch.sigmoid(torch.stack([said.shut, said.speaking], 2))
            own = said.lips[:, :, style].clamp(0, 1)
            return np.asarray(torch.cat([said.features, lips, told, own], 2).numpy())

    return listen


def style_of(source: str) -> int:
    """Whose lips a sequence shows, as `train.hearing_batches` tells them apart."""
    return STYLE.get(source.split(",")[0], BY_RULE.get(source, 0))


def senses(  # -> [V, T, KEPT]
    one: life.Sequence, variants: int, seed: int, listen: Listen = frame_by_frame
) -> NDArray[np.float16]:
    """What hearing makes of one sequence's sound; zeros where it has none."""
    frames = len(one.rows)
    if not one.heard:
        return np.zeros((variants, frames, KEPT), np.float16)
    rng = np.random.default_rng(seed)
    padded = np.zeros((frames + hearing.DELAY) * SAMPLES_PER_FRAME, np.float32)
    padded[: len(one.samples)] = one.samples[: len(padded)]
    brought = [_rows_of(padded)]
    if variants > 1:
        others = max(2, variants - 1)  # half of them share a room
        faint = padded + rng.normal(0, 1e-5, (others, len(padded))).astype(np.float32)
        backing = augment.music(len(padded) / SAMPLE_RATE + 2, rng)
        brought += list(augment.features(torch.from_numpy(faint), backing, rng, MILD).numpy())[: variants - 1]
    made = listen(np.stack(brought).astype(np.float32), style_of(one.source))
    return made[:, hearing.DELAY :].astype(np.float16)


def _hear(listed: list[life.Sequence], first: int, variants: int, path: Path, checkpoint: Path | None) -> int:
    torch.set_num_threads(1)
    listen = at_once(checkpoint) if checkpoint else frame_by_frame
    made = [senses(one, variants, first + i, listen) for i, one in enumerate(listed)]
    part = path.with_suffix(".part.npy")
    np.save(part, np.concatenate(made, axis=1))
    part.replace(path)
    return sum(len(one.rows) for one in listed)


def prepare(
    sequences: list[life.Sequence], out: Path, variants: int, processes: int, checkpoint: Path | None = None
) -> None:
    """Hear all sequences; what is in `out` already is left as it is."""
    out.mkdir(parents=True, exist_ok=True)
    began, done = now(), 0
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        jobs = []
        for first in range(0, len(sequences), TOGETHER):
            path = out / f"{first:05d}.npy"
            if not path.exists():
                listed = sequences[first : first + TOGETHER]
                jobs.append(pool.submit(_hear, listed, first, variants, path, checkpoint))
        for number, job in enumerate(jobs):
            done += job.result()
            print(f"heard {number + 1} of {len(jobs)} files, {done} frames, {now() - began:.0f} s", flush=True)


def eased(commanded: Floats) -> Floats:  # [T, K] -> [T, K]
    """Commands as they will arrive at run time: followed like a critically damped spring, from the first value on."""
    decay, out = np.exp(-FEELING / FPS), commanded.astype(np.float64)
    speed = np.zeros(commanded.shape[1])
    for t in range(1, len(out)):
        away = out[t - 1] - commanded[t]
        push = speed + FEELING * away
        out[t] = commanded[t] + (away + push / FPS) * decay
        speed = (speed - FEELING * push / FPS) * decay
    return out.astype(np.float32)


def _conditions(one: life.Sequence) -> Floats:  # [T, C]
    out = one.conditions.copy()
    out[:, EMOTION] = eased(out[:, EMOTION])
    return out


def corpus(sequences: list[life.Sequence], folder: Path) -> Corpus:
    """Sequences and what was heard of them, together."""
    heard = np.concatenate([np.load(path) for path in sorted(folder.glob("?????.npy"))], axis=1)
    starts = np.cumsum([0, *(len(one.rows) for one in sequences)])
    assert heard.shape[1:] == (starts[-1], KEPT), (heard.shape, starts[-1])
    return Corpus(
        np.concatenate([one.rows for one in sequences]),
        np.concatenate([_conditions(one) for one in sequences]),
        np.concatenate([one.trust for one in sequences]),
        heard,
        np.asarray(starts),
        np.array([one.heard for one in sequences]),
        [one.source for one in sequences],
    )


def lips_in(sense_rows: Floats) -> list[Floats]:  # [..., KEPT] -> [..., E] twice
    """The heard lips in what is kept: in the style of use, and in the sequence's own."""
    return [sense_rows[..., hearing.A : hearing.A + E], sense_rows[..., HEARD:]]


def residuals(
    rows: Floats,  # [..., D]
    sense_rows: Floats,  # [..., KEPT]
    conditions: Floats,  # [..., C]
    heard: NDArray[np.bool_],  # [...]
) -> Floats:  # [..., D]
    """`innovation.residual`, with lips that nothing was heard of at home."""
    assert conditions.shape[-1] == C, conditions.shape
    out = innovation.residual(rows, innovation.home(lips_in(sense_rows)[1], conditions))
    out[..., LIPS] *= heard[..., None]
    return out


def _prediction(curves: list[Floats]) -> Floats:  # [T] each -> [BACK]
    """Least squares, its poles kept inside `STEADIEST`."""
    past = np.concatenate([np.stack([c[k : k - BACK] for k in range(BACK)], 1) for c in curves]).astype(np.float64)
    now_ = np.concatenate([c[BACK:] for c in curves]).astype(np.float64)
    grid = past.T @ past + 1e-9 * np.trace(past.T @ past) * np.eye(BACK)
    fitted = np.linalg.solve(grid, past.T @ now_)
    poles = np.roots([1, *-fitted[::-1]])
    kept = poles * np.minimum(1, STEADIEST / np.maximum(np.abs(poles), 1e-9))
    return np.asarray(-np.real(np.poly(kept))[:0:-1], np.float32)


def scales(data: Corpus) -> Scales:
    """The linear predictions and sizes of this corpus."""
    recall = np.zeros((BACK, D), np.float32)
    size, spread, most = (np.ones(D, np.float32) for _ in range(3))
    recall[-1, [*LIPS, *EASY_LIDS]], recall[-1, GAZE] = EASY_RECALL, GAZE_RECALL
    fixed = set(LIPS) | set(LIDS) | set(range(D)[GAZE])
    per_frame = np.repeat(data.heard, np.diff(data.starts))
    made = residuals(data.rows, data.senses[0].astype(np.float32), data.conditions, per_frame)
    for k in range(D):
        believed = [
            made[a:b, k]
            for a, b, heard in zip(data.starts, data.starts[1:], data.heard, strict=False)
            if b - a > BACK + 1 and data.trust[a:b, k].min() > 0.2 and (heard or k not in LIPS)
        ]
        if not believed:
            continue
        if k not in fixed:
            recall[:, k] = _prediction(believed)
        new = [c[BACK:] - sum(recall[i, k] * c[i : i - BACK] for i in range(BACK)) for c in believed]
        whole = np.concatenate(new)
        size[k] = max(LEAST[k], np.quantile(np.abs(whole), 0.68) if BENT[k] else whole.std())
        far = np.quantile(np.abs(whole), HARDLY_ANY) / size[k]
        most[k] = max(3, np.arcsinh(far) / BEND[k] if BENT[k] else far)
        spread[k] = max(10 * LEAST[k], np.concatenate(believed).std())
    temperature = np.ones(D, np.float32)
    temperature[LIPS], temperature[BROWS], temperature[GAZE], temperature[ROTATION.start :] = COOL, CALM, WARM, LIVELY
    return Scales(recall, size, spread, most, temperature)


def main() -> None:
    """Hear all of life."""
    parser = argparse.ArgumentParser(description="What hearing makes of the sounds that the flow learns from.")
    parser.add_argument("--life", type=Path, default=Path("runs/motion/life.npz"))
    parser.add_argument("--out", type=Path, default=Path("runs/motion/heard"))
    parser.add_argument("--hearing", type=Path, help="checkpoint of train.hearing_train; without: the shipped network")
    parser.add_argument("--variants", type=int, default=3)
    parser.add_argument("--processes", type=int, default=2)
    args = parser.parse_args()
    prepare(life.read(args.life), args.out, args.variants, args.processes, args.hearing)


if __name__ == "__main__":
    main()
