from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from tests.sounds import babble
from vultus.clock import SAMPLES_PER_FRAME, frames_covering
from vultus.errors import MotionRefused
from vultus.face import GAZE, ROTATION, SHIFT, D, E, Motion, channel
from vultus.motion.controls import LIDS, Controls
from vultus.motion.emotion import Emotion
from vultus.motion.stream import LOOK_AHEAD_FRAMES
from vultus.motion.timeline import Keyframe, Timeline
from vultus.motion.tracks import Tracks
from vultus.portrait import Portrait
from vultus.talker import Talker, Tick

SIZE = 64


def said(talker: Talker, seconds: float) -> list[Tick]:
    talker.push(babble(seconds))
    talker.finish()
    return list(talker)


@pytest.mark.parametrize("samples", [1, 639, 640, 641, 1_600, 16_000])
def test_there_is_a_frame_for_every_sample_and_the_last_one_ends(portrait: Portrait, samples: int) -> None:
    ticks = said(Talker(portrait, SIZE), samples / 16_000)
    assert len(ticks) == frames_covering(samples)
    assert [tick.index for tick in ticks] == list(range(len(ticks)))
    assert [tick.end for tick in ticks] == [False] * (len(ticks) - 1) + [True]
    assert all(tick.frame.shape == (SIZE, SIZE, 3) for tick in ticks)


def test_the_sound_comes_out_beside_the_frames(portrait: Portrait) -> None:
    ticks = said(Talker(portrait, SIZE), 0.5)
    sound = np.concatenate([tick.samples for tick in ticks])
    np.testing.assert_array_equal(sound[:8_000], babble(0.5))
    assert not sound[8_000:].any()


def test_frames_wait_for_their_look_ahead_and_no_longer(portrait: Portrait) -> None:
    talker = Talker(portrait, SIZE)
    talker.push(babble(LOOK_AHEAD_FRAMES / 25))
    assert list(talker) == []
    talker.push(babble(1 / 25))
    assert len(list(talker)) == 1


def test_without_speech_the_face_idles_in_silence(portrait: Portrait) -> None:
    talker = Talker(portrait, SIZE)
    ticks = [talker.tick() for _ in range(75)]
    assert not any(tick.samples.any() or tick.end for tick in ticks)
    rows = np.stack([tick.row for tick in ticks])
    assert rows[:, ROTATION].std(0).max() > 1e-4


def test_a_pause_on_demand_is_silence_in_the_file(portrait: Portrait) -> None:
    """Idling is the same path as hearing zeros."""
    live, file = Talker(portrait, SIZE), Talker(portrait, SIZE)
    idle = [live.tick() for _ in range(10)]
    file.push(np.zeros(10 * SAMPLES_PER_FRAME, np.float32))
    file.finish()
    for ours, theirs in zip(idle, file, strict=True):
        np.testing.assert_array_equal(ours.frame, theirs.frame)


def test_speech_starts_within_the_look_ahead(portrait: Portrait) -> None:
    talker = Talker(portrait, SIZE)
    for _ in range(5):
        talker.tick()
    talker.push(np.full(640, 0.5, np.float32))
    sounding = [talker.tick().samples.any() for _ in range(LOOK_AHEAD_FRAMES + 1)]
    assert sounding == [False] * LOOK_AHEAD_FRAMES + [True]


def test_clear_drops_what_nobody_heard_yet_at_once(portrait: Portrait) -> None:
    talker = Talker(portrait, SIZE)
    talker.push(babble(2.0))
    for _ in range(20):
        talker.tick()
    talker.clear()
    after = [talker.tick() for _ in range(30)]
    assert not any(tick.samples.any() or tick.end for tick in after)
    assert [tick.index for tick in after] == list(range(20, 50))


def test_after_clear_the_face_moves_as_if_the_sound_had_stopped_there(portrait: Portrait) -> None:
    """What was pushed and never shown leaves no trace at all. The body goes on from what was shown."""
    cut, stopped = (Talker(portrait, SIZE, controls=Controls(body_gain=0)) for _ in range(2))
    sound = babble(2.0)
    cut.push(sound)
    stopped.push(sound[: 20 * SAMPLES_PER_FRAME])
    for _ in range(20):
        cut.tick()
    for _ in range(20):
        stopped.tick()
    cut.clear()
    for _ in range(40):
        ours, theirs = cut.tick(), stopped.tick()
        np.testing.assert_array_equal(ours.row, theirs.row)
        np.testing.assert_array_equal(ours.frame, theirs.frame)


