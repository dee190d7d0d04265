"""Voices: text to speech, by whatever engine there is."""

from vultus.voices.captions import Captioned
from vultus.voices.choose import VoiceChoice, choose
from vultus.voices.sentences import sentences
from vultus.voices.speech import Phone, Speech, Voice, Word

__all__ = ["Captioned", "Phone", "Speech", "Voice", "VoiceChoice", "Word", "choose", "sentences"]
