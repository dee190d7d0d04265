"""Every output says what it is: a mark in the pixels, a signed manifest, plain words; and who reads them again."""

from vultus.provenance.detect import Find, find
from vultus.provenance.numbers import number_of
from vultus.provenance.watermark import Marker

__all__ = ["Find", "Marker", "find", "number_of"]