def test_the_body_goes_on_at_a_clear_without_a_jump(portrait: Portrait) -> None:
    talker = Talker(portrait, SIZE)
    talker.push(babble(3.0))
    bodies = [talker.beat().body for _ in range(40)]
    talker.clear()
    bodies += [talker.beat().body for _ in range(40)]
    assert np.abs(np.diff(np.array(bodies), axis=0)).max() < 0.12
    assert np.array(bodies)[-1, 0] > 0


@pytest.mark.parametrize("spoken", [0, 1, 2, 3, 20, 37])
def test_nothing_of_the_head_jumps_at_a_clear(portrait: Portrait, spoken: int) -> None:
    talker = Talker(portrait, SIZE)
    talker.push(babble(4.0))
    before = [talker.tick().row for _ in range(spoken)]
    talker.clear()
    rows = np.stack(before + [talker.tick().row for _ in range(60)])
    moving = np.r_[np.arange(52)[ROTATION], np.arange(52)[SHIFT]]
    steps = np.abs(np.diff(rows[:, moving], axis=0))
    calm = Talker(portrait, SIZE)
    calm.push(babble(4.0))
    usual = np.abs(np.diff(np.stack([calm.tick().row for _ in range(60)])[:, moving], axis=0)).max(0)
    assert (steps.max(0) <= 2 * usual + 1e-3).all()
    assert np.isfinite(rows[:, GAZE]).all()


def test_clearing_often_loses_no_frame(portrait: Portrait) -> None:
    talker, rng = Talker(portrait, SIZE), np.random.default_rng(0)
    indices = []
    for _ in range(40):
        talker.push(babble(float(rng.uniform(0, 0.2))))
        indices += [talker.tick().index for _ in range(int(rng.integers(0, 4)))]
        indices += [tick.index for tick in talker]
        talker.clear()
        talker.clear()
    assert indices == list(range(len(indices)))


def test_utterances_follow_each_other(portrait: Portrait) -> None:
    talker = Talker(portrait, SIZE)
    first, second = said(talker, 0.2), said(talker, 0.2)
    assert [tick.end for tick in first].count(True) == 1
    assert second[-1].end
    assert [tick.index for tick in first + second] == list(range(len(first) + len(second)))
    talker.finish()  # nothing was pushed since: nothing ends
    assert not any(talker.tick().end for _ in range(10))


def test_the_end_is_told_even_when_its_sound_is_shown_already(portrait: Portrait) -> None:
    talker = Talker(portrait, SIZE)
    talker.push(babble(0.04))
    ticks = [talker.tick() for _ in range(10)]
    assert not any(tick.end for tick in ticks)
    talker.finish()
    assert [talker.tick().end for _ in range(10)].count(True) == 1


@pytest.mark.usefixtures("obedient")
def test_controls_may_change_on_the_way(portrait: Portrait) -> None:
    talker, calm = Talker(portrait, SIZE), Talker(portrait, SIZE)
    for _ in range(5):
        talker.tick(), calm.tick()
    talker.controls = Controls(gaze=(0.2, 0.0))
    way = [talker.tick().row[44] - calm.tick().row[44] for _ in range(25)]
    assert way[-1] == pytest.approx(0.2, abs=1e-3)
    assert 0 < way[0] < 0.05 and np.abs(np.diff(way)).max() < 0.08


@pytest.mark.usefixtures("obedient")
@pytest.mark.parametrize(
    "asked",
    [
        Controls(gaze=(0.4, -0.3), eye_contact=1),
        Controls(pose=(0.15, -0.2, 0.15), distance=0.3),
        Controls(emotion=Emotion(surprised=1)),
        Controls(emotion=Emotion(angry=1, disgusted=1)),
        Controls(character=0, articulation=1.5, expression_gain=1.5),
    ],
)
def test_no_control_makes_the_face_jump(portrait: Portrait, asked: Controls) -> None:
    """Beside a face that nobody turns, each channel goes its way in steps of less than a third.

    Lids are left out: they follow the eyes only as far as a blink leaves them open.
    """
    talker, calm = Talker(portrait, SIZE), Talker(portrait, SIZE)
    away = []
    for frame in range(60):
        talker.controls = asked if frame >= 10 else Controls()
        away.append(talker.beat().row - calm.beat().row)
    way = np.stack(away)
    assert not way[:10].any() and way[40:].any()
    moved = np.abs(way[-1]) > 0.02
    moved[LIDS] = False
    assert (np.abs(np.diff(way, axis=0)).max(axis=0)[moved] < 0.33 * np.abs(way).max(axis=0)[moved]).all()


