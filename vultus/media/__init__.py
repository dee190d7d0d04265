"""Files: pictures and sound in, films out."""

from vultus.media.film import open_film
from vultus.media.picture import read_picture, write_picture
from vultus.media.sound import SoundFacts, listen, sound_facts
from vultus.media.watch import frames, has_pictures, spread

__all__ = [
    "SoundFacts",
    "frames",
    "has_pictures",
    "listen",
    "open_film",
    "read_picture",
    "sound_facts",
    "spread",
    "write_picture",
]
