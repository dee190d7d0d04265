"""EmoDB: sentences of German actors with phone times that people have checked (Burkhardt et al., 2005)."""

import csv
from functools import cache

import numpy as np
from numpy.typing import NDArray

from vultus.train import phones, tracked
from vultus.train.espeak import Phone

Floats = NDArray[np.float32]

FOLDER = tracked.TALKING.parent / "speech" / "emodb"
HELD_OUT_ACTORS = ("08", "12", "15")  # a woman and two men, never trained on
SHORT = 0.06  # seconds between phones that are no pause


@cache
def _table() -> dict[str, list[tuple[str, float, float]]]:
    found: dict[str, list[tuple[str, float, float]]] = {}
    if FOLDER.exists():
        with (FOLDER / "phones.csv").open() as file:
            for row in csv.DictReader(file):
                place = (row["label"], float(row["start"]), float(row["end"]))
                found.setdefault(row["file"].removesuffix(".wav"), []).append(place)
    return found


def clips(held_out: bool) -> list[str]:
    """The names of the clips of the held-out actors, or of the others."""
    return [name for name in sorted(_table()) if (name[:2] in HELD_OUT_ACTORS) == held_out]


def _release(label: str) -> bool:
    """Whether the label is the burst or the breath of a stop: sounded with the lips on their way already."""
    return label.startswith("!") or "asp" in label


def _ipa(label: str) -> str:
    bare = label.strip("!_")
    return phones.named(phones.SAMPA, bare[0] if "asp" in bare else bare.split("+")[0])


def timed(name: str) -> tuple[tuple[Phone, ...], tuple[Phone, ...]]:
    """The phones as they are heard, and as the lips make them (stops open with their burst)."""
    heard: list[Phone] = []
    shaped: list[Phone] = []
    before, opened = 0.0, None
    for label, start, end in _table()[name]:
        if not label.strip("!_"):
            continue
        if start - before > SHORT:
            heard.append(Phone("", before, start))
            shaped.append(Phone("", before, start))
        heard.append(Phone(_ipa(label), start, end))
        if _release(label):
            opened = start if opened is None else opened
        else:
            shaped.append(Phone(_ipa(label), start if opened is None else opened, end))
            opened = None
        before = end
    return tuple(heard), tuple(shaped)


def clip(name: str) -> tuple[Floats, tuple[Phone, ...], tuple[Phone, ...]]:
    """The sound at 16 kHz, cut where the phones end, and the two tellings of its phones."""
    samples = tracked.read_sound(f"../speech/{FOLDER.name}/{name}")
    heard, shaped = timed(name)
    return samples[: int((heard[-1].end + 0.2) * 16_000)], heard, shaped
