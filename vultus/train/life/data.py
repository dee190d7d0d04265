"""A piece of life: sound, the motion that belongs to it, what was commanded, and how far to believe each channel."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vultus.face import D
from vultus.motion.controls import CONDITIONS

Floats = NDArray[np.float32]

LOUDEST = 32767  # sound is kept as int16
SURE = 200  # trust is kept as bytes: so much is 1


@dataclass(frozen=True)
class Sequence:
    """Ten to twenty seconds of a face.

    Rows are relative to the portrait's rest, as the motion stage gives them: gaze and distance with what was
    commanded, the head's own motion times the head gain, expressions with the emotion, times the expression
    gain (`motion.controls.command` says it in arithmetic).
    """

    samples: Floats  # [N] at 16 kHz; sample 640 i belongs to frame i
    rows: Floats  # [T, D]
    conditions: Floats  # [T, CONDITIONS] as `Controls.conditions` orders them
    trust: Floats  # [T, D] 0..1, the weight of a channel in a loss
    heard: bool  # False: no sound belongs to these rows
    source: str

    def __post_init__(self) -> None:
        count = len(self.rows)
        assert self.rows.shape == self.trust.shape == (count, D), (self.rows.shape, self.trust.shape)
        assert self.conditions.shape == (count, CONDITIONS), self.conditions.shape


def save(path: Path, sequences: list[Sequence]) -> None:
    """Keep sequences in one file of arrays, whole or not at all."""
    facts = {"sources": [one.source for one in sequences], "heard": [one.heard for one in sequences]}
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    with part.open("wb") as file:
        np.savez(
            file,
            facts=np.frombuffer(json.dumps(facts).encode(), np.uint8),
            frames=np.array([len(one.rows) for one in sequences]),
            lengths=np.array([len(one.samples) for one in sequences]),
            samples=np.concatenate([_packed(one.samples) for one in sequences]),
            rows=np.concatenate([one.rows for one in sequences]).astype(np.float32),
            conditions=np.concatenate([one.conditions for one in sequences]).astype(np.float32),
            trust=np.concatenate([np.round(one.trust * SURE).astype(np.uint8) for one in sequences]),
        )
    part.replace(path)


def _packed(samples: Floats) -> NDArray[np.int16]:
    return np.asarray(np.clip(samples, -1, 1) * LOUDEST, np.int16)


def read(path: Path) -> list[Sequence]:
    """The sequences that `save` kept."""
    with np.load(path) as kept:
        facts = json.loads(bytes(kept["facts"]))
        at_frame, at_sample = np.cumsum(kept["frames"])[:-1], np.cumsum(kept["lengths"])[:-1]
        sounds = np.split(kept["samples"], at_sample)
        rows, conditions = (np.split(kept[name], at_frame) for name in ("rows", "conditions"))
        trusts = np.split(kept["trust"], at_frame)
    listed = zip(sounds, rows, conditions, trusts, facts["heard"], facts["sources"], strict=True)
    return [
        Sequence(
            np.asarray(sound, np.float32) / np.float32(LOUDEST),
            row,
            told,
            np.asarray(trust, np.float32) / np.float32(SURE),
            heard,
            source,
        )
        for sound, row, told, trust, heard, source in listed
    ]
