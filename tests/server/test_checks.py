"""What comes from here is known again, and nothing that is sent stays."""

import tempfile
from pathlib import Path

import numpy as np
import pytest

from tests.server.conftest import Service
from tests.server.test_service import bomb, noise, over, wav
from vultus.media.picture import png


@pytest.fixture(scope="module")
def film(service: Service) -> bytes:
    fields: dict[str, str | tuple[str, bytes]] = {
        "portrait": "ada",
        "audio": ("v", wav(0.4)),
        "options": '{"size": 256}',
    }
    job = over(service, service.send("/v1/talks", fields).json()["id"])
    return service.ask("GET", str(job["result_url"])).body


def test_a_film_of_ours_is_known(service: Service, film: bytes) -> None:
    found = service.send("/v1/verify", {"file": ("talk.mp4", film)})
    assert found.status == 200
    answer = found.json()
    assert (answer["object"], answer["answer"]) == ("verification", "intact")
    assert "Made with Vultus" in str(answer["words"])
    assert service.metric('vultus_checks_total{answer="intact"}') >= 1


def test_one_that_was_altered_is_found_out(service: Service, film: bytes) -> None:
    altered = bytearray(film)
    altered[len(film) // 2] ^= 1
    assert service.send("/v1/verify", {"file": ("talk.mp4", bytes(altered))}).json()["answer"] == "broken"


def test_nothing_is_found_in_a_picture_of_nothing(service: Service) -> None:
    grey = png(np.full((96, 96, 3), 99, np.uint8))
    assert service.send("/v1/verify", {"file": ("grey.png", grey)}).json()["answer"] == "nothing"


@pytest.mark.parametrize(
    ("name", "content"),
    [("x.mp4", b""), ("x.png", b"no film"), ("../../x.c2pa", b"no film"), ("x", noise(5000)), ("x.png", bomb()),
     ("x.mp4", wav(0.2)), ("x.gif", b"GIF89a" + noise(100))],
    ids=range(7),
)  # fmt: skip
def test_what_is_neither_film_nor_picture_is_refused(service: Service, name: str, content: bytes) -> None:
    answer = service.send("/v1/verify", {"file": (name, content)})
    assert answer.status == 422
    assert "/" not in str(answer.json()["detail"])


def test_nothing_that_was_sent_stays(service: Service, film: bytes) -> None:
    def kept() -> set[Path]:
        return {path for path in Path(tempfile.gettempdir()).glob("tmp*") if (path / "file.mp4").exists()}

    before = kept()
    service.send("/v1/verify", {"file": ("talk.mp4", film)})
    assert kept() == before
    assert service.ask("POST", "/v1/verify").status == 422
    assert service.ask("GET", "/v1/verify").status in (404, 405)
