"""The 250 readers of speechocean762, aligned by the hearing network itself.

Their phones are known, not their times. The network says how likely each kind of phone is in every half
frame; the best path through the phones of the sentence, with a pause between words where there is one
(Viterbi, 1967), gives the times. Those that fit their text least are left out: the readers are learners.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from vultus.clock import SAMPLES_PER_FRAME
from vultus.motion.hearing import DELAY
from vultus.train import augment, phones, tracked
from vultus.train.espeak import Phone
from vultus.train.hearing_net import HearingNet
from vultus.train.speech_data import Item, levelled, ruled

Floats = NDArray[np.float32]

FOLDER = tracked.TALKING.parent / "speech" / "speechocean762"
SOURCE = 3  # of speech_data.SOURCES
HELD_OUT = 10  # one speaker in so many is never trained on
WORST = 0.15  # share of the sentences that is left out
FLOOR = 1e-4  # no phone is less likely than this


@dataclass(frozen=True)
class Reading:
    """A read sentence, its phones without times."""

    samples: Floats  # [N] levelled
    words: tuple[tuple[str, ...], ...]  # IPA names of each word


def _words() -> dict[str, list[tuple[str, ...]]]:
    found: dict[str, list[tuple[str, ...]]] = {}
    for line in (FOLDER / "text-phone.txt").read_text().splitlines():
        name, *labels = line.split()
        bare = [label.split("_")[0].rstrip("012").lower() for label in labels]
        found.setdefault(name.split(".")[0], []).append(tuple(phones.ARPABET[b] for b in bare if b in phones.ARPABET))
    return found


def readings(a_speaker: int, held_out: bool = False) -> Iterator[Reading]:
    """So many sentences of each speaker that is, or is not, held out; none where the recordings are absent."""
    if not FOLDER.exists():
        return
    words, taken = _words(), dict[str, int]()
    with (FOLDER / "index.csv").open() as file:
        for row in csv.DictReader(file):
            who = row["speaker"]
            if (int(who[-4:]) % HELD_OUT == 0) != held_out or not 1.2 < float(row["seconds"]) < 8:
                continue
            taken[who] = taken.get(who, 0) + 1
            if taken[who] <= a_speaker:
                samples = tracked.read_sound(f"../speech/{FOLDER.name}/{row['clip']}")
                yield Reading(levelled(samples), tuple(words[row["clip"]]))


def likelihoods(net: HearingNet, sounds: Sequence[Floats]) -> list[NDArray[np.float64]]:
    """Log probabilities [2 T, P] of the phones of each sound."""
    out = []
    for samples in sounds:
        count = len(samples) // SAMPLES_PER_FRAME
        padded = np.zeros((count + DELAY) * SAMPLES_PER_FRAME, np.float32)
        padded[: count * SAMPLES_PER_FRAME] = samples[: count * SAMPLES_PER_FRAME]
        with torch.no_grad():
            rows = augment.log_mel(augment.power(torch.from_numpy(padded)[None]))
            said = net(rows).phones[0, 2 * DELAY :].softmax(1).numpy()
        out.append(np.log(said.astype(np.float64) + FLOOR))
    return out


def _states(words: Sequence[tuple[str, ...]]) -> list[tuple[int, str, int]]:
    """(kind, name, number of the phone) of the states of a sentence; an empty name is a pause that may be left out."""
    states, number = [(phones.SILENCE, "", -1)], 0
    for word in words:
        for name in word:
            states += [(kind, name, number) for kind in phones.kinds(name)]
            number += 1
        states.append((phones.SILENCE, "", -1))
    return states


def best_path(scores: NDArray[np.float64], may_skip: NDArray[np.bool_]) -> tuple[NDArray[np.int64], float]:
    """The state of each step of scores [T, S], from first to last, and the mean score of the path."""
    steps, count = scores.shape
    total = np.full(count, -np.inf)
    total[:2] = scores[0, :2]
    came = np.zeros((steps, count), np.int8)
    hop = np.zeros(count, bool)
    hop[2:] = may_skip[1:-1]
    for t in range(1, steps):
        one = np.concatenate([[-np.inf], total[:-1]])
        two = np.where(hop, np.concatenate([[-np.inf, -np.inf], total[:-2]]), -np.inf)
        choices = np.stack([total, one, two])
        came[t] = choices.argmax(0)
        total = choices.max(0) + scores[t]
    state = count - 1 if total[-1] >= total[-2] else count - 2
    best = float(total[state]) / steps
    path = np.zeros(steps, np.int64)
    for t in range(steps - 1, -1, -1):
        path[t] = state
        state -= int(came[t, state])
    return path, best


def timed(reading: Reading, scores: NDArray[np.float64]) -> tuple[tuple[Phone, ...], float]:
    """The phones where the sentence says them, by log probabilities [2 T, P], and how well they fit."""
    states = _states(reading.words)
    if len(scores) < len(states):
        return (), -np.inf
    skippable = np.array([not name for _, name, _ in states])
    path, fit = best_path(scores[:, [kind for kind, _, _ in states]], skippable)
    out: list[Phone] = []
    last = -1
    for step, state in enumerate(path):
        _, name, number = states[state]
        mark = number if name else -2 - int(state)
        if mark != last:
            out.append(Phone(name, step * phones.HALF, step * phones.HALF))
            last = mark
        out[-1] = Phone(name, out[-1].start, (step + 1) * phones.HALF)
    return tuple(out), fit


def aligned(net: HearingNet, collected: Sequence[Reading]) -> list[Item]:
    """The readings with their phones in time and lips by rule, without those that fit their text least."""
    net.eval()
    made: list[tuple[Reading, tuple[Phone, ...], float]] = []
    for reading in collected:
        (scores,) = likelihoods(net, [reading.samples])
        made.append((reading, *timed(reading, scores)))
    made.sort(key=lambda one: -one[2])
    good = [one for one in made[: round(len(made) * (1 - WORST))] if one[1]]
    return [ruled(SOURCE, reading.samples, said) for reading, said, _ in good]
