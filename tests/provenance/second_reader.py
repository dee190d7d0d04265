"""A second opinion on signed films: JUMBF, CBOR, COSE and the hashes of C2PA 2.2, read without c2pa."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

C2PA_BOX = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
X5CHAIN, ES256 = 33, -7  # of COSE (RFC 9360, RFC 9053)


@dataclass(frozen=True)
class Opinion:
    """What was found; all of it true where the film is as it was signed."""

    claim: dict[str, Any]
    signed: bool  # the claim, by the leaf of the chain
    chained: bool  # the leaf, by the root
    assertions: dict[str, bool]  # label to whether it is the one that the claim names
    pixels: bool  # the boxes of the film


def opinion(path: Path) -> Opinion:
    """Read a signed MP4."""
    film = path.read_bytes()
    store = next(body for _, kind, body in boxes(film) if kind == b"uuid" and body.startswith(C2PA_BOX))
    start = store.index(b"jumb") - 4
    manifest = superbox(superbox(inner(store[start:]))[-1][1])  # of the store the last manifest is the active one
    parts = dict(manifest)
    claim_box, assertions = parts["c2pa.claim.v2"], dict(superbox(parts["c2pa.assertions"]))
    claim = cbor(content(claim_box))
    protected, unprotected, _, signature = cbor(content(parts["c2pa.signature"]))
    header = cbor(protected)
    assert header[1] == ES256
    chain = [x509.load_der_x509_certificate(der) for der in header.get(X5CHAIN) or unprotected[X5CHAIN]]
    named = [entry for kind in ("created", "gathered") for entry in claim.get(f"{kind}_assertions", [])]
    hard = cbor(content(assertions["c2pa.hash.bmff.v3"]))
    return Opinion(
        claim,
        _signed(chain[0], protected, content(claim_box), signature),
        _chained(chain),
        {
            entry["url"].rpartition("/")[2]: sha256(assertions[entry["url"].rpartition("/")[2]]).digest()
            == entry["hash"]
            for entry in named
        },
        film_hash(film, hard["exclusions"]) == hard["hash"],
    )


def boxes(data: bytes) -> list[tuple[int, bytes, bytes]]:
    """(where it begins, kind, body) of each box."""
    found, place = [], 0
    while place < len(data):
        size = int.from_bytes(data[place : place + 4], "big")
        assert 8 <= size <= len(data) - place
        found.append((place, data[place + 4 : place + 8], data[place + 8 : place + size]))
        place += size
    return found


def inner(data: bytes) -> bytes:
    """The body of the first box."""
    return data[8 : int.from_bytes(data[:4], "big")]


def superbox(body: bytes) -> list[tuple[str, bytes]]:
    """(label, body) of the superboxes in the body of a superbox, whose own description comes first."""
    found = []
    for _, kind, part in boxes(body)[1:]:
        if kind == b"jumb":
            description = inner(part)
            found.append((description[17:].split(b"\0")[0].decode(), part))
    return found


def content(body: bytes) -> bytes:
    """What the superbox holds after its description."""
    return boxes(body)[1][2]


def film_hash(film: bytes, exclusions: list[dict[str, Any]]) -> bytes:
    """SHA-256 over the boxes of the first level that are not left out, each after its place in eight bytes."""
    mixed = sha256()
    for place, kind, body in boxes(film):
        named = [entry for entry in exclusions if entry["xpath"] == f"/{kind.decode()}"]
        whole = (len(body) + 8).to_bytes(4, "big") + kind + body
        left_out = any(
            all(whole[data["offset"] :].startswith(data["value"]) for data in entry.get("data") or [])
            for entry in named
        )
        if not left_out:
            mixed.update(place.to_bytes(8, "big") + whole)
    return mixed.digest()


def cbor(data: bytes) -> Any:  # noqa: ANN401 - whatever is in it
    """The value that bytes stand for (RFC 8949; lengths known, no floats)."""
    value, rest = _value(data)
    assert not rest
    return value


def _value(data: bytes) -> tuple[Any, bytes]:
    major, short, rest = data[0] >> 5, data[0] & 31, data[1:]
    size = {24: 1, 25: 2, 26: 4, 27: 8}.get(short, 0)
    count, rest = (int.from_bytes(rest[:size], "big") if size else short), rest[size:]
    if major == 2:
        return rest[:count], rest[count:]
    if major == 3:
        return rest[:count].decode(), rest[count:]
    if major == 4:
        return _several(rest, count)
    if major == 5:
        flat, rest = _several(rest, 2 * count)
        return dict(zip(flat[::2], flat[1::2], strict=True)), rest
    if major == 6:
        return _value(rest)
    return {0: count, 1: -1 - count, 7: {20: False, 21: True, 22: None}.get(count)}[major], rest


def _several(data: bytes, count: int) -> tuple[list[Any], bytes]:
    found = []
    for _ in range(count):
        value, data = _value(data)
        found.append(value)
    return found, data


def _string(value: bytes) -> bytes:
    """As CBOR."""
    if len(value) < 24:
        return bytes([0x40 | len(value)]) + value
    return (b"\x58" + bytes([len(value)]) if len(value) < 256 else b"\x59" + len(value).to_bytes(2, "big")) + value


def _signed(leaf: x509.Certificate, protected: bytes, claim: bytes, signature: bytes) -> bool:
    """COSE_Sign1 (RFC 9052, 4.4) with the claim as what is signed apart."""
    key = leaf.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    message = b"\x84\x6aSignature1" + _string(protected) + _string(b"") + _string(claim)
    numbers = (int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
    try:
        key.verify(encode_dss_signature(*numbers), message, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def _chained(chain: list[x509.Certificate]) -> bool:
    try:
        chain[0].verify_directly_issued_by(chain[1])
    except (InvalidSignature, ValueError):
        return False
    return True
