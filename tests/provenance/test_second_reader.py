"""Films are verified again by a reader that shares nothing with the one they are signed with."""

from pathlib import Path

import pytest

from tests.papers import PAPERS
from tests.provenance.faces import scene
from tests.provenance.second_reader import opinion
from vultus.media.film import open_film


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("second") / "a.mp4"
    with open_film(path, 128, None, papers=PAPERS) as film:
        for seed in range(3):
            film.write(scene(seed, 128))
    return path


def changed(film: Path, tmp_path: Path, near: bytes, by: int) -> Path:
    content = bytearray(film.read_bytes())
    content[content.index(near) + by] ^= 1
    (tmp_path / "changed.mp4").write_bytes(content)
    return tmp_path / "changed.mp4"


def test_a_signed_film_holds(film: Path) -> None:
    found = opinion(film)
    assert found.signed
    assert found.chained
    assert found.pixels
    assert len(found.assertions) >= 7
    assert all(found.assertions.values())
    assert found.claim["claim_generator_info"]["name"] == "Vultus"


def test_a_changed_picture_is_seen(film: Path, tmp_path: Path) -> None:
    assert not opinion(changed(film, tmp_path, b"mdat", 200)).pixels


def test_a_changed_assertion_is_seen(film: Path, tmp_path: Path) -> None:
    assert not opinion(changed(film, tmp_path, b"virtual", 0)).assertions["org.vultus.likeness"]


def test_a_changed_claim_is_seen(film: Path, tmp_path: Path) -> None:
    assert not opinion(changed(film, tmp_path, b"talking portrait", 0)).signed
