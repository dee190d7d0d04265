"""What many tests share, made once a run."""

import os
from pathlib import Path

import numpy as np
import pytest

from tests import drawn
from tests.sounds import write_sound
from vultus.face import Floats, channel
from vultus.motion import stream
from vultus.motion.controls import Controls, command
from vultus.portrait import Portrait

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session", autouse=True)
def _own_installation(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What tests sign, they sign as an installation of their own."""
    os.environ["VULTUS_HOME"] = str(tmp_path_factory.mktemp("installation"))
    for name in ("VULTUS_POLICY", "VULTUS_CERTIFICATE", "VULTUS_KEY"):
        os.environ.pop(name, None)


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


@pytest.fixture
def obedient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A motion model that does what is commanded, and nothing of its own but to open its mouth a little."""
    live = stream.step

    def step(
        state: stream.MotionState,
        features: Floats,
        controls: Controls = Controls(),  # noqa: B008 - frozen
    ) -> tuple[stream.MotionState, Floats]:
        state, rows = live(state, features, controls)
        still = np.zeros_like(rows)
        still[:, channel("jawOpen")] = 0.3
        return state, command(still, controls)

    monkeypatch.setattr(stream, "step", step)


@pytest.fixture(scope="session")
def example_picture() -> Path:
    return ROOT / "examples" / "portrait_ada.png"
