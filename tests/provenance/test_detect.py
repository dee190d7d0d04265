"""The detector finds marks after what happens to films, and none where there is none."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.provenance.faces import scene
from vultus.provenance import Marker, find

Bytes = NDArray[np.uint8]

NUMBER = 0x13579


def frames(count: int = 4, size: int = 320) -> list[Bytes]:
    marker = Marker(NUMBER)
    made = [scene(seed, size) for seed in range(count)]
    for frame in made:
        marker.mark(frame)
    return made


def jpeg(frame: Bytes) -> Bytes:
    _, encoded = cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, 80])
    return np.asarray(cv2.imdecode(encoded, cv2.IMREAD_COLOR), np.uint8)


def stretched(frame: Bytes) -> Bytes:
    return np.asarray(cv2.resize(frame, (400, 260), interpolation=cv2.INTER_AREA), np.uint8)


def brighter(frame: Bytes) -> Bytes:
    return np.asarray(np.clip(frame * 1.2, 0, 255), np.uint8)


def flatter(frame: Bytes) -> Bytes:
    return np.asarray(np.clip((frame.astype(float) - 128) * 0.8 + 128, 0, 255), np.uint8)


def half(frame: Bytes) -> Bytes:
    return np.asarray(cv2.resize(frame, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.uint8)


@pytest.mark.parametrize("change", [jpeg, stretched, brighter, flatter, half])
def test_the_mark_outlives(change: Callable[[Bytes], Bytes]) -> None:
    found = find([change(frame) for frame in frames()], everywhere=False)
    assert found is not None
    assert found.number == NUMBER


def test_a_cropped_and_enlarged_film_is_found() -> None:
    cut = [np.asarray(cv2.resize(frame[9:304, 16:311], (340, 340)), np.uint8) for frame in frames()]
    assert find(cut, everywhere=False) is None
    found = find(cut)
    assert found is not None
    assert found.number == NUMBER
    scale = 340 / 295
    assert found.place.width == pytest.approx(320 * scale, rel=0.01)
    assert found.place.left == pytest.approx(-16 * scale, abs=3)
    assert found.place.top == pytest.approx(-9 * scale, abs=3)


def test_a_wide_film_that_was_cropped_is_found() -> None:
    """As `--full` makes them: a frame with the shape of a photo, of which a little was cut off all around."""
    marker, cut = Marker(NUMBER), []
    for seed in range(3):
        frame = np.ascontiguousarray(scene(seed, 400)[:300])
        marker.mark(frame)
        cut.append(frame[8:290, 12:388])
    assert find(cut, everywhere=False) is None
    found = find(cut)
    assert found is not None
    assert found.number == NUMBER
    assert found.place.width == pytest.approx(400, rel=0.01)
    assert found.place.height == pytest.approx(300, rel=0.01)


def test_nothing_is_found_where_nothing_is() -> None:
    for seed in range(40):
        assert find([scene(100 + seed, 192, busy=seed % 7)], everywhere=False) is None
    assert find([]) is None


def test_nothing_is_found_anywhere_in_a_small_picture() -> None:
    assert find([scene(500, 100)]) is None


def test_a_mark_of_another_number_is_another_number() -> None:
    frame = scene(7)
    Marker(NUMBER + 1).mark(frame)
    found = find([frame])
    assert found is not None
    assert found.number == NUMBER + 1
