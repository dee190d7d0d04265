"""Vultus: one portrait and one voice in, a living, talking face out.

The names below are all that is public; each is loaded when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"
__all__ = [
    "Controls",
    "Emotion",
    "InputRefused",
    "Keyframe",
    "Look",
    "Motion",
    "Portrait",
    "Result",
    "Talker",
    "Tick",
    "Timeline",
    "Tracks",
    "VultusError",
    "animate",
    "motion_of",
    "prepare",
    "read_motion",
    "read_picture",
    "track",
    "verify",
    "write_motion",
]

if TYPE_CHECKING:
    from vultus.analysis.prepare import prepare
    from vultus.drive import read_motion, track, write_motion
    from vultus.errors import InputRefused, VultusError
    from vultus.face import Motion
    from vultus.job import Result, animate, motion_of
    from vultus.look import Look
    from vultus.media import read_picture
    from vultus.media.verify import verify
    from vultus.motion.controls import Controls
    from vultus.motion.emotion import Emotion
    from vultus.motion.timeline import Keyframe, Timeline
    from vultus.motion.tracks import Tracks
    from vultus.portrait import Portrait
    from vultus.talker import Talker, Tick

_HOMES = {
    "Controls": "vultus.motion.controls",
    "Emotion": "vultus.motion.emotion",
    "InputRefused": "vultus.errors",
    "Keyframe": "vultus.motion.timeline",
    "Look": "vultus.look",
    "Motion": "vultus.face",
    "Portrait": "vultus.portrait",
    "Result": "vultus.job",
    "Talker": "vultus.talker",
    "Tick": "vultus.talker",
    "Timeline": "vultus.motion.timeline",
    "Tracks": "vultus.motion.tracks",
    "VultusError": "vultus.errors",
    "animate": "vultus.job",
    "motion_of": "vultus.job",
    "prepare": "vultus.analysis",
    "read_motion": "vultus.drive",
    "read_picture": "vultus.media",
    "track": "vultus.drive",
    "verify": "vultus.media.verify",
    "write_motion": "vultus.drive",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'vultus' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
