"""Self-reenactment: a clip's own tracked motion put back on one frame of it, against the real frames.

    python benchmarks/reenact.py [clip ...] [--sheets DIR] [--every N]

The portrait is the clip's calmest frame with open eyes and closed lips; everything else of the clip is used for
the points only. PSNR in dB at the portrait's own resolution, over the face oval, the mouth and the eyes, each the
median over frames, then over clips. Also the rendered truth in `../shared/truth`. Last line: JSON.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from vultus import analysis, render
from vultus.analysis import choose, fit, rigid
from vultus.analysis.rest import MIDDLE, lid_gaps, lip_gaps
from vultus.face import GAZE, E, channel, face_model
from vultus.media import frames, read_picture, write_picture
from vultus.portrait import Portrait
from vultus.pose import Pose
from vultus.show import contact_sheet
from vultus.topology import LOWER_LIDS, OUTER_CORNERS, OUTER_LOWER_LIP, OUTER_UPPER_LIP, OVAL, SKIN, UPPER_LIDS
from vultus.train.tracked import TALKING, clips, is_tracked, read_points

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

TRUTH = TALKING.parent / "truth"
REGIONS = ("face", "mouth", "eyes")
BARS = (28.0, 24.0, 24.0)  # dB
AROUND = 0.06  # face units around the lips, and around the lids


def faces(picture: Bytes) -> list[Floats]:
    """The points of every face, as the default reader finds them."""
    return [face.points for face in choose.reader().faces(picture)]


@dataclass(frozen=True)
class Stage:
    """A portrait made of one frame, set up to be drawn where that frame showed it."""

    portrait: Portrait
    scene: render.Scene
    corner: tuple[int, int]  # of the portrait's frame in the whole picture
    side: int  # pixels


def stage(picture: Bytes) -> Stage:
    portrait, (x, y, side) = analysis.prepare_in_place(picture)
    assert side == portrait.frame[2], "larger than a portrait is kept"
    return Stage(portrait, render.init(portrait, side), (x, y), side)


def calmest(points: Floats) -> int:  # [T, 478, 3]
    """The frame nearest to the clip's median face, of those with open eyes, lips as closed as can be."""
    shapes, _ = fit.unposed_clip(points, face_model())
    gaps, eyes = lip_gaps(shapes)[:, MIDDLE].mean(1), lid_gaps(shapes).mean(1)
    away = np.abs(shapes - np.median(shapes, axis=0))[:, :SKIN].mean((1, 2))
    asleep = eyes < 0.9 * np.median(eyes)
    return int(np.argmin(away / np.median(away) + gaps / np.median(np.abs(gaps) + 1e-3) + 100 * asleep))


def poses(film: Sequence[Bytes], points: Floats) -> list[Pose]:  # [T, 478, 3]
    """Where the head is in each frame, as `vultus track` follows it."""
    head, found = None, []
    for picture, here in zip(film, points, strict=True):
        head, pose = rigid.step(head, picture, here)
        found.append(pose)
    return found


def rows_on(portrait: Portrait, film: Sequence[Bytes], points: Floats, calm: int) -> Floats:  # [T, 478, 3] -> [T, D]
    """The clip's motion relative to frame `calm`, put onto the portrait made of that frame."""
    found = fit.track(points, face_model(), calm, poses(film, points))
    rows = np.repeat(portrait.rest[None], len(found), axis=0)
    rows[:, :E] = np.clip(rows[:, :E] + found[:, :E], 0, 1)
    rows[:, E:] += found[:, E:] - found[calm, E:]
    return rows


def regions(points: Floats, side: int) -> list[NDArray[np.bool_]]:  # [478, 3] frame pixels
    """Masks [side, side] of face, mouth and eyes."""
    unit = float(np.linalg.norm(points[OUTER_CORNERS[0], :2] - points[OUTER_CORNERS[1], :2]))
    reach = 2 * max(1, round(AROUND * unit)) + 1
    grow = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))

    def inside(*contours: tuple[int, ...]) -> Bytes:
        mask = np.zeros((side, side), np.uint8)
        for contour in contours:
            hull = cv2.convexHull(points[list(contour), :2].astype(np.float32))
            cv2.fillPoly(mask, [np.rint(hull * 16).astype(np.int32)], 1, shift=4)
        return mask

    mouth = inside((*OUTER_UPPER_LIP, *OUTER_LOWER_LIP))
    eyes = inside(*((*upper, *lower) for upper, lower in zip(UPPER_LIDS, LOWER_LIDS, strict=True)))
    grown = [cv2.dilate(mask, grow) for mask in (mouth, eyes)]
    return [mask > 0 for mask in (inside(OVAL), *grown)]


