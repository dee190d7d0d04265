"""Every picture with every voice: does each film decode, and is the face found in every frame?

    python benchmarks/portraits.py --sheets out/sheets [--pictures DIR] [--voices DIR]

Writes a contact sheet a film, to be looked at. Last line: JSON.
"""

import argparse
import json
import tempfile
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vultus import analysis
from vultus.analysis import choose
from vultus.clock import frames_covering
from vultus.job import animate
from vultus.media.picture import read_picture, write_picture
from vultus.media.sound import listen
from vultus.media.watch import frames
from vultus.portrait import Portrait
from vultus.show import contact_sheet

SHARED = Path(__file__).parents[2] / "shared"
SHOWN = 24  # frames a sheet


def faces(picture: NDArray[np.uint8]) -> list[NDArray[np.float32]]:
    """The points of every face, as the default reader finds them."""
    return [face.points for face in choose.reader().faces(picture)]


def film(portrait: Portrait, voice: Path, sheet: Path, size: int) -> dict[str, int]:
    """Make one film, read it back, count its frames and those without a face, keep a sheet."""
    with tempfile.TemporaryDirectory() as folder:
        result = animate(portrait, voice, Path(folder) / "film.mp4", size=size)
        shown: list[NDArray[np.uint8]] = []
        lost = count = 0
        every = max(1, result.frames // SHOWN)
        for count, frame in enumerate(frames(Path(folder) / "film.mp4"), start=1):
            lost += not faces(frame)
            if count % every == 0 and len(shown) < SHOWN:
                shown.append(np.ascontiguousarray(frame[::2, ::2]))
    write_picture(sheet, contact_sheet(shown, columns=8))
    wanted = frames_covering(sum(len(chunk) for chunk in listen(voice)))
    return {"frames": count, "wanted": wanted, "without_face": lost}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pictures", type=Path, default=SHARED / "portraits")
    parser.add_argument("--voices", type=Path, default=SHARED / "voices")
    parser.add_argument("--sheets", type=Path, default=Path("out/sheets"))
    parser.add_argument("--size", type=int, default=512)
    options = parser.parse_args()
    options.sheets.mkdir(parents=True, exist_ok=True)
    portraits = {path.stem: analysis.prepare(read_picture(path)) for path in sorted(options.pictures.glob("*.*g"))}
    table = {}
    for (name, portrait), voice in product(portraits.items(), sorted(options.voices.glob("*.wav"))):
        key = f"{name}-{voice.stem}"
        table[key] = film(portrait, voice, options.sheets / f"{key}.png", options.size)
        print(key, table[key], flush=True)
    print(
        json.dumps(
            {
                "films": len(table),
                "frames": sum(row["frames"] for row in table.values()),
                "frames_without_face": sum(row["without_face"] for row in table.values()),
                "films_of_wrong_length": sum(row["frames"] != row["wanted"] for row in table.values()),
            }
        )
    )


if __name__ == "__main__":
    main()
