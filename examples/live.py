"""A talker fed and ticked as a live service does it: one tick every 40 ms, and somebody interrupts.

    python examples/live.py portrait.vultus voice.wav frames/

writes the frames as PNG files. Nothing here waits for a clock: a service would sleep until each tick is due.
"""

import sys
from pathlib import Path

from vultus import Portrait, Talker
from vultus.clock import SAMPLES_PER_FRAME
from vultus.media import listen
from vultus.media.picture import write_picture

INTERRUPTED = 50  # ticks of speech until somebody interrupts
QUIET = 25  # ticks of idling after that


def main(portrait: str, voice: str, folder: str) -> None:
    talker = Talker(Portrait.load(portrait), size=256)
    Path(folder).mkdir(exist_ok=True)
    for samples in listen(voice):  # a speech service often gives its sound faster than it is said
        talker.push(samples)
    talker.finish()
    for count in range(INTERRUPTED + QUIET):
        if count == INTERRUPTED:
            talker.clear()
        tick = talker.tick()
        assert len(tick.samples) == SAMPLES_PER_FRAME
        write_picture(f"{folder}/{tick.index:05d}.png", tick.frame)


if __name__ == "__main__":
    main(*sys.argv[1:])
