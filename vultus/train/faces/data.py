"""Write all faces to learn from: `python -m vultus.train.faces.data --out runs/faces/data`.

Pictures and film frames with the teacher's points, then virtual individuals in files of `A_FILE` each. Files
that are there already are left as they are, so that a stopped run goes on; the same command on another machine
makes the same files. All in all about 60 MB for the default.
"""

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vultus.analysis import fit
from vultus.clock import now
from vultus.face import D, E, face_model
from vultus.portrait import Portrait
from vultus.train import tracked
from vultus.train.faces import fasten, rendered, split, store, teacher, virtual
from vultus.train.faces.backgrounds import made

Floats = NDArray[np.float32]

A_FILE = 504  # virtual examples
FRAMES = 6  # of one individual
PEOPLE = 64  # whose skins and builds are mixed in one file
OF_PICTURES = 0.5  # share of rendered heads whose skin is a picture's
SURE = 0.02  # of the eye distance: the teacher's doubt below which a picture is made to move


def pictures(limit: int | None) -> list[store.Example]:
    """Every picture with its teacher's points."""
    chosen = [face for face in teacher.faces() if face.doubt < teacher.DOUBTED or face.part != split.TRAIN]
    return [teacher.from_picture(face) for face in chosen[: limit or len(chosen)]]


def films(limit: int | None) -> list[store.Example]:
    """Frames of every film whose clip is certain."""
    return [one for film in teacher.films()[: limit or None] for one in teacher.from_film(film)]


def talked() -> Floats:  # [N, D]
    """Rows that people did: free talkers, performers and a few readers, none of them held out."""
    names = [name for name in tracked.clips("heads") if not tracked.held_out(name)]
    names += [name for name in tracked.clips("grid_s1") if not tracked.held_out(name)][::90]
    rows = [fit.track(tracked.read_points(name).points[::3], face_model()) for name in names]
    given = [tracked.example(name).rows[::15] for name in tracked.clips("live_link")]
    return np.concatenate([*rows, *given])


def virtuals(number: int, faces: list[teacher.Face], rows: Floats, count: int = A_FILE) -> list[store.Example]:
    """One file of virtual individuals; the same number gives the same ones."""
    rng = np.random.default_rng(number)
    chosen = rng.choice(len(faces), min(PEOPLE, len(faces)), replace=False)
    people = [virtual.portrait_of(faces[i].picture(), faces[i].points) for i in chosen]
    plates = [one.plate for one in people]
    made: list[store.Example] = []
    while len(made) < count:
        one, other = (people[int(i)] for i in rng.choice(len(people), 2, replace=False))
        made += _frames(one, other, plates, rows, f"virtual/{number}/{len(made)}", rng)
    return made[:count]


def _frames(
    one: Portrait,
    other: Portrait,
    plates: list[NDArray[np.uint8]],
    rows: Floats,
    name: str,
    rng: np.random.Generator,
) -> list[store.Example]:
    who = virtual.individual(one, other, rng)
    made = []
    for index in range(FRAMES):
        row = virtual.random_row(one.rest, rows, rng)
        frame, points = virtual.drawn(who, row, virtual.plate(one, plates, rng))
        example = store.example(frame, points, "virtual", split.TRAIN, f"{name}:{index}")
        known = teacher.posed(example.points)
        known[:E] = row[:E]
        made.append(store.Example(example.picture, example.points, known, "virtual", split.TRAIN, example.name))
    return made


def heads(number: int, faces: list[teacher.Face], rows: Floats, part: int, count: int = A_FILE) -> list[store.Example]:
    """One file of rendered heads of ICT-FaceKit; half of them with the skin of a picture."""
    rng = np.random.default_rng([number, 1 + part])
    still = np.zeros(D, np.float32)
    kept = []
    for index in range(count):
        face = faces[int(rng.integers(len(faces)))]
        skin = (face.picture(), face.points) if rng.random() < OF_PICTURES else None
        row = virtual.random_row(still, rows, rng)
        behind = made(rendered.SIZE, rng)
        one = rendered.render(row, rendered.turn(rng), skin, behind, fasten.as_taught(), rng)
        example = store.example(one.picture, one.points, "head", part, f"head/{number}/{index}")
        known = teacher.posed(example.points)
        known[:E] = row[:E]
        kept.append(replace(example, row=known, seen=one.seen))
    return kept


def _written(path: Path, examples: list[store.Example], began: float) -> None:
    store.save(path, examples)
    size = path.stat().st_size / 1e6
    print(f"{now() - began:6.0f} s  {path.name}: {len(examples)} faces, {size:.1f} MB", flush=True)


def main() -> None:
    """Write what is not there yet."""
    parser = argparse.ArgumentParser(description="Write all faces to learn from.")
    parser.add_argument("--out", type=Path, default=Path("runs/faces/data"))
    parser.add_argument("--virtual", type=int, default=4032, help="virtual examples")
    parser.add_argument("--heads", type=int, default=1512, help="rendered heads")
    parser.add_argument("--limit", type=int, help="at most so many pictures, and so many films")
    options = parser.parse_args()
    out: Path = options.out
    out.mkdir(parents=True, exist_ok=True)
    began = now()
    for name, all_of in (("pictures", pictures), ("films", films)):
        if not (out / f"{name}.npz").exists():
            _written(out / f"{name}.npz", all_of(options.limit), began)
    sure = [face for face in teacher.faces() if face.part == split.TRAIN and face.doubt < SURE]
    rows = talked()
    for number, first in enumerate(range(0, options.virtual, A_FILE)):
        if not (path := out / f"virtual_{number:03d}.npz").exists():
            _written(path, virtuals(number, sure, rows, min(A_FILE, options.virtual - first)), began)
    for number, first in enumerate(range(0, options.heads, A_FILE)):
        if not (path := out / f"heads_{number:03d}.npz").exists():
            _written(path, heads(number, sure, rows, split.TRAIN, min(A_FILE, options.heads - first)), began)


if __name__ == "__main__":
    main()
