"""What a film says about itself: in its manifest, and in plain words for programs that read no manifests."""

import base64
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import vultus
from vultus.provenance.numbers import payload

MAKER = "Vultus"
COMMENT = "AI-generated talking portrait, made with Vultus"
BINDING = "org.vultus.mark.1"  # the name of our mark among soft bindings
LIKENESS = "org.vultus.likeness"  # the assertion that keeps whose likeness it is
FRAMES = "org.vultus.frames"  # the assertion that lists numbered pictures
LAST_BOX = "org.vultus.last-box"  # the assertion that a digest of all bytes follows: see last_box.py
# The pixels are those of a picture that somebody took, painted or drew, moved by a trained model and joined with
# parts that it lights and shapes: a composite. docs/provenance.md says why not `trainedAlgorithmicMedia`.
SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"


@dataclass(frozen=True)
class Papers:
    """The facts of one film. Nothing in them names a person or a file."""

    number: int  # in its pixels
    when: datetime
    portrait: str  # SHA-256 of the portrait, hexadecimal
    voice: str | None  # SHA-256 of the sound file; None where the sound came live
    likeness: str  # virtual, self, consented or unstated
    note: str  # what was said about it, in the words of who prepared the portrait


def manifest(papers: Papers, more: dict[str, Any] | None = None) -> dict[str, Any]:
    """The claim to sign, as c2pa wants it (C2PA 2.2, sections 'actions' and 'soft binding')."""
    ingredients = [
        {
            "title": name,
            "format": "application/octet-stream",
            "relationship": "inputTo",
            "instance_id": f"sha256:{digest}",
            "label": name,
        }
        for name, digest in (("portrait", papers.portrait), ("voice", papers.voice))
        if digest is not None
    ]
    created = {
        "action": "c2pa.created",
        "digitalSourceType": SOURCE_TYPE,
        "when": papers.when.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "parameters": {"ingredientIds": [ingredient["label"] for ingredient in ingredients]},
    }
    value = base64.b64encode(payload(papers.number)).decode()
    assertions: list[dict[str, Any]] = [
        {
            "label": "c2pa.actions.v2",
            "created": True,
            "data": {"actions": [created, {"action": "c2pa.watermarked.bound"}]},
        },
        {"label": "c2pa.soft-binding", "data": {"alg": BINDING, "blocks": [{"scope": {}, "value": value}]}},
        {"label": LIKENESS, "data": {"likeness": papers.likeness, "note": papers.note}},
    ]
    assertions += [{"label": label, "data": value} for label, value in (more or {}).items()]
    return {
        "claim_generator_info": [{"name": MAKER, "version": vultus.__version__}],
        "title": "talking portrait",
        "ingredients": ingredients,
        "assertions": assertions,
    }


def plain(papers: Papers) -> dict[str, str]:
    """Tags for the container: a comment, and the key of GB 45438-2025, annex E."""
    number = payload(papers.number).hex()
    aigc = {
        "Label": "1",  # certainly generated
        "ContentProducer": MAKER,
        "ProduceID": number,
        "ReservedCode1": "",
        "ContentPropagator": "",
        "PropagateID": "",
        "ReservedCode2": "",
    }
    return {"comment": f"{COMMENT} {vultus.__version__}", "AIGC": json.dumps(aigc)}
