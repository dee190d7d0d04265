"""The actor: cues that any portrait can be given."""

import numpy as np
import pytest

from tests.sounds import babble
from vultus.actor import Actor, Cue
from vultus.clock import SAMPLES_PER_FRAME
from vultus.motion.controls import Controls
from vultus.motion.stream import LOOK_AHEAD_FRAMES, LOOK_AHEAD_RECORDED
from vultus.portrait import Portrait
from vultus.talker import Talker


def learned(
    seconds: float,
    piece: int = 10**9,
    controls: Controls = Controls(),  # noqa: B008
    recorded: bool = False,
) -> list[Cue]:
    actor, sound, cues = Actor(0, controls, recorded=recorded), babble(seconds), list[Cue]()
    for start in range(0, len(sound), piece):
        actor.push(sound[start : start + piece])
        cues += actor.cues()
    actor.finish()
    return cues + list(actor.cues())


@pytest.mark.parametrize("recorded", [False, True])
def test_a_cue_a_frame_in_order_and_the_last_one_ends(recorded: bool) -> None:
    cues = learned(0.5, recorded=recorded)
    assert [cue.index for cue in cues] == list(range(13))  # half a second is twelve frames and a half
    assert [cue.end for cue in cues] == [False] * 12 + [True]
    sound = np.concatenate([cue.samples for cue in cues])
    assert np.array_equal(sound[: len(babble(0.5))], babble(0.5))
    assert not sound[len(babble(0.5)) :].any()


@pytest.mark.parametrize("recorded", [False, True])
def test_however_the_sound_is_cut_the_cues_are_the_same_bytes(recorded: bool) -> None:
    whole, cut = (learned(1.0, piece, recorded=recorded) for piece in (10**9, 333))
    assert [cue.row.tobytes() for cue in whole] == [cue.row.tobytes() for cue in cut]


def test_an_interrupted_actor_with_a_recording_goes_on_in_order() -> None:
    actor = Actor(recorded=True)
    actor.push(babble(2.0))
    shown = [next(iter(actor.cues())) for _ in range(3)]
    actor.clear()
    shown += [actor.cue() for _ in range(LOOK_AHEAD_RECORDED + 3)]
    assert [cue.index for cue in shown] == list(range(len(shown)))
    assert not np.concatenate([cue.samples for cue in shown[3:]]).any()


@pytest.mark.parametrize(("recorded", "ahead"), [(False, LOOK_AHEAD_FRAMES), (True, LOOK_AHEAD_RECORDED)])
def test_cues_wait_for_their_look_ahead_and_for_no_more(recorded: bool, ahead: int) -> None:
    actor = Actor(recorded=recorded)
    actor.push(babble(ahead / 25))
    assert not list(actor.cues())
    actor.push(babble(1 / 25))
    assert len(list(actor.cues())) == 1


def test_a_talker_shows_the_cues_of_another_actor_as_its_own(portrait: Portrait) -> None:
    controls = Controls(head_gain=1.5, gaze=(0.2, 0.0), body_gain=0.5)
    talker, own = Talker(portrait, 64, controls=controls), Talker(portrait, 64, controls=controls)
    own.push(babble(1.0))
    own.finish()
    given, made = list(talker.beats(iter(learned(1.0, controls=controls)))), list(own.beats())
    assert [beat.moves.tobytes() for beat in given] == [beat.moves.tobytes() for beat in made]
    assert [beat.index for beat in given] == [beat.index for beat in made]


def test_controls_hold_from_the_next_frame_on_and_come_with_the_cue() -> None:
    actor = Actor()
    assert actor.cue().controls == Controls()
    actor.controls = Controls(head_gain=2.0)
    gains = [actor.cue().controls.head_gain for _ in range(80)]
    assert gains[0] < gains[10] < gains[-1] == 2.0


def test_samples_are_floats_in_a_row() -> None:
    with pytest.raises(TypeError, match=r"wanted samples \[n\] of floats"):
        Actor().push(np.zeros((SAMPLES_PER_FRAME, 2), np.float32))
