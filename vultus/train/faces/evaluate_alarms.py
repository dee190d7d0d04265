"""What is taken for a face where none is, as a person meets it: `prepare`, and whether it warns.

    python -m vultus.train.faces.evaluate_alarms [--networks runs/faces] [--sheet alarms.png] [folder of pictures ...]

Folders name further pictures without faces, of things and animals. The last line is JSON.
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from vultus.analysis import choose, doubt
from vultus.analysis.prepare import prepare
from vultus.analysis.reader import Reader
from vultus.errors import VultusError
from vultus.media import write_picture
from vultus.train.faces import faceless, teacher
from vultus.train.faces.readings import in_folder

Bytes = NDArray[np.uint8]

TILE, ACROSS = 200, 8  # pixels of a picture on the sheet; pictures in a row


def answer(picture: Bytes, reader: Reader) -> str:  # [H, W, 3] -> "refused", "warned", "taken"
    """What becomes of a picture."""
    try:
        portrait = prepare(picture, reader=reader)
    except VultusError:
        return "refused"
    return "warned" if doubt.of(portrait, reader) < doubt.DOUBTFUL else "taken"


def in_folders(folders: list[Path]) -> Iterator[tuple[str, Bytes]]:
    """(name of the folder, picture) of every picture file there."""
    for folder in folders:
        for path in sorted(folder.iterdir()):
            if path.suffix in (".jpg", ".png"):
                yield folder.name, teacher.read_picture(path)


def sheet(shown: list[tuple[str, Bytes]]) -> Bytes:
    """Pictures side by side with what was answered."""
    tiles = []
    for told, picture in shown:
        tile = cv2.resize(picture, (TILE, TILE), interpolation=cv2.INTER_AREA).astype(np.uint8)
        cv2.putText(tile, told, (4, 14), cv2.FONT_HERSHEY_SIMPLEX, 0.4, (255, 255, 0), 1, cv2.LINE_AA)
        tiles.append(tile)
    tiles += [np.full((TILE, TILE, 3), 255, np.uint8)] * (-len(tiles) % ACROSS)
    return np.vstack([np.hstack(tiles[at : at + ACROSS]) for at in range(0, len(tiles), ACROSS)])


def main() -> None:
    """Print the figures, draw what was not refused."""
    parser = argparse.ArgumentParser(description="What is taken for a face where none is?")
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--networks", type=Path, help="a folder of find/find.onnx and so on, instead of the package's")
    parser.add_argument("--sheet", type=Path, help="a PNG of what was not refused")
    options = parser.parse_args()
    reader = choose.reader("own") if options.networks is None else in_folder(options.networks)
    told: dict[str, dict[str, int]] = {}
    shown = []
    for source in (faceless.pictures(), in_folders(options.folders)):
        for kind, picture in source:
            said = answer(picture, reader)
            counts = told.setdefault(kind, {"pictures": 0, "refused": 0, "warned": 0, "taken": 0})
            counts["pictures"] += 1
            counts[said] += 1
            if said != "refused":
                shown.append((f"{kind}: {said}", picture))
    for kind, counts in told.items():
        print(f"{kind:24s}" + "  ".join(f"{name} {count}" for name, count in counts.items()), flush=True)
    if options.sheet and shown:
        write_picture(options.sheet, sheet(shown))
    print(json.dumps(told))


if __name__ == "__main__":
    main()
