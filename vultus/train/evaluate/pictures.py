"""Pictures to look at: curves beside the truth, lives beside real ones, and a contact sheet of each clip."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from vultus import measure
from vultus.clock import FRAME_RATE
from vultus.face import EXPRESSIONS, ROTATION, Floats
from vultus.portrait import Portrait
from vultus.train.evaluate import clips, listened
from vultus.train.evaluate.alive import brow_height
from vultus.train.evaluate.path import generated, looking
from vultus.train.life import borrowed

FPS = float(FRAME_RATE)
TOGETHER = 6  # clips on a sheet of curves
TILE = 192  # pixels a side
ACROSS = 12
MADE, TRUE = "#c0392b", "#2c3e50"
BLINK = EXPRESSIONS.index("eyeBlinkLeft")


def _figure(rows: int, height: float = 1.7):  # type: ignore[no-untyped-def]  # noqa: ANN202 - matplotlib is not typed
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(rows, 1, figsize=(14, height * rows), squeeze=False)
    return figure, list(axes[:, 0])


def _saved(figure, path: Path) -> Path:  # type: ignore[no-untyped-def]  # noqa: ANN001
    from matplotlib import pyplot

    figure.tight_layout()
    figure.savefig(path, dpi=70)
    pyplot.close(figure)
    return path


def lip_curves(out: Path, group: str, count: int) -> list[Path]:
    """The opening of held-out clips, made against tracked."""
    found, made = clips.held_out(group)[:count], []
    for first in range(0, len(found), TOGETHER):
        part = found[first : first + TOGETHER]
        figure, axes = _figure(len(part))
        for axis, clip in zip(axes, part, strict=True):
            seconds = np.arange(clip.frames) / FPS
            opening = measure.lip_aperture(generated(clip.samples, clip.frames))
            truth = clip.aperture[: clip.frames]
            axis.plot(seconds, truth, TRUE, lw=1.5, label="tracked")
            axis.plot(seconds, opening, MADE, lw=1.5, label="made")
            axis.set_title(f"{clip.name}   r {measure.correlation(opening, truth):.2f}", fontsize=9, loc="left")
            axis.set_ylim(-0.005, 0.16)
        axes[0].legend(loc="upper right", fontsize=8)
        made.append(_saved(figure, out / f"lips_{group}_{first // TOGETHER}.png"))
    return made


def _life(axes: list, rows: Floats, look: Floats, title: str) -> None:  # type: ignore[type-arg]
    seconds = np.arange(len(rows)) / FPS
    for i, name in enumerate(("pitch", "yaw", "roll")):
        axes[0].plot(seconds, np.degrees(rows[:, ROTATION.start + i]), lw=1.2, label=name)
    axes[1].plot(seconds, np.degrees(look), lw=1.2, label=["gaze yaw", "gaze pitch"])
    axes[2].plot(seconds, rows[:, BLINK], lw=1.2, label="lid")
    axes[2].plot(seconds, brow_height(rows) * 10, lw=1.2, label="brow height x 10")
    axes[0].set_title(title, fontsize=9, loc="left")
    axes[0].set_ylim(-12, 12)
    axes[1].set_ylim(-20, 20)
    axes[2].set_ylim(-0.3, 1.05)
    for axis in axes:
        axis.legend(loc="upper right", fontsize=7, ncol=3)


def lives(out: Path, seeds: Sequence[int]) -> list[Path]:
    """Head, gaze, lids and brows of each address as it was, and as two seeds make it."""
    made = []
    for clip in clips.held_out("addresses"):
        figure, axes = _figure(3 * (1 + len(seeds)), 1.3)
        home = borrowed.homed(clip.rows.astype(np.float64)).astype(np.float32)
        _life(axes[:3], home, home[:, 44:46], f"{clip.name}: real")
        for k, seed in enumerate(seeds):
            rows = generated(clip.samples, clip.frames, seed)
            _life(axes[3 * k + 3 : 3 * k + 6], rows, looking(rows), f"made, seed {seed}")
        made.append(_saved(figure, out / f"life_{clip.name.split('/')[1]}.png"))
    return made


def strange(out: Path) -> Path:
    """Openings at sounds that nobody trained on, over their loudness."""
    sounds = listened.strange()
    figure, axes = _figure(len(sounds))
    for axis, (name, sound) in zip(axes, sounds.items(), strict=True):
        frames = len(sound) // 640
        loud = np.sqrt((sound[: frames * 640].reshape(frames, 640) ** 2).mean(axis=1))
        seconds = np.arange(frames) / FPS
        axis.fill_between(seconds, loud / loud.max() * 0.12, color="#dddddd")
        axis.plot(seconds, measure.lip_aperture(generated(sound, frames)), MADE, lw=1.4)
        axis.set_title(f"{name}: opening, over the loudness of the sound", fontsize=9, loc="left")
        axis.set_ylim(-0.005, 0.16)
    return _saved(figure, out / "strange.png")


def contact_sheets(out: Path, portraits: Sequence[Portrait], seconds: float = 4.0) -> list[Path]:
    """Rendered frames of ten and more held-out clips, a clip a sheet, one portrait after another."""
    import cv2

    from vultus import render, show
    from vultus.motion import controls

    made = []
    found = [clip for group in clips.GROUPS for clip in clips.held_out(group)[:5]]
    for number, clip in enumerate(found):
        portrait = portraits[number % len(portraits)]
        scene = render.init(portrait, TILE)
        count = min(clip.frames, int(seconds * FPS))
        rows = controls.apply(generated(clip.samples, count, number), portrait.rest, controls.Controls())
        chosen = np.linspace(0, count - 1, 3 * ACROSS).astype(int)
        sheet = show.contact_sheet([render.draw(scene, rows[i]) for i in chosen], ACROSS)
        path = out / f"sheet_{clip.name.replace('/', '_')}.png"
        cv2.imwrite(str(path), cv2.cvtColor(sheet, cv2.COLOR_RGB2BGR))
        made.append(path)
    return made
