"""Vultus: one portrait and one voice in, a living, talking face out.

The names below are all that is public; each is loaded when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"
__all__ = [
    "Controls",
    "InputRefused",
    "Look",
    "Motion",
    "Portrait",
    "Result",
    "Talker",
    "Tick",
    "VultusError",
    "animate",
    "prepare",
    "read_picture",
    "track",
    "verify",
]

if TYPE_CHECKING:
    from vultus.analysis.prepare import prepare
    from vultus.drive import track
    from vultus.errors import InputRefused, VultusError
    from vultus.face import Motion
    from vultus.job import Result, animate
    from vultus.look import Look
    from vultus.media import read_picture
    from vultus.media.verify import verify
    from vultus.motion.controls import Controls
    from vultus.portrait import Portrait
    from vultus.talker import Talker, Tick

_HOMES = {
    "Controls": "vultus.motion.controls",
    "InputRefused": "vultus.errors",
    "Look": "vultus.look",
    "Motion": "vultus.face",
    "Portrait": "vultus.portrait",
    "Result": "vultus.job",
    "Talker": "vultus.talker",
    "Tick": "vultus.talker",
    "VultusError": "vultus.errors",
    "animate": "vultus.job",
    "prepare": "vultus.analysis",
    "read_picture": "vultus.media",
    "track": "vultus.drive",
    "verify": "vultus.media.verify",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'vultus' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
