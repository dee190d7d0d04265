"""`vultus corpus`: films for research on telling them from recordings, with everything that is known about them."""

import argparse
import json
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path

import numpy as np

from vultus.errors import OptionRefused
from vultus.face import Motion
from vultus.job import animate, papers_of
from vultus.media import listen
from vultus.motion.controls import Controls
from vultus.motion.emotion import Emotion
from vultus.portrait import Portrait
from vultus.talker import Talker

CORPUS = """\
examples:
  vultus prepare examples/portrait_ada.png -o ada.vultus --likeness virtual
  vultus corpus ada.vultus -o corpus --voices a.wav b.flac --clips 20

Of each clip there is a film, marked and signed as every film, the motion that it shows (NAME.npz, one row a
frame) and a line in labels.jsonl. Portraits of virtual individuals are taken, and no others.
"""
LABELS = "labels.jsonl"
FELT = 0.15  # of the clips show a feeling, for each of them


def add_corpus(command: argparse.ArgumentParser) -> None:
    """The options of `vultus corpus`."""
    command.set_defaults(run=run_corpus)
    command.add_argument("portraits", nargs="+", help="portrait files, prepared with --likeness virtual")
    command.add_argument("--voices", nargs="+", required=True, help="sound files in which somebody speaks")
    command.add_argument("-o", "--output", required=True, help="the folder to write, which must not exist yet")
    command.add_argument("--clips", type=int, default=10, help="how many (default 10)")
    command.add_argument("--size", type=int, default=512, help="pixels a side (default 512)")
    command.add_argument("--seed", type=int, default=0, help="of the draw of portraits, voices and controls")


def run_corpus(options: argparse.Namespace) -> tuple[dict[str, object], str]:
    """Write a corpus; the facts for JSON and the words for people."""
    portraits = [_virtual(path) for path in options.portraits]
    folder = Path(options.output)
    if options.clips < 1 or folder.exists():
        raise OptionRefused(f"{folder}: wanted a folder that does not exist yet, and at least one clip")
    folder.mkdir()
    random = np.random.default_rng(options.seed)
    with (folder / LABELS).open("w") as labels:
        for index in range(options.clips):
            which = int(random.integers(len(portraits)))
            voice = options.voices[int(random.integers(len(options.voices)))]
            facts = _clip(folder / f"{index:05d}", portraits[which], voice, options.size, index, _drawn(random))
            labels.write(json.dumps(facts) + "\n")
            labels.flush()
    return {"output": options.output, "clips": options.clips}, f"{folder}: {options.clips} clips"


def _virtual(path: str) -> Portrait:
    portrait = Portrait.load(path)
    if portrait.likeness.of != "virtual":
        raise OptionRefused(f"{path}: a corpus is of virtual individuals: prepare the portrait with --likeness virtual")
    return portrait


def _drawn(random: np.random.Generator) -> Controls:
    yaw, pitch, distance = np.clip(random.normal(0, (0.08, 0.08, 0.05)), -0.3, 0.3).tolist()
    feelings = random.uniform(0, 1, len(Emotion._fields)) * (random.random(len(Emotion._fields)) < FELT)
    return Controls(
        gaze=(yaw, pitch),
        distance=distance,
        emotion=Emotion(*feelings.tolist()),
        head_gain=float(random.uniform(0.5, 1.3)),
        expression_gain=float(random.uniform(0.8, 1.2)),
    )


def _clip(stem: Path, portrait: Portrait, voice: str, size: int, seed: int, controls: Controls) -> dict[str, object]:
    """One clip and its label."""
    film, motion = stem.with_suffix(".mp4"), stem.with_suffix(".npz")
    result = animate(portrait, voice, film, size=size, seed=seed, controls=controls)
    talker = Talker(portrait, 64, seed, controls, recorded=True)
    for samples in listen(voice):
        talker.push(samples)
    talker.finish()
    Motion(np.stack([beat.row for beat in talker.beats()])).save(motion)
    papers = papers_of(portrait, voice, seed)
    return {
        "film": film.name,
        "sha256": sha256(film.read_bytes()).hexdigest(),
        "motion": motion.name,
        "label": "generated",
        "number": papers.number,
        "portrait": papers.portrait,
        "voice": papers.voice,
        "seed": seed,
        "controls": asdict(controls) | {"emotion": controls.emotion._asdict()},
        "frames": result.frames,
        "size": size,
    }
