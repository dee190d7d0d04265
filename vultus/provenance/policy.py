"""What the operator of an installation allows: one JSON file that every talker asks.

    {"require_likeness": true, "gallery": ["<sha256 of a portrait file>", ...], "label": "corner"}

It lies in `policy.json` in the folder of the installation (see certificate.py), or where VULTUS_POLICY says.
"""

import json
import os
from dataclasses import dataclass, fields
from hashlib import sha256
from pathlib import Path

from vultus.errors import PolicyRefused
from vultus.portrait import Portrait
from vultus.provenance.certificate import home
from vultus.provenance.label import LABELS

PLACE = "VULTUS_POLICY"


@dataclass(frozen=True)
class Policy:
    """What is asked of every film and every live talk."""

    require_likeness: bool = False  # refuse portraits of which nobody said whose likeness they are
    gallery: tuple[str, ...] | None = None  # SHA-256 of the portrait files that may be used; None allows all
    label: str = "none"  # shown where no label was asked for

    def check(self, portrait: Portrait) -> None:
        """Raises PolicyRefused for a portrait that may not be used."""
        if self.require_likeness and portrait.likeness.of == "unstated":
            raise PolicyRefused(
                "this installation wants to know whose likeness a portrait is: prepare it with "
                "--likeness virtual, self or consented"
            )
        if self.gallery is not None and sha256(portrait.to_bytes()).hexdigest() not in self.gallery:
            raise PolicyRefused("this installation allows the portraits of its gallery only: choose one of those")

    def labelled(self, wanted: str) -> str:
        """The label to show where `wanted` was asked for: never less than the policy's."""
        return self.label if wanted == "none" else wanted


def policy() -> Policy:
    """The policy in force. Raises PolicyRefused for a file that cannot be understood: nothing is allowed then."""
    path = Path(os.environ.get(PLACE) or home() / "policy.json")
    if not path.exists() and not os.environ.get(PLACE):
        return Policy()
    try:
        return _parsed(json.loads(path.read_text()))
    except (OSError, ValueError, TypeError) as cause:
        raise PolicyRefused(f"{path}: the policy cannot be understood ({cause}): mend it or remove it") from cause


def _parsed(values: object) -> Policy:
    if not isinstance(values, dict):
        raise ValueError("wanted an object")
    unknown = set(values) - {field.name for field in fields(Policy)}
    if unknown:
        raise ValueError(f"unknown: {', '.join(sorted(unknown))}")
    gallery, label = values.get("gallery"), values.get("label", "none")
    if label not in LABELS:
        raise ValueError(f"label: wanted one of {', '.join(LABELS)}")
    if not isinstance(values.get("require_likeness", False), bool):
        raise ValueError("require_likeness: wanted true or false")
    if gallery is not None and not all(isinstance(digest, str) for digest in gallery):
        raise ValueError("gallery: wanted a list of SHA-256 digests")
    digests = None if gallery is None else tuple(digest.lower() for digest in gallery)
    return Policy(values.get("require_likeness", False), digests, label)