def psnr(a: Bytes, b: Bytes, mask: NDArray[np.bool_]) -> float:
    error = float(((a.astype(np.float64) - b)[mask] ** 2).mean())
    return float(10 * np.log10(255**2 / max(error, 1e-3)))


def clip_of(video: Path, first: Bytes) -> str:
    """The tracked clip of a video; where two people said the same sentence, the one whose points fit."""
    names = [name for name in clips() if name.endswith(f"/{video.stem}") and is_tracked(name)]
    if len(names) == 1:
        return names[0]
    seen = faces(first)[0]
    return min(names, key=lambda name: float(np.abs(read_points(name).points[0] - seen).mean()))


def clip_figures(video: Path, every: int, sheets: Path | None) -> tuple[str, Doubles]:  # -> name, [N, 3]
    """PSNR of each compared frame and region."""
    film = list(frames(video))
    name = clip_of(video, film[0])
    points = read_points(name).points[: len(film)]
    film = film[: len(points)]
    calm = calmest(points)
    on = stage(film[calm])
    rows = rows_on(on.portrait, film, points, calm)
    (x, y), side = on.corner, on.side
    table, shown = [], []
    for index in range(0, len(film), every):
        real = film[index][y : y + side, x : x + side]
        drawn = render.draw(on.scene, rows[index])
        masks = regions(points[index] - np.array([x, y, 0], np.float32), side)
        table.append([psnr(drawn, real, mask) for mask in masks])
        shown.append(np.concatenate([real, drawn], axis=1))
    if sheets is not None:
        worst = np.argsort(np.array(table)[:, 1])[:8]
        write_picture(sheets / f"{video.stem}.png", contact_sheet([shown[i] for i in worst], columns=2))
    return name, np.array(table)


def truth_figures() -> dict[str, list[float]]:
    """Ren's neutral picture moved to each rendered truth: weights as they were commanded, the head as tracked."""
    neutral = np.ascontiguousarray(read_picture(TRUTH / "truth_ren_neutral.png")[..., :3])
    on = stage(neutral)
    (x, y), side = on.corner, on.side
    table = {}
    for path in sorted(TRUTH.glob("truth_ren_*.png")):
        real = np.ascontiguousarray(read_picture(path)[..., :3])
        points = np.stack([faces(neutral)[0], faces(real)[0]])
        row = rows_on(on.portrait, [neutral, real], points, 0)[1]
        row[:E], row[GAZE] = on.portrait.rest[:E], on.portrait.rest[GAZE]
        for name, value in json.loads(path.with_suffix(".json").read_text())["expression"].items():
            row[channel(name.replace("_L", "Left").replace("_R", "Right"))] = value
        masks = regions(points[1] - np.array([x, y, 0], np.float32), side)
        drawn = render.draw(on.scene, row)
        table[path.stem] = [psnr(drawn, real[y : y + side, x : x + side], mask) for mask in masks]
    return table


def as_words(figures: Doubles | list[float]) -> str:
    return "  ".join(f"{name} {value:5.2f}" for name, value in zip(REGIONS, figures, strict=True))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("clips", nargs="*", help="names of videos without suffix; all by default")
    parser.add_argument("--every", type=int, default=5, help="compare every n-th frame")
    parser.add_argument("--sheets", type=Path, help="folder for the worst frames beside the real ones; keep it private")
    options = parser.parse_args()
    if not (TALKING / "video").is_dir():
        print(json.dumps({"skipped": "../shared/talking/video is not there"}))
        return
    if options.sheets is not None:
        options.sheets.mkdir(parents=True, exist_ok=True)
    medians: dict[str, Doubles] = {}
    for video in sorted((TALKING / "video").iterdir()):
        if not options.clips or video.stem in options.clips:
            name, table = clip_figures(video, options.every, options.sheets)
            medians[name] = np.median(table, axis=0)
            print(f"{name:28s} {as_words(medians[name])}", flush=True)
    summary: dict[str, list[float]] = {}
    for group in ("", *sorted({name.split("/")[0] for name in medians})):
        rows = np.array([row for name, row in medians.items() if name.startswith(group)])
        summary[group or "all"] = [round(float(v), 2) for v in np.median(rows, axis=0)]
        print(f"{group or 'all':28s} {as_words(summary[group or 'all'])}  ({len(rows)} clips)")
    truth = truth_figures()
    for name, figures in truth.items():
        print(f"{name:28s} {as_words(figures)}")
    met = all(value >= bar for value, bar in zip(summary["all"], BARS, strict=True))
    rounded = {name: [round(v, 2) for v in figures] for name, figures in truth.items()}
    print(json.dumps({"psnr_db": summary, "truth_db": rounded, "bars": BARS, "met": met}))


if __name__ == "__main__":
    main()
