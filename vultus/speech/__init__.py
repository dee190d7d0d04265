"""Sound to features. This room knows nothing of faces."""

from vultus.speech.logmel import BANDS, SpeechState, init, step

__all__ = ["BANDS", "SpeechState", "init", "step"]
