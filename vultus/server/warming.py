"""Everything that a session does, done once, so that nothing is compiled or loaded while somebody watches."""

from pathlib import Path

import numpy as np

from vultus.face import GAZE, ROTATION, E, channel
from vultus.server.encode import OPUS_SAMPLES, Opus, picture_encoder
from vultus.server.messages import Wanted
from vultus.server.shared import ready
from vultus.talker import Talker

AJAR = 0.3  # of every expression at once: an open mouth with its tongue and teeth, lids half down, folds
SHUT = 0.9  # of the lids: lashes


def warm_up(portrait: Path) -> None:
    """Hear, move, draw, mark and encode a portrait: at rest, and with all of a face moved."""
    wanted = Wanted(str(portrait), label="corner")
    found = ready(wanted)  # kept for the sessions
    talker = Talker(found.set.portrait, wanted.size, label=wanted.label, draw=found.set.draw)
    pictures = picture_encoder(wanted.codec, wanted.size, wanted.rate, wanted.kilobits)
    rest = talker.beat().row
    moved = rest.copy()
    moved[:E] = AJAR
    moved[GAZE] = moved[ROTATION] = 0.1
    blink = moved.copy()
    blink[[channel("eyeBlinkLeft"), channel("eyeBlinkRight")]] = SHUT
    for index, row in enumerate((rest, moved, blink)):
        pictures.encode(talker.draw(row), index, key=False)
    Opus().encode(np.zeros(OPUS_SAMPLES, np.float32))
