"""Clothes are found below a bare neck, and neither a head that turns nor a jaw that opens drags them along."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tests import drawn
from vultus.analysis.collar import BARE, collar
from vultus.analysis.prepare import assemble
from vultus.face import channel
from vultus.portrait import Portrait
from vultus.render.place import at_home, place
from vultus.topology import CHIN

Bytes = NDArray[np.uint8]


def neck(length: float | None, shade: float = 1.0) -> Bytes:
    """The drawing with bare skin below the chin for so many face units, then a coat; None for skin all the way."""
    picture = drawn.picture()
    chin = int(drawn.points()[CHIN, 1])
    below = np.clip(np.array(drawn.SKIN) * shade, 0, 255)
    picture[chin:, 100:156] = below
    if length is not None:
        picture[chin + round(length * drawn.UNIT) :] = drawn.COAT
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), 1), np.uint8)


@pytest.mark.parametrize("length", [0.3, 0.5, 0.8])
@pytest.mark.parametrize("shade", [1.0, 0.6])
def test_a_collar_is_found_where_it_begins(length: float, shade: float) -> None:
    assert collar(neck(length, shade), drawn.points(), drawn.UNIT) == pytest.approx(length, abs=0.05)


def test_where_nothing_but_skin_is_seen_there_is_no_collar() -> None:
    assert collar(neck(None), drawn.points(), drawn.UNIT) == BARE
    assert collar(neck(None)[: int(drawn.points()[CHIN, 1])], drawn.points(), drawn.UNIT) == BARE


def moved_at_the_collar(length: float | None, **settings: float) -> tuple[float, float]:
    """Pixels that points below the chin move by: on the throat, and where the coat with a neck of 0.4 begins."""
    portrait: Portrait = assemble(replace(drawn.cut(), texture=neck(length)), drawn.matte())
    row = portrait.rest.copy()
    for name, value in settings.items():
        row[channel(name)] += value
    home = at_home(portrait, portrait.camera)
    now = place(home, row)[0][-len(portrait.outer) :]
    way = np.linalg.norm(now - home.outer, axis=1)
    below = (home.outer - drawn.points()[CHIN, :2]) / drawn.UNIT
    middle = np.abs(below[:, 0]) < 0.2
    throat = middle & (below[:, 1] > 0) & (below[:, 1] < 0.12)
    worn = middle & (below[:, 1] > 0.45) & (below[:, 1] < 0.75)
    return float(way[throat].mean()), float(way[worn].mean())


@pytest.mark.parametrize("settings", [{"headYaw": 0.2}, {"headPitch": -0.2}, {"headRoll": 0.2}])
def test_a_head_that_turns_leaves_the_collar_where_it_is(settings: dict[str, float]) -> None:
    throat, worn = moved_at_the_collar(0.4, **settings)
    _, bare = moved_at_the_collar(None, **settings)
    assert worn < 0.45 * bare
    assert throat > 0


def test_a_jaw_that_opens_pulls_the_throat_and_not_the_collar() -> None:
    throat, worn = moved_at_the_collar(0.4, jawOpen=0.8)
    assert throat > 3
    assert worn < 0.2
