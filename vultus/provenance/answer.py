"""What a detector says: one sentence that a person understands, and the facts behind it."""

import base64
from dataclasses import dataclass, field
from typing import Any

from vultus.provenance.detect import Find
from vultus.provenance.manifest import assertion
from vultus.provenance.numbers import payload
from vultus.provenance.papers import BINDING, LIKENESS, MAKER

EXIT_CODES = {"intact": 0, "marked": 3, "broken": 4, "nothing": 5}


@dataclass(frozen=True)
class Answer:
    """Where a file comes from, as far as it can be told."""

    kind: str  # intact, marked, broken or nothing
    words: str
    manifest: dict[str, Any] = field(
        default_factory=dict
    )  # state, made, version, when, signer, likeness, note, failures
    mark: dict[str, Any] = field(default_factory=dict)  # payload, confidence, chance, pictures, place

    def facts(self) -> dict[str, object]:
        """All of it for JSON."""
        return {"answer": self.kind, "words": self.words, "manifest": self.manifest, "mark": self.mark}


def judge(papers: dict[str, Any] | None, found: Find | None) -> Answer:
    """The answer for what the manifest's reader and the mark's detector came back with."""
    manifest, mark = _manifest(papers), _mark(found)
    ours = manifest.get("made") == MAKER
    if papers is not None and papers["state"] == "Invalid":
        return Answer(
            "broken", f"The manifest is broken: the file was altered after signing.{_also(mark)}", manifest, mark
        )
    if ours:
        return Answer("intact", _intact(manifest, mark), manifest, mark)
    if mark:
        stripped = (
            "its manifest was stripped: it was re-encoded, cut or recorded since"
            if papers is None
            else "its manifest is another program's"
        )
        words = f"Carries the watermark of Vultus ({_sure(mark)}); {stripped}."
        return Answer("marked", words, manifest, mark)
    if papers is not None:
        words = (
            f"Holds a valid manifest of {manifest.get('made') or 'an unnamed program'}; nothing of Vultus was found."
        )
        return Answer("nothing", words, manifest, mark)
    return Answer("nothing", "Nothing was found. That proves nothing: marks can be removed.", manifest, mark)


def _intact(manifest: dict[str, Any], mark: dict[str, Any]) -> str:
    words = f"Made with Vultus {manifest['version']} on {str(manifest['when'])[:10]}, unchanged since."
    if manifest["state"] != "Trusted":
        words += " Signed by an installation that this one does not know: the file is as signed, by whom is open."
    if mark and manifest["payload"] not in ("", mark["payload"]):
        words += " The watermark in the pixels belongs to another film."
    return words


def _also(mark: dict[str, Any]) -> str:
    return f" The pixels carry the watermark of Vultus ({_sure(mark)})." if mark else ""


def _sure(mark: dict[str, Any]) -> str:
    number = f"number {mark['payload']}, {mark['confidence']:.0%} sure of it"
    return f"{number}; chance of a false find under {max(mark['chance'], 1e-15):.0e}"


def _manifest(papers: dict[str, Any] | None) -> dict[str, Any]:
    if papers is None:
        return {}
    active = papers["active"]
    maker: dict[str, Any] = next(iter(active.get("claim_generator_info", [])), {})
    actions = assertion(active, "c2pa.actions.v2").get("actions", [{}])
    binding = assertion(active, "c2pa.soft-binding")
    blocks: list[dict[str, str]] = binding.get("blocks", []) if binding.get("alg") == BINDING else []
    value = blocks[0].get("value", "") if blocks else ""
    return {
        "state": papers["state"],
        "failures": papers["failures"],
        "made": maker.get("name", ""),
        "version": maker.get("version", ""),
        "when": actions[0].get("when", ""),
        "signer": active.get("signature_info", {}).get("common_name", ""),
        "payload": base64.b64decode(value).hex() if value else "",
        "likeness": assertion(active, LIKENESS).get("likeness", ""),
        "note": assertion(active, LIKENESS).get("note", ""),
    }


def _mark(found: Find | None) -> dict[str, Any]:
    if found is None:
        return {}
    place = found.place
    return {
        "payload": payload(found.number).hex(),
        "confidence": found.confidence,
        "chance": found.chance,
        "pictures": found.pictures,
        "place": [round(value, 1) for value in (place.left, place.top, place.width, place.height)],
    }
