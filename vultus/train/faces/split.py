"""Who is trained on and who is not: by picture and by group, never by frame.

- Pictures of `../shared/faces`: one in ten by the digest of its name is held out, in every group; all drawings
  of the group `sd_artists` are held out besides, as a style that is never trained on.
- Videos of `../shared/talking/video`: as `train/tracked.py` says; other GRID speakers and all addresses are held out.
- `../shared/portraits` are never trained on.
- Virtual individuals are made of training pictures only.
"""

import zlib

from vultus.train import tracked

TRAIN, HELD_OUT, HELD_OUT_STYLE = 0, 1, 2
STYLE = ("sd_artists", "drawing")  # group and kind
ONE_IN = 10


def picture(name: str, kind: str) -> int:
    """Where a picture of `../shared/faces` belongs: its name is `group/number.jpg`."""
    if (name.split("/")[0], kind) == STYLE:
        return HELD_OUT_STYLE
    return HELD_OUT if zlib.crc32(name.encode()) % ONE_IN == 0 else TRAIN


def clip(name: str) -> int:
    """Where a clip `group/name` of `../shared/talking` belongs."""
    return HELD_OUT if tracked.held_out(name) else TRAIN
