"""What shows when a portrait is made to do everything? One sheet of a fixed motion, whole and enlarged.

    python benchmarks/torture.py face.png [more pictures or portrait files ...] -o DIR [--size 512] [--parts]

Vowels, p f s th, blink, wink, gaze to the corners, smile, frown, surprise, the head's extremes and distances, from a
neutral face in the portrait's own pose. With `--parts` also the mouth and the eyes of each, enlarged. To be looked
at: no figure says whether a face is good. Last line: JSON.
"""

import argparse
import json
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from vultus import render
from vultus.face import EXPRESSIONS, E, channel
from vultus.job import portrait_from
from vultus.media.picture import write_picture
from vultus.portrait import Portrait
from vultus.render.place import place
from vultus.show import contact_sheet
from vultus.topology import LOWER_LIDS, OUTER_LOWER_LIP, OUTER_UPPER_LIP, UPPER_LIDS

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

EYES = (*UPPER_LIDS[0], *UPPER_LIDS[1], *LOWER_LIDS[0], *LOWER_LIDS[1])
LIPS = (*OUTER_UPPER_LIP, *OUTER_LOWER_LIP)
GAZE, UP = np.deg2rad(18), np.deg2rad(11)  # corners that people look into while they talk
PART = (320, 208)  # pixels of an enlarged mouth
BOTH = (416, 152)  # of a pair of eyes
COLUMNS = 9
QUALITY = 86  # of JPEG

MOTIONS: dict[str, dict[str, float]] = {
    "neutral": {},
    "a": {"jawOpen": 0.6},
    "e": {"jawOpen": 0.25, "mouthStretch*": 0.4, "mouthSmile*": 0.2, "mouthUpperUp*": 0.2, "mouthLowerDown*": 0.3},
    "i": {"jawOpen": 0.1, "mouthStretch*": 0.3, "mouthSmile*": 0.35, "mouthUpperUp*": 0.15, "mouthLowerDown*": 0.35},
    "o": {"jawOpen": 0.3, "mouthFunnel": 0.6, "mouthPucker": 0.3},
    "u": {"jawOpen": 0.08, "mouthFunnel": 0.25, "mouthPucker": 0.85},
    "p": {"mouthRollUpper": 0.4, "mouthRollLower": 0.4, "mouthPress*": 0.4},
    "f": {"jawOpen": 0.06, "mouthRollLower": 0.6, "mouthUpperUp*": 0.3, "mouthShrugLower": 0.3},
    "s": {"jawOpen": 0.04, "mouthStretch*": 0.2, "mouthLowerDown*": 0.35, "mouthUpperUp*": 0.15},
    "th": {"jawOpen": 0.16, "mouthLowerDown*": 0.2, "mouthUpperUp*": 0.1, "tongueOut": 0.5},
    "smile": {"mouthSmile*": 0.8, "cheekSquint*": 0.5, "eyeSquint*": 0.3},
    "laugh": {"mouthSmile*": 0.9, "jawOpen": 0.35, "mouthUpperUp*": 0.3, "cheekSquint*": 0.7, "eyeSquint*": 0.5},
    "frown": {"mouthFrown*": 0.8, "browDown*": 0.7, "mouthShrugLower": 0.3},
    "surprise": {"browInnerUp": 0.9, "browOuterUp*": 0.9, "eyeWide*": 0.8, "jawOpen": 0.35},
    "disgust": {"noseSneer*": 0.8, "mouthUpperUp*": 0.5, "browDown*": 0.5, "eyeSquint*": 0.5},
    "cheeks": {"cheekPuff": 0.8, "mouthPress*": 0.4},
    "aside": {"mouthLeft": 0.7, "jawLeft": 0.5},
    "blink": {"eyeBlink*": 1.0},
    "half shut": {"eyeBlink*": 0.5},
    "wink": {"eyeBlinkLeft": 1.0, "cheekSquintLeft": 0.5},
    "wide": {"eyeWide*": 1.0},
    "left up": {"gazeYaw": -GAZE, "gazePitch": UP},
    "right up": {"gazeYaw": GAZE, "gazePitch": UP},
    "left down": {"gazeYaw": -GAZE, "gazePitch": -UP},
    "right down": {"gazeYaw": GAZE, "gazePitch": -UP},
    "yaw -20": {"headYaw": -np.deg2rad(20)},
    "yaw 20": {"headYaw": np.deg2rad(20)},
    "pitch -15": {"headPitch": -np.deg2rad(15)},
    "pitch 15": {"headPitch": np.deg2rad(15)},
    "roll -20": {"headRoll": -np.deg2rad(20)},
    "roll 20": {"headRoll": np.deg2rad(20)},
    "near": {"logDistance": np.log(0.8)},
    "far": {"logDistance": np.log(1.25)},
    "turned a": {"headYaw": np.deg2rad(15), "headPitch": np.deg2rad(8), "jawOpen": 0.5},
    "turned o": {"headYaw": -np.deg2rad(15), "headPitch": -np.deg2rad(8), "jawOpen": 0.3, "mouthFunnel": 0.6},
}
ENLARGED = ("mouth", [*list(MOTIONS)[:17], "turned a", "turned o"]), ("eyes", ["neutral", *list(MOTIONS)[10:25]])


