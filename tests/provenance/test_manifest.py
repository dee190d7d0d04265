"""Manifests that other keys sign, and what reading refuses."""

from datetime import datetime, timezone
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from tests.papers import PAPERS
from tests.provenance.faces import scene
from vultus.media.picture import write_picture
from vultus.provenance.certificate import Identity, make
from vultus.provenance.manifest import assertion, read, sign
from vultus.provenance.papers import SOURCE_TYPE

OWN = make("a vault", datetime.now(timezone.utc))


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    write_picture(tmp_path / "a.png", scene(0, 64))
    return tmp_path / "a.png"


def vault(content: bytes) -> bytes:
    """As a key management service signs: the key stays inside."""
    key = serialization.load_pem_private_key(OWN.key, None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    r, s = decode_dss_signature(key.sign(content, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def test_a_key_that_stays_in_its_vault_can_sign(picture: Path) -> None:
    sign(picture, "image/png", PAPERS, Identity(OWN.chain, sign=vault))
    found = read(picture, "image/png", OWN.chain)
    assert found is not None
    assert (found["state"], found["failures"]) == ("Trusted", [])


def test_it_says_what_it_is_to_say(picture: Path) -> None:
    sign(picture, "image/png", PAPERS, OWN)
    found = read(picture, "image/png", OWN.chain)
    assert found is not None
    actions = assertion(found["active"], "c2pa.actions.v2")["actions"]
    assert [action["action"] for action in actions] == ["c2pa.created", "c2pa.watermarked.bound"]
    assert actions[0]["digitalSourceType"] == SOURCE_TYPE
    assert actions[0]["when"] == "2026-11-20T12:00:00Z"
    ingredients = found["active"]["ingredients"]
    assert [i["instance_id"] for i in ingredients] == [f"sha256:{PAPERS.portrait}", f"sha256:{PAPERS.voice}"]
    assert not any("thumbnail" in part for part in (found["active"], *ingredients))


def test_unknown_signers_are_valid_and_not_trusted(picture: Path) -> None:
    sign(picture, "image/png", PAPERS, OWN)
    found = read(picture, "image/png", make("others", datetime.now(timezone.utc)).chain)
    assert found is not None
    assert found["state"] == "Valid"


def test_a_file_without_a_manifest_has_none(picture: Path) -> None:
    assert read(picture, "image/png", OWN.chain) is None
