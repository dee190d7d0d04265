"""Make the sequences: `python -m vultus.train.life --data runs/motion/data.npz --out runs/motion/life.npz`."""

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from vultus import clock
from vultus.clock import FRAME_RATE
from vultus.train import speech_data, tracked
from vultus.train.life import compose, data, real, talk
from vultus.train.life.data import Sequence
from vultus.train.speech_data import Item

# Shares of the utterances of each kind that are said.
SHARES = {"real": 0.6, "given": 1.0, "carried": 0.15, "synthetic": 0.18, "aligned": 0.4, "checked": 0.8}
LENT = 0.2  # share of talks whose upper face and head a real talker lends
UNSPOKEN = {"idle": 36, "listening": 50, "noise": 14, "music": 18, "breath": 12, "laughter": 10}  # sequences of each
SONGS = 32
READ = 0.7  # share of the clips of GRID s1 that are also taken whole


def _kinds(items: list[Item]) -> dict[str, list[Item]]:
    """Utterances by kind; long recordings cut into windows of up to 8 seconds."""
    kinds: dict[str, list[Item]] = {name: [] for name in speech_data.SOURCES}
    for item in items:
        short = [item] if len(item.weights) < 400 else list(talk.windows(item, 200))
        kinds[speech_data.SOURCES[item.source]] += short
    return kinds


def _reading(items: list[Item]) -> tuple[list[str], list[Item]]:
    """The clips of GRID s1 and their items, in one order; nothing where the set was made without them."""
    real_ones = [item for item in items if speech_data.SOURCES[item.source] == "real" and len(item.weights) < 400]
    clips = [clip for clip in tracked.clips("grid_s1/") if not tracked.held_out(clip)]
    return clips[: len(real_ones)], real_ones[: len(clips)]


def sequences(rng: np.random.Generator, items: list[Item], part: float) -> Iterator[Sequence]:
    """All of them, or a part."""
    for name, kind in _kinds(items).items():
        for heard in talk.talks(rng, kind, SHARES[name] * part):
            yield compose.composed(rng, heard, lend=bool(tracked.TALKING.exists() and rng.random() < LENT))
    for name, number in UNSPOKEN.items():
        for _ in range(max(1, round(number * part))):
            heard = talk.unspoken(rng, name)
            attends = np.full(len(heard.lips), float(rng.uniform(0.5, 1)), np.float32) if name == "listening" else None
            yield compose.composed(rng, heard, attends)
    for _ in range(max(1, round(SONGS * part))):
        yield compose.composed(rng, talk.sung(rng))
    if tracked.TALKING.exists():
        clips, read = _reading(items)
        yield from real.reading(rng, clips[: round(len(clips) * part * READ)], read)
        for one in (*real.heads(), *real.live_link(rng)):
            if rng.random() < part:
                yield one


def main() -> None:
    """Collect the sequences, with progress, and say what there is."""
    parser = argparse.ArgumentParser(description="Make the sequences that the motion flow learns from.")
    parser.add_argument(
        "--data", type=Path, nargs="+", default=[Path("runs/motion/data.npz")], help="by train.speech_data"
    )
    parser.add_argument("--out", type=Path, default=Path("runs/motion/life.npz"))
    parser.add_argument("--part", type=float, default=1.0, help="make only this share")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    began, collected = clock.now(), []
    items = [item for path in args.data for item in speech_data.read(path)]
    for one in sequences(np.random.default_rng(args.seed), items, args.part):
        collected.append(one)
        if len(collected) % 100 == 0:
            minutes = sum(len(s.rows) for s in collected) / float(FRAME_RATE) / 60
            print(f"{len(collected):5d} sequences, {minutes:.0f} minutes, {clock.now() - began:.0f} s", flush=True)
    data.save(args.out, collected)
    for source in sorted({one.source for one in collected}):
        of = [one for one in collected if one.source == source]
        print(f"{source:24s} {len(of):4d} sequences {sum(len(s.rows) for s in of) / float(FRAME_RATE) / 60:6.1f} min")


if __name__ == "__main__":
    main()
