"""Composed sequences obey their commands exactly, beat with the voice, and are never trained on who is held out."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="the extra `train` is not installed")

from vultus import measure
from vultus.clock import SAMPLES_PER_FRAME
from vultus.face import EXPRESSIONS, GAZE, LOG_DISTANCE, ROTATION, D, E, Floats
from vultus.motion import controls, lids
from vultus.motion.controls import Controls
from vultus.motion.emotion import OFFSETS, Emotion
from vultus.train import tracked
from vultus.train.life import (
    blinks,
    borrowed,
    commands,
    compose,
    data,
    eyes,
    feelings,
    gaze,
    head,
    listening,
    real,
    talk,
)
from vultus.train.life.voice import Voice, heard

NEEDS_TALKING = pytest.mark.skipif(
    not tracked.TALKING.exists(), reason="needs the tracked talking in ../shared/talking"
)
FRAMES = 300


def syllables(frames: int = FRAMES, every: int = 8) -> tuple[Floats, list[int]]:
    """A buzz that swells at known frames between 1 s and the end less 1 s, and these frames."""
    at = np.arange(frames * SAMPLES_PER_FRAME) / SAMPLES_PER_FRAME
    starts = list(range(25, frames - 25, every))
    level = np.full(len(at), 0.001)
    for start in starts:
        level += 0.2 * np.exp(-(at - start) / 2) * (at >= start)
    buzz = np.random.default_rng(0).normal(0, 1, len(at))
    return (level * buzz).astype(np.float32), starts


def spoken(frames: int = FRAMES) -> Voice:
    """The voice of `syllables`."""
    samples, starts = syllables(frames)
    speaking = np.zeros(frames, np.float32)
    speaking[starts[0] : starts[-1] + 8] = 1
    return heard(samples, speaking)


def sound(frames: int = FRAMES) -> compose.Heard:
    """Something said with lips that open and close."""
    samples, starts = syllables(frames)
    lips, speaking = np.zeros((frames, E), np.float32), np.zeros(frames, np.float32)
    for start in starts:
        lips[start : start + 4, EXPRESSIONS.index("jawOpen")] = 0.4
    speaking[starts[0] : starts[-1] + 8] = 1
    return compose.Heard(samples, lips, speaking, np.ones(frames, np.float32), "synthetic")


def test_onsets_are_where_energy_rises() -> None:
    _, starts = syllables()
    onsets = spoken().onsets
    assert len(onsets) == pytest.approx(len(starts), abs=2)
    nearest = np.abs(np.subtract.outer(onsets, starts)).min(axis=1)
    assert np.quantile(nearest, 0.9) <= 1


def test_the_head_is_low_where_energy_rises() -> None:
    said, one = spoken(), np.ones(FRAMES)
    met, chance = [], []
    for seed in range(12):
        own = head.talks(np.random.default_rng(seed), said, head.manner(np.random.default_rng(seed)), one, one)
        pitch = own[:, 0]
        low = np.flatnonzero((pitch[1:-1] <= pitch[:-2]) & (pitch[1:-1] < pitch[2:])) + 1
        near = np.isin(np.arange(FRAMES), (low[:, None] + np.arange(-2, 3)).ravel())
        met.append(near[np.round(said.onsets).astype(int)].mean())
        chance.append(near[25:-25].mean())
    assert np.mean(met) > 1.15 * np.mean(chance)


def test_a_talking_head_moves_like_real_ones_and_a_silent_one_less() -> None:
    one = np.ones(FRAMES)
    steps: list[tuple[float, float, float]] = []
    silent: list[tuple[float, float, float]] = []
    still = Voice(np.full(FRAMES, -9.0), np.zeros(FRAMES, bool), np.zeros(0), np.zeros(0))
    for seed in range(12):
        rng = np.random.default_rng(seed)
        for said, found in ((spoken(), steps), (still, silent)):
            rows = np.zeros((FRAMES, D), np.float32)
            rows[:, ROTATION.start :] = head.placed(head.talks(rng, said, head.manner(rng), one, one))
            found.append(measure.head(rows).step)
    pitch, yaw, roll = np.median(steps, axis=0)
    assert 0.2 < pitch < 0.75
    assert 0.18 < yaw < 0.74
    assert 0.1 < roll < 0.45
    assert (np.median(silent, axis=0) < 0.5 * np.median(steps, axis=0)).all()


def test_blinks_come_at_their_rate() -> None:
    minutes = 4
    for rate, least, most in ((0.0, 0, 0), (1.0, 15, 32), (2.0, 30, 64)):
        shut = blinks.shut(np.random.default_rng(1), np.full(minutes * 1500, rate), [])
        begun = ((shut[1:] > 0.4) & (shut[:-1] <= 0.4)).sum() / minutes
        assert least <= begun <= most


def test_lids_follow_the_eyes_and_a_blink_comes_on_top() -> None:
    down, ahead, up = eyes.lowered(np.zeros((3, E)), np.array([-0.15, 0.0, 0.15]))
    assert down[lids.BLINK_LEFT] > 0.1
    assert down[lids.WIDE_LEFT] == 0
    assert not ahead.any()
    assert up[lids.WIDE_RIGHT] > 0.1
    assert up[lids.BLINK_RIGHT] == 0
    assert eyes.lowered(eyes.blinked(np.ones(1)), np.array([-0.15]))[0, lids.BLINK_LEFT] == pytest.approx(1)


def test_a_listener_looks_away_less() -> None:
    still = Voice(np.zeros(3000), np.zeros(3000, bool), np.zeros(0), np.zeros(0))
    away = [
        np.mean(np.abs(gaze.looks(np.random.default_rng(seed), still, np.full(3000, often), np.zeros(3000))[0]) > 3)
        for often in (1.0, listening.AVERSION)
        for seed in range(4)
    ]
    assert np.mean(away[4:]) < 0.7 * np.mean(away[:4])


def test_a_listener_nods_and_comes_back() -> None:
    turned, face = listening.attends(np.random.default_rng(3), np.ones(1500))
    assert turned[:, 0].min() < -1.5
    assert abs(turned[-1, 0]) < 3
    assert listening.attends(np.random.default_rng(3), np.zeros(1500))[0].any() == np.False_
    assert face.min() > -1e-9


def test_feelings_show_what_is_commanded() -> None:
    told = np.zeros((2000, feelings.KINDS))
    told[:, Emotion._fields.index("happy")] = 0.5
    shown = np.mean(
        [feelings.shown(np.random.default_rng(s), told, np.zeros((2000, E))).mean(0) for s in range(20)], axis=0
    )
    wanted = 0.5 * OFFSETS[Emotion._fields.index("happy")]
    np.testing.assert_allclose(shown, wanted, atol=0.06)
    assert not feelings.shown(np.random.default_rng(0), np.zeros((10, feelings.KINDS)), np.zeros((10, E))).any()


def test_rows_obey_as_controls_command_does() -> None:
    rng = np.random.default_rng(4)
    own = compose.drawn(rng, spoken(), commands.usual(FRAMES))
    lips = sound().lips.astype(np.float64)
    told = commands.usual(FRAMES)
    plain = compose.commanded(own, lips, np.zeros((FRAMES, E)), told)
    turned = Controls(gaze=(0.2, -0.1), distance=0.15, head_gain=0.5, expression_gain=0.7)
    told[:] = turned.conditions()
    ours = compose.commanded(own, lips, np.zeros((FRAMES, E)), told)
    theirs = controls.command(plain, turned)
    np.testing.assert_allclose(ours[:, GAZE.start :], theirs[:, GAZE.start :], atol=1e-6)
    np.testing.assert_allclose(ours[:, controls.SPOKEN], np.clip(theirs[:, controls.SPOKEN], 0, 1), atol=1e-6)


def test_a_sequence_is_whole() -> None:
    for seed in range(6):
        one = compose.composed(np.random.default_rng(seed), sound())
        assert np.isfinite(one.rows).all()
        assert one.rows[:, :E].min() >= 0
        assert one.rows[:, :E].max() <= 1
        assert 0 <= one.trust.min() <= one.trust.max() <= 1
        own = one.rows[:, LOG_DISTANCE] - one.conditions[:, commands.DISTANCE]
        assert np.abs(own).max() < 0.2


def test_commands_stay_in_the_ranges_of_controls() -> None:
    for seed in range(40):
        rng = np.random.default_rng(seed)
        told = commands.drawn(rng, 200, feelings.strengths(rng, 200))
        for row in told[::40]:
            Controls(
                gaze=(float(row[0]), float(row[1])),
                distance=float(row[2]),
                emotion=Emotion(*map(float, row[commands.EMOTION])),
                head_gain=float(row[9]),
                expression_gain=float(row[10]),
                blink_rate=float(row[11]),
                listening=float(row[12]),
            )


def test_lips_rest_where_nobody_speaks() -> None:
    for kind in ("music", "noise", "breath", "laughter", "idle"):
        quiet = talk.unspoken(np.random.default_rng(5), kind)
        assert not quiet.lips.any()
        assert len(quiet.samples) == len(quiet.lips) * SAMPLES_PER_FRAME
        assert np.abs(quiet.samples).max() <= 1


def test_a_song_holds_its_vowels() -> None:
    song = talk.sung(np.random.default_rng(6))
    assert song.speaking.mean() > 0.3
    assert song.lips[song.speaking > 0.5].max() > 0.2
    assert np.abs(song.samples).max() > 0.01


def test_what_is_kept_is_read_back(tmp_path: Path) -> None:
    made = [compose.composed(np.random.default_rng(seed), sound(150)) for seed in range(3)]
    data.save(tmp_path / "life.npz", made)
    back = data.read(tmp_path / "life.npz")
    assert [one.source for one in back] == [one.source for one in made]
    for one, other in zip(back, made, strict=True):
        np.testing.assert_array_equal(one.rows, other.rows)
        np.testing.assert_array_equal(one.conditions, other.conditions)
        np.testing.assert_allclose(one.trust, other.trust, atol=0.003)
        np.testing.assert_allclose(one.samples, other.samples, atol=1e-4)


def test_the_same_seed_makes_the_same_life() -> None:
    one, two = (compose.composed(np.random.default_rng(9), sound()) for _ in range(2))
    np.testing.assert_array_equal(one.rows, two.rows)


def test_a_mirror_turns_back() -> None:
    rows = np.random.default_rng(0).normal(0, 1, (5, D))
    np.testing.assert_array_equal(borrowed.mirrored(borrowed.mirrored(rows)), rows)
    assert borrowed.mirrored(rows)[0, ROTATION.start + 1] == -rows[0, ROTATION.start + 1]
    left, right = EXPRESSIONS.index("mouthSmileLeft"), EXPRESSIONS.index("mouthSmileRight")
    assert borrowed.mirrored(rows)[0, left] == rows[0, right]


@NEEDS_TALKING
def test_only_heads_that_may_be_trained_on_are_lent() -> None:
    lent = borrowed.heads()
    assert len(lent) == 20
    assert not any(tracked.held_out(clip.name) for clip in lent)


@NEEDS_TALKING
def test_real_heads_have_no_sound() -> None:
    one = next(real.heads())
    assert not one.heard
    assert len(one.samples) == 0
    assert one.trust.max() == 1
