"""Who signs: a key and a chain of certificates, made once per installation without asking anybody.

Such a certificate proves that a file is as it was signed. It does not prove who signed it: nobody vouches for
it. Who has a certificate of their own uses that, or a key that never leaves its vault (`Identity.sign`).
"""

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from vultus.clock import utc
from vultus.errors import OptionRefused

HOME = "VULTUS_HOME"  # the folder for what an installation keeps, instead of the user's config folder
CERTIFICATE, KEY = "VULTUS_CERTIFICATE", "VULTUS_KEY"  # PEM files of one's own: the chain, leaf first, and its key
FILE = "identity.pem"  # key, leaf and root in one, so that they are there together or not at all
TRUSTED = "trusted"  # a folder of PEM files: roots of others that this installation trusts
LIFE = timedelta(days=3650)
SKEW = timedelta(days=1)  # clocks that are late see the certificate as valid
RENEW = timedelta(days=60)  # before the end a new one is made


@dataclass(frozen=True)
class Identity:
    """Signs with ES256: a chain of certificates, and the key or something that signs with it."""

    chain: bytes  # PEM, leaf first
    key: bytes = b""  # PEM, PKCS 8; empty where `sign` is given
    sign: Callable[[bytes], bytes] | None = None  # bytes to a raw ECDSA P-256 signature over their SHA-256 (r, s)


def identity() -> Identity:
    """The signer of this installation: one's own where the environment names it, else the one made on first use."""
    own = os.environ.get(CERTIFICATE), os.environ.get(KEY)
    if all(own):
        return _own(*(Path(name) for name in own if name))
    if any(own):
        raise OptionRefused(f"{CERTIFICATE} and {KEY} belong together: set both, or neither")
    return _kept(home() / FILE)


def home() -> Path:
    """The folder of this installation's own files; it need not exist."""
    if os.environ.get(HOME):
        return Path(os.environ[HOME])
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "vultus"


def anchors() -> bytes:
    """The roots that `verify` trusts, PEM: this installation's, and those in its `trusted` folder."""
    found = [_last(identity().chain)]
    folder = home() / TRUSTED
    if folder.is_dir():
        found += [path.read_bytes() for path in sorted(folder.glob("*.pem"))]
    return b"\n".join(found)


def make(name: str, when: datetime) -> Identity:
    """A new root, and a leaf that it signs. The root's key is thrown away: nothing else can ever be signed with it."""
    root_key, leaf_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root_name, leaf_name = _name(f"{name} root"), _name(name)
    root_id = x509.SubjectKeyIdentifier.from_public_key(root_key.public_key())
    root = (
        _dated(root_name, root_name, root_key.public_key(), when)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(root_id, critical=False)
        .sign(root_key, hashes.SHA256())
    )
    leaf = (
        _dated(leaf_name, root_name, leaf_key.public_key(), when)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(leaf_key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(root_id), critical=False)
        .sign(root_key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    key = leaf_key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return Identity(leaf.public_bytes(pem) + root.public_bytes(pem), key)


def _kept(path: Path) -> Identity:
    """The identity in a file; made and kept where there is none yet, made anew where it is about to end."""
    found = _read(path)
    if found is not None:
        return found
    fresh = make("Vultus installation", utc())
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, part = tempfile.mkstemp(dir=path.parent, prefix=f".{FILE}.")  # readable by its owner alone
    except OSError:
        return fresh  # nowhere to keep it: this run has an identity of its own
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(fresh.key + fresh.chain)
        if path.exists():  # about to end
            os.replace(part, path)
        else:
            os.link(part, path)
    except FileExistsError:
        pass  # another run was first: theirs holds
    finally:
        Path(part).unlink(missing_ok=True)
    return _read(path) or fresh


def _read(path: Path) -> Identity | None:
    try:
        content = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as cause:
        raise OptionRefused(f"{path}: cannot be read: {cause.strerror}") from cause
    marker = b"-----BEGIN CERTIFICATE-----"
    key, _, chain = content.partition(marker)
    if not chain:
        raise OptionRefused(f"{path}: no identity in it: remove it, and a new one is made")
    ends = x509.load_pem_x509_certificates(marker + chain)[0].not_valid_after_utc
    return None if ends - utc() < RENEW else Identity(marker + chain, key)


def _own(chain: Path, key: Path) -> Identity:
    try:
        return Identity(chain.read_bytes(), key.read_bytes())
    except OSError as cause:
        raise OptionRefused(f"{cause.filename}: the certificate or its key cannot be read: {cause.strerror}") from cause


def _last(chain: bytes) -> bytes:
    return x509.load_pem_x509_certificates(chain)[-1].public_bytes(serialization.Encoding.PEM)


def _name(common: str) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Vultus"), x509.NameAttribute(NameOID.COMMON_NAME, common)]
    )


def _dated(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, when: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(when - SKEW)
        .not_valid_after(when + LIFE)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )
