"""What can go wrong, as a tree.

    VultusError
    ├── InputRefused          the caller gave something that cannot be used (exit code 2)
    │   ├── PictureRefused    not a picture, too small, too large
    │   │   └── NoFace        a picture, but no face was found in it
    │   ├── SoundRefused      not a sound, no audio track, too short
    │   ├── PortraitRefused   not a portrait file, or of a version that this program cannot read
    │   ├── MotionRefused     not a motion file, or of a version that this program cannot read
    │   ├── VideoRefused      a video without pictures, or without a face to follow
    │   ├── TimelineRefused   not a timeline of controls, or a keyframe that makes no sense
    │   ├── OptionRefused     an option outside its range, an output name of an unknown kind
    │   └── PolicyRefused     the operator of this installation does not allow it
    ├── VoiceFailed           a voice or assistant that somebody else runs did not answer
    └── PackageMissing        an optional package is needed for this and is not installed

A message says what was wanted, what came, and what to do. It never holds what a person said or looks
like, and it names a file only by the name that the caller gave.
"""


class VultusError(Exception):
    """The root: everything that this package raises on purpose."""


class InputRefused(VultusError):
    """The caller gave something that cannot be used."""


class PictureRefused(InputRefused):
    """The file is no picture, or one of a size that cannot be used."""


class NoFace(PictureRefused):
    """The picture could be read, and no face was found in it."""


class SoundRefused(InputRefused):
    """The file holds no sound, or too little of it."""


class PortraitRefused(InputRefused):
    """The file is no portrait, or of a version that this program cannot read."""


class MotionRefused(InputRefused):
    """The file is no motion, or of a version that this program cannot read."""


class VideoRefused(InputRefused):
    """The file shows no moving face that can be followed."""


class TimelineRefused(InputRefused):
    """No timeline of controls, or one with a keyframe that makes no sense."""


class OptionRefused(InputRefused):
    """An option lies outside its range."""


class PolicyRefused(InputRefused):
    """The operator's policy does not allow it."""


class VoiceFailed(VultusError):
    """A voice or an assistant that somebody else runs did not answer."""


class PackageMissing(VultusError):
    """An optional package is needed and is not installed."""
