"""Every output says what it is: a mark in the pixels, a signed manifest, plain words; and who reads them again."""

from vultus.provenance.detect import Find, find
from vultus.provenance.label import LABELS, put_label
from vultus.provenance.numbers import number_of
from vultus.provenance.papers import Papers
from vultus.provenance.policy import policy
from vultus.provenance.watermark import Marker

__all__ = ["LABELS", "Find", "Marker", "Papers", "find", "number_of", "policy", "put_label"]
