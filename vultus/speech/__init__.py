"""Sound to features. This room knows nothing of faces."""

from vultus.speech.filterbank import BANDS
from vultus.speech.logmel import SpeechState, init, step

__all__ = ["BANDS", "SpeechState", "init", "step"]
