"""What many tests share, made once a run."""

from pathlib import Path

import pytest

from tests import drawn
from tests.sounds import write_sound
from vultus.portrait import Portrait

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def portrait() -> Portrait:
    """A drawn face: no network is needed to prepare it."""
    return drawn.portrait()


@pytest.fixture(scope="session")
def portrait_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("portrait") / "drawn.vultus"
    drawn.portrait().save(path)
    return path


@pytest.fixture(scope="session")
def voice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """1.33 s of babble: 33 frames and a quarter."""
    return write_sound(tmp_path_factory.mktemp("voice") / "babble.wav", 1.33)


@pytest.fixture(scope="session")
def example_picture() -> Path:
    return ROOT / "examples" / "portrait_ada.png"
