"""Controls over time: what holds when, files that come back as they went, and refusals that name the place."""

import json
from pathlib import Path

import numpy as np
import pytest

from vultus.errors import TimelineRefused
from vultus.motion.controls import Controls
from vultus.motion.emotion import Emotion
from vultus.motion.timeline import STEP_SECONDS, Keyframe, Timeline

LINE = Timeline([
    Keyframe(1, {"gaze": (0, 0), "distance": 0.1}),
    Keyframe(2, {"gaze": (0.2, -0.1)}),
    Keyframe(3, {"gaze": (0, 0), "emotion": {"happy": 1}}, "linear"),
    Keyframe(4, {"emotion": {"sad": 0.5}}, "step"),
])  # fmt: skip


def test_before_the_first_and_after_the_last_keyframe_it_stays() -> None:
    assert LINE.at(0).gaze == (0, 0) and LINE.at(0).emotion == Emotion(happy=1)
    assert LINE.at(99).gaze == (0, 0) and LINE.at(99).emotion == Emotion(sad=0.5)


def test_each_control_has_its_own_keyframes() -> None:
    assert LINE.at(1.5).distance == pytest.approx(0.1)
    assert LINE.at(2.5).gaze == pytest.approx((0.1, -0.05))
    assert LINE.at(1.5).gaze == pytest.approx((0.1, -0.05))


def test_smooth_begins_and_ends_at_rest_and_linear_does_not() -> None:
    assert LINE.at(1.1).gaze[0] < 0.2 * 0.02
    assert LINE.at(2.1).gaze[0] == pytest.approx(0.2 * 0.9)


def test_a_step_waits_for_its_moment_and_then_moves() -> None:
    assert LINE.at(4).emotion == Emotion(happy=1)
    assert LINE.at(4 + STEP_SECONDS / 2).emotion == pytest.approx(Emotion(happy=0.5, sad=0.25))
    assert LINE.at(4 + STEP_SECONDS).emotion == pytest.approx(Emotion(sad=0.5))


@pytest.mark.parametrize("eases", [("step",) * 5, ("step", "smooth", "step", "linear", "step")])
def test_nothing_ever_jumps(eases: tuple[str, ...]) -> None:
    line = Timeline([Keyframe(0.1 * i, {"distance": 0.1 * (i % 2)}, ease) for i, ease in enumerate(eases, 1)])
    curve = np.array([line.at(float(t)).distance for t in np.arange(0, 1, 0.001)])
    assert np.abs(np.diff(curve)).max() < 0.1 * 0.05


def test_controls_without_keyframes_are_left_to_the_caller() -> None:
    own = Controls(head_gain=0.5, distance=0.4)
    assert LINE.at(1, own).head_gain == 0.5
    assert LINE.at(1, own).distance == pytest.approx(0.1)
    assert Timeline([]).at(3, own) is own


def test_a_file_comes_back_as_it_went(tmp_path: Path) -> None:
    LINE.save(tmp_path / "line.json")
    again = Timeline.load(tmp_path / "line.json")
    for seconds in np.arange(0, 5, 0.1):
        assert again.at(float(seconds)) == LINE.at(float(seconds))
    assert [path.name for path in tmp_path.iterdir()] == ["line.json"]


GOOD = {"kind": "vultus timeline", "version": 1, "keyframes": [{"seconds": 1, "controls": {"gaze": [0, 0]}}]}


def written(path: Path, stored: object) -> Path:
    path.write_text(stored if isinstance(stored, str) else json.dumps(stored))
    return path


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"kind": "film"}, "not a timeline"),
        ({"version": 2}, "version 2"),
        ({"keyframes": {}}, '"keyframes": wanted a list'),
        ({"keyframes": [{"seconds": 0}]}, "keyframe 1: wanted"),
        ({"keyframes": [{"seconds": 0, "controls": {}}, {"controls": {}}]}, "keyframe 2: seconds: wanted a number"),
        ({"keyframes": [{"seconds": "0", "controls": {}}]}, "keyframe 1: seconds"),
        ({"keyframes": [{"seconds": -1, "controls": {}}]}, "keyframe 1: seconds"),
        ({"keyframes": [{"seconds": 2, "controls": {}}, {"seconds": 1, "controls": {}}]}, "keyframe 2: 1 s comes"),
        ({"keyframes": [{"seconds": 0, "controls": {"smile": 1}}]}, r"keyframe 1 \(0 s\): there is no control 'smile'"),
        ({"keyframes": [{"seconds": 0, "controls": {"gaze": [0]}}]}, "control gaze: wanted 2 numbers"),
        ({"keyframes": [{"seconds": 0, "controls": {"gaze": {"a": 1}}}]}, "control gaze: wanted 2 numbers"),
        ({"keyframes": [{"seconds": 0, "controls": {"distance": 3}}]}, "control distance: wanted a number from"),
        ({"keyframes": [{"seconds": 0, "controls": {"emotion": {"glad": 1}}}]}, "control emotion glad: wanted some of"),
        ({"keyframes": [{"seconds": 0, "controls": {}, "ease": "bounce"}]}, "ease 'bounce': wanted one of smooth"),
        ({"keyframes": [{"seconds": 0, "controls": {}, "over": 1}]}, "keyframe 1: unknown 'over'"),
        ({"keyframes": [{"seconds": 0, "controls": {"distance": 0}}] * 2}, "keyframe 2: distance was given"),
    ],
)
def test_refusals_name_the_place(tmp_path: Path, change: dict[str, object], says: str) -> None:
    path = written(tmp_path / "line.json", GOOD | change)
    with pytest.raises(TimelineRefused, match=says) as refused:
        Timeline.load(path)
    assert str(path) in str(refused.value)


@pytest.mark.parametrize("text", ["", "{", "[]", "1", '{"kind": 1}', '{"events": 3}', "[" * 100_000])
def test_files_of_other_kinds_are_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(TimelineRefused):
        Timeline.load(written(tmp_path / "line.json", text))
    with pytest.raises(TimelineRefused, match="cannot be read"):
        Timeline.load(tmp_path / "absent.json")
