"""The last thing that happens to a file before it is moved into place: its manifest."""

from pathlib import Path

from vultus.provenance.certificate import Identity, identity
from vultus.provenance.manifest import KINDS, sign, sign_beside
from vultus.provenance.papers import Papers

FRAMES = "frames.c2pa"  # beside the numbered pictures of a folder


def seal(part: Path, suffix: str, papers: Papers, signer: Identity | None = None) -> None:
    """Sign a finished file of a kind that holds its manifest in itself."""
    sign(part, KINDS[suffix], papers, signer or identity())


def seal_beside(part: Path, sidecar: Path, kind: str, papers: Papers, signer: Identity | None = None) -> None:
    """Sign a finished file of a kind that holds none: the manifest lies beside it."""
    sign_beside([part], sidecar, papers, signer or identity(), kind)


def seal_frames(folder: Path, pattern: str, papers: Papers, signer: Identity | None = None) -> None:
    """Sign the numbered pictures of a folder: one manifest beside them."""
    pictures = sorted(folder.glob("*.png"))
    if pictures:
        sign_beside(pictures, folder / sidecar_of(pattern), papers, signer or identity(), KINDS[".png"])


def sidecar_of(pattern: str) -> str:
    """The name of the manifest beside pictures numbered by `pattern`: face_%05d.png has face_frames.c2pa."""
    return pattern.partition("%")[0] + FRAMES
