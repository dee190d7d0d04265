"""Signed manifests (C2PA): written last into a finished file, read again by anybody.

c2pa is loaded on first use: it costs 50 MB of library, and a live talker needs none of it.
"""

import io
import json
import shutil
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

from vultus.provenance.certificate import Identity
from vultus.provenance.last_box import add_last_box, last_box_holds
from vultus.provenance.papers import FRAMES, LAST_BOX, Papers, manifest

SETTINGS: dict[str, Any] = {"builder": {"thumbnail": {"enabled": False}}}  # a thumbnail would show the person
KINDS = {
    ".mp4": "video/mp4",
    ".mov": "video/quicktime",
    ".gif": "image/gif",
    ".png": "image/png",
}  # that hold a manifest in themselves
BOXED = ("video/mp4", "video/quicktime")
SIDECAR = ".c2pa"


def sign(path: Path, kind: str, papers: Papers, signer: Identity) -> None:
    """Put a manifest into a finished file, in place. `kind` is its media type."""
    more = {LAST_BOX: {"follows": True}} if kind in BOXED else {}
    signed = path.with_name(f"{path.name}.signed")
    try:
        with path.open("rb") as source, signed.open("w+b") as target:
            _build(manifest(papers, more), signer, kind, source, target)
        if kind in BOXED:
            add_last_box(signed)
        shutil.copymode(path, signed)
        signed.replace(path)
    finally:
        signed.unlink(missing_ok=True)


def sign_beside(files: list[Path], sidecar: Path, papers: Papers, signer: Identity, kind: str) -> None:
    """One manifest beside files of one kind: bound to the first of them, with the SHA-256 of each of several."""
    digests = {file.name: sha256(file.read_bytes()).hexdigest() for file in files}
    claim = manifest(papers, {FRAMES: {"sha256": digests}} if len(files) > 1 else None)
    with files[0].open("rb") as source:
        sidecar.write_bytes(_build(claim, signer, kind, source, io.BytesIO(), embed=False))


def read(path: Path, kind: str, anchors: bytes, sidecar: bytes | None = None) -> dict[str, Any] | None:
    """The manifest in a file, or of a file, with what came out of checking it; None where there is none.

    The answer has `state` (Trusted, Valid or Invalid), `active` (the manifest), `failures` (codes).
    """
    import c2pa

    with c2pa.Context.from_dict(SETTINGS | {"trust": {"user_anchors": anchors.decode()}}) as context:
        try:
            with path.open("rb") as source, c2pa.Reader(kind, source, sidecar, context=context) as reader:
                store = json.loads(reader.json())
        except c2pa.C2paError as refusal:
            if "ManifestNotFound" in str(refusal):
                return None
            return {"state": "Invalid", "active": {}, "failures": [str(refusal)]}
    failures = store.get("validation_results", {}).get("activeManifest", {}).get("failure", [])
    facts = {
        "state": store.get("validation_state", "Invalid"),
        "active": store.get("manifests", {}).get(store.get("active_manifest"), {}),
        "failures": [failure["code"] for failure in failures],
    }
    if assertion(facts["active"], LAST_BOX) and not last_box_holds(path):
        facts |= {"state": "Invalid", "failures": [*facts["failures"], f"{LAST_BOX}.mismatch"]}
    return facts


def assertion(active: dict[str, Any], label: str) -> dict[str, Any]:
    """What a manifest says under a label; nothing where it does not have it."""
    for entry in active.get("assertions", []):
        if entry.get("label") == label:
            found: dict[str, Any] = entry.get("data", {})
            return found
    return {}


def _build(
    claim: dict[str, Any], signer: Identity, kind: str, source: BinaryIO, target: BinaryIO, *, embed: bool = True
) -> bytes:
    import c2pa

    es256 = c2pa.C2paSigningAlg.ES256
    with c2pa.Context.from_dict(SETTINGS) as context:
        if signer.sign is not None:
            made = c2pa.Signer.from_callback(signer.sign, es256, signer.chain.decode())
        else:
            made = c2pa.Signer.from_info(c2pa.C2paSignerInfo(es256, signer.chain, signer.key, None))
        with made as c2pa_signer, c2pa.Builder(claim, context) as builder:
            if not embed:
                builder.set_no_embed()
            return bytes(builder.sign(c2pa_signer, kind, source, target))
