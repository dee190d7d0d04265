"""The options that turn what there is to turn: numbers, a timeline, tracks."""

import argparse
import math
from collections.abc import Sequence

from vultus.drive import read_motion
from vultus.errors import OptionRefused
from vultus.motion.controls import Controls
from vultus.motion.emotion import Emotion
from vultus.motion.timeline import Timeline
from vultus.motion.tracks import Tracks

NEAREST, FARTHEST = 0.5, 2.0  # times the distance in the picture
MOST_GAZE, MOST_POSE = 30.0, 20.0  # degrees
MOST_GAIN, MOST_ARTICULATION = 3.0, 2.0
FEELINGS = ", ".join(Emotion._fields)


def add_controls(command: argparse.ArgumentParser) -> None:
    """Options for every control; the defaults change nothing."""
    group = command.add_argument_group("controls", "what the face does beside speaking; docs/controls.md has them all")
    add = group.add_argument
    add("--gaze", default="0,0", metavar="YAW,PITCH", help="degrees to the right, up (default 0,0)")
    add("--eye-contact", type=float, default=0.0, metavar="0..1", help="1 looks into the camera, 0 as in the picture")
    add("--distance", type=float, default=1.0, help="1 as in the picture, 1.2 farther (default 1)")
    add("--pose", default="0,0,0", metavar="PITCH,YAW,ROLL", help="degrees up, right, clockwise (default 0,0,0)")
    add("--emotion", default="", metavar="NAME=0..1", help=f"such as happy=0.7,surprised=0.2; of {FEELINGS}")
    add("--head-gain", type=float, default=1.0, help="how much the head moves (default 1)")
    add("--expression-gain", type=float, default=1.0, help="how much the face moves (default 1)")
    add("--articulation", type=float, default=1.0, help="how far the lips go: 1.3 is easier to lip-read (default 1)")
    add("--blink-rate", type=float, default=1.0, help="blinks, 1 as many as people have (default 1)")
    add("--listening", type=float, default=0.0, metavar="0..1", help="attend to somebody else who speaks (default 0)")
    add("--character", type=float, default=0.6, metavar="0..1", help="how much of the picture's smile or frown stays")
    add("--body-gain", type=float, default=1.0, help="how much it breathes and sways and its hair swings (default 1)")
    add("--timeline", metavar="FILE", help="controls over time: keyframes in a JSON file")
    add("--pose-from", metavar="FILE", help="the head moves as in this motion file (.npz, .csv), not as generated")
    add("--expression-from", metavar="FILE", help="the same for lips, brows and lids")
    add("--gaze-from", metavar="FILE", help="the same for the eyes")


def controls_of(options: argparse.Namespace) -> Controls:
    """What the numbers of `add_controls` say. Raises OptionRefused."""
    yaw, pitch = _degrees("gaze", options.gaze, MOST_GAZE, (-10, 5))
    up, right, clockwise = _degrees("pose", options.pose, MOST_POSE, (-5, 10, 0))
    return Controls(
        gaze=(yaw, pitch),
        distance=math.log(_within("distance", options.distance, NEAREST, FARTHEST)),
        pose=(up, right, clockwise),
        emotion=_emotion(options.emotion),
        head_gain=_within("head-gain", options.head_gain, 0, MOST_GAIN),
        expression_gain=_within("expression-gain", options.expression_gain, 0, MOST_GAIN),
        articulation=_within("articulation", options.articulation, 0, MOST_ARTICULATION),
        blink_rate=_within("blink-rate", options.blink_rate, 0, MOST_GAIN),
        listening=_within("listening", options.listening, 0, 1),
        eye_contact=_within("eye-contact", options.eye_contact, 0, 1),
        character=_within("character", options.character, 0, 1),
        body_gain=_within("body-gain", options.body_gain, 0, MOST_GAIN),
    )


def timeline_of(options: argparse.Namespace) -> Timeline | None:
    """The timeline in the file that `--timeline` names. Raises TimelineRefused."""
    return None if options.timeline is None else Timeline.load(options.timeline)


def tracks_of(options: argparse.Namespace) -> Tracks:
    """The motion in the files that `--...-from` name. Raises MotionRefused."""
    named = (options.pose_from, options.expression_from, options.gaze_from)
    pose, expression, gaze = (None if path is None else read_motion(path) for path in named)
    return Tracks(pose, expression, gaze)


def _degrees(name: str, text: str, most: float, example: Sequence[int]) -> list[float]:
    """Numbers between commas, to radians."""
    try:
        degrees = [float(part) for part in text.split(",")]
    except ValueError:
        degrees = []
    if len(degrees) != len(example):
        count, shown = {2: "two", 3: "three"}[len(example)], ",".join(map(str, example))
        raise OptionRefused(f"--{name} {text}: wanted {count} numbers of degrees, such as --{name}={shown}")
    return [math.radians(_within(name, value, -most, most)) for value in degrees]


def _emotion(text: str) -> Emotion:
    strengths: dict[str, float] = {}
    for part in text.split(",") if text else []:
        name, equals, strength = part.strip().partition("=")
        if name not in Emotion._fields:
            raise OptionRefused(f"--emotion {text}: wanted some of {FEELINGS}, such as --emotion happy=0.7,sad=0.2")
        try:
            strengths[name] = _within("emotion", float(strength) if equals else 1.0, 0, 1)
        except ValueError as cause:
            raise OptionRefused(f"--emotion {text}: {strength!r} is no number from 0 to 1") from cause
    return Emotion(**strengths)


def _within(name: str, value: float, least: float, most: float) -> float:
    if not least <= value <= most:
        raise OptionRefused(f"--{name} {value:g}: wanted a number from {least:g} to {most:g}")
    return value
