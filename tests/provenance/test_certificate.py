"""The certificates of an installation: made once, kept for oneself, replaced by one's own where there is one."""

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from vultus.errors import OptionRefused
from vultus.provenance import certificate
from vultus.provenance.certificate import FILE, LIFE, anchors, identity, make

NOW = datetime.now(timezone.utc)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VULTUS_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_it_is_made_once_and_nobody_else_can_read_it(folder: Path) -> None:
    first = identity()
    assert identity() == first
    assert [path.name for path in folder.iterdir()] == [FILE]
    assert (folder / FILE).stat().st_mode & 0o777 == 0o600


def test_the_chain_is_a_leaf_that_the_root_signed() -> None:
    leaf, root = x509.load_pem_x509_certificates(make("us", NOW).chain)
    root_key = root.public_key()
    assert isinstance(root_key, ec.EllipticCurvePublicKey)
    leaf.verify_directly_issued_by(root)
    assert leaf.subject != leaf.issuer
    assert not leaf.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert leaf.extensions.get_extension_for_class(x509.KeyUsage).value.digital_signature
    assert root.not_valid_after_utc - NOW == pytest.approx(LIFE, abs=timedelta(seconds=2))


def test_one_that_ends_soon_is_made_anew(folder: Path) -> None:
    old = make("us", NOW - LIFE + timedelta(days=10))
    folder.mkdir()
    (folder / FILE).write_bytes(old.key + old.chain)
    fresh = identity()
    assert fresh != old
    assert identity() == fresh


def test_ones_own_is_used_where_the_environment_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = make("own", NOW)
    (tmp_path / "chain.pem").write_bytes(own.chain)
    (tmp_path / "key.pem").write_bytes(own.key)
    monkeypatch.setenv(certificate.CERTIFICATE, str(tmp_path / "chain.pem"))
    with pytest.raises(OptionRefused, match="both, or neither"):
        identity()
    monkeypatch.setenv(certificate.KEY, str(tmp_path / "key.pem"))
    assert identity() == own


def test_a_home_that_cannot_be_written_to_is_no_trouble(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("VULTUS_HOME", str(tmp_path / "file" / "home"))
    assert identity().chain.count(b"BEGIN CERTIFICATE") == 2


def test_roots_of_others_are_trusted_when_they_are_put_there(folder: Path) -> None:
    other = make("other", NOW)
    (folder / certificate.TRUSTED).mkdir(parents=True)
    (folder / certificate.TRUSTED / "other.pem").write_bytes(other.chain)
    assert other.chain in anchors()


def test_a_file_without_an_identity_is_said_to_be_none(folder: Path) -> None:
    folder.mkdir()
    (folder / FILE).write_text("nothing")
    with pytest.raises(OptionRefused, match="no identity"):
        identity()