def row_of(portrait: Portrait, settings: dict[str, float]) -> Floats:  # -> [D]
    """A neutral face in the portrait's own pose, moved; `*` stands for both sides."""
    row = portrait.rest.copy()
    row[:E] = 0
    for name, value in settings.items():
        names = [name.replace("*", side) for side in ("Left", "Right")] if "*" in name else [name]
        for one in names:
            row[channel(one)] = value + (0 if one in EXPRESSIONS or one.startswith("gaze") else row[channel(one)])
    return row


def titled(picture: Bytes, title: str) -> Bytes:
    marked = picture.copy()
    for colour, thickness in (((0, 0, 0), 3), ((255, 255, 255), 1)):
        cv2.putText(marked, title, (6, 16), cv2.FONT_HERSHEY_SIMPLEX, 0.45, colour, thickness, cv2.LINE_AA)
    return marked


def part(frame: Bytes, points: Doubles, size: tuple[int, int], wider: float) -> Bytes:
    """The surroundings of some points, upright, enlarged to one size: width, height."""
    middle, width = points.mean(0), float(np.ptp(points[:, 0])) * wider
    scale = size[0] / width
    shift = np.array(size) / 2 - middle * scale
    matrix = np.array([[scale, 0, shift[0]], [0, scale, shift[1]]])
    flags = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA
    return np.asarray(cv2.warpAffine(frame, matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE), np.uint8)


def sheets(portrait: Portrait, size: int, tile: int, parts: bool) -> dict[str, Bytes]:
    """The sheets of one portrait by name: whole, and with `parts` mouth and eyes."""
    scene = render.init(portrait, size)
    rows = {name: row_of(portrait, settings) for name, settings in MOTIONS.items()}
    frames = {"as it is": render.draw(scene, portrait.rest)}
    frames |= {name: render.draw(scene, row) for name, row in rows.items()}
    small = [
        titled(np.asarray(cv2.resize(frame, (tile, tile), interpolation=cv2.INTER_AREA), np.uint8), name)
        for name, frame in frames.items()
    ]
    found = {"whole": contact_sheet(small, COLUMNS)}
    if parts:
        for kind, names in ENLARGED:
            points, box, wider = (LIPS, PART, 1.7) if kind == "mouth" else (EYES, BOTH, 1.25)
            panels = []
            for name in ("as it is", *names):
                placed, _ = place(scene.home, rows.get(name, portrait.rest))
                panels.append(titled(part(frames[name], placed[list(points)], box, wider), name))
            found[kind] = contact_sheet(panels, 5 if kind == "mouth" else 4)
    return found


def write(path: Path, sheet: Bytes) -> None:
    if path.suffix == ".png":
        write_picture(path, sheet)
    else:
        cv2.imwrite(str(path), cv2.cvtColor(sheet, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, QUALITY])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sources", nargs="+", type=Path, help="pictures or portrait files")
    parser.add_argument("-o", "--output", type=Path, required=True, help="folder for the sheets")
    parser.add_argument("--size", type=int, default=512, help="pixels a side that are drawn")
    parser.add_argument("--tile", type=int, default=256, help="pixels a side of one picture of the sheet")

    parser.add_argument("--jpeg", action="store_true", help="smaller files")
    parser.add_argument("--parts", action="store_true", help="mouths and eyes, enlarged, too")
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    written = []
    for source in options.sources:
        for kind, sheet in sheets(portrait_from(source), options.size, options.tile, options.parts).items():
            path = options.output / f"{source.stem}_{kind}{'.jpg' if options.jpeg else '.png'}"
            write(path, sheet)
            written.append(path.name)
    print(json.dumps({"sheets": written, "motions": len(MOTIONS)}))


if __name__ == "__main__":
    main()