@pytest.mark.usefixtures("obedient")
def test_a_timeline_leads_and_leaves_the_rest_to_the_controls(portrait: Portrait) -> None:
    line = Timeline([Keyframe(0, {"gaze": (0, 0)}), Keyframe(0.4, {"gaze": (0.2, 0)}, "linear")])
    led = Talker(portrait, SIZE, controls=Controls(gaze=(-0.3, 0), distance=0.1), timeline=line)
    calm = Talker(portrait, SIZE)
    away = np.stack([led.tick().row - calm.tick().row for _ in range(15)])
    np.testing.assert_allclose(away[:, channel("gazeYaw")], np.minimum(0.02 * np.arange(15), 0.2), atol=1e-5)
    np.testing.assert_allclose(away[:, channel("logDistance")], 0.1, atol=1e-5)


def test_a_timeline_gives_the_same_rows_however_the_sound_is_cut(portrait: Portrait) -> None:
    line = Timeline(
        [Keyframe(0, {"emotion": {"happy": 0}}), Keyframe(1, {"emotion": {"happy": 1}, "pose": (0, 0.1, 0)})]
    )
    sound = babble(1.2)

    def rows(size: int) -> list[bytes]:
        talker = Talker(portrait, SIZE, timeline=line)
        found = []
        for start in range(0, len(sound), size):
            talker.push(sound[start : start + size])
            found += [beat.row.tobytes() for beat in talker.beats()]
        talker.finish()
        return found + [beat.row.tobytes() for beat in talker.beats()]

    assert rows(len(sound)) == rows(501)


def test_a_track_takes_over_what_it_holds(portrait: Portrait) -> None:
    track = np.zeros((10, D), np.float32)
    track[:, channel("headYaw")] = 0.1
    plain, moved = Talker(portrait, SIZE), Talker(portrait, SIZE, tracks=Tracks(pose=Motion(track)))
    one, two = (np.stack([talker.tick().row for _ in range(40)]) for talker in (plain, moved))
    np.testing.assert_array_equal(one[:, :E], two[:, :E])
    np.testing.assert_allclose(two[:10, channel("headYaw")] - portrait.rest[channel("headYaw")], 0.1, atol=1e-6)
    np.testing.assert_array_equal(one[25:], two[25:])  # the track has ended: what is generated is back
    with pytest.raises(MotionRefused):
        Talker(portrait, SIZE, tracks=Tracks(gaze=Motion(track * 1000)))


def test_seeds_give_other_takes(portrait: Portrait) -> None:
    one, two = Talker(portrait, SIZE, seed=1), Talker(portrait, SIZE, seed=2)
    assert any((one.tick().row != two.tick().row).any() for _ in range(20))


@pytest.mark.parametrize("sound", [np.zeros((2, 640), np.float32), np.zeros(640, np.int16)])
def test_other_things_than_mono_floats_are_not_taken(portrait: Portrait, sound: np.ndarray) -> None:
    with pytest.raises(TypeError, match="wanted samples"):
        Talker(portrait, SIZE).push(sound)


def test_a_tick_cannot_be_changed(portrait: Portrait) -> None:
    tick = Talker(portrait, SIZE).tick()
    with pytest.raises(FrozenInstanceError):
        tick.index = 3  # type: ignore[misc]


def test_a_beat_is_a_tick_that_is_not_drawn(portrait: Portrait) -> None:
    drawn, undrawn = Talker(portrait, SIZE), Talker(portrait, SIZE)
    for talker in (drawn, undrawn):
        talker.push(babble(0.3))
        talker.finish()
    for _ in range(12):
        tick, beat = drawn.tick(), undrawn.beat()
        assert (tick.index, tick.end) == (beat.index, beat.end)
        np.testing.assert_array_equal(tick.samples, beat.samples)
        np.testing.assert_array_equal(tick.frame, undrawn.draw(beat.moves))
        assert tick.body == beat.body
