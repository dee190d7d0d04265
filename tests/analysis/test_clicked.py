"""Clicked points: they lead the network to a face, and stand in for it where it sees none."""

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests import drawn
from tests.stand_ins import Answering
from vultus.analysis import clicked, doubt
from vultus.analysis.own_view import View, around
from vultus.errors import OptionRefused

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]


def clicks_on(points: Floats) -> clicked.Clicks:
    """What a person with a steady hand clicks."""
    places = points[[468, 473, 4, 61, 291, 152], :2]
    return clicked.Clicks(*((float(x), float(y)) for x, y in places))


def turned(points: Floats, angle: float) -> Floats:
    cos, sin = np.cos(angle), np.sin(angle)
    middle = points[:, :2].mean(0)
    flat = (points[:, :2] - middle) @ np.array([[cos, sin], [-sin, cos]]) + middle
    return np.column_stack([flat, points[:, 2]]).astype(np.float32)


def test_without_the_network_the_mean_head_meets_the_clicks() -> None:
    for angle in (0.0, 0.7):
        true = turned(drawn.points(), angle)
        wide = true * np.array([1.15, 0.9, 1], np.float32)  # somebody else's build
        found = clicked.points(drawn.picture(), clicks_on(wide), Answering(lambda picture: []))
        np.testing.assert_allclose(
            found[[468, 473, 4, 61, 291, 152], :2], wide[[468, 473, 4, 61, 291, 152], :2], atol=0.1
        )
        away = np.linalg.norm(found[:468, :2] - wide[:468, :2], axis=1).mean() / drawn.UNIT
        assert away < 0.06


def test_the_network_sees_the_face_upright_and_its_answer_is_put_back() -> None:
    true = turned(drawn.points(), 0.6)
    answers: list[Floats] = []

    def upright(picture: Bytes) -> list[Floats]:
        # The mean head as large as it must look in the first cut, upright in its middle.
        scale = clicked.SIZE / (clicked.WIDER[0] * 2.3)
        middle = clicked.SIZE / 2 - drawn.points()[:468, :2].mean(0) * scale / drawn.UNIT
        answers.append((drawn.points() * scale / drawn.UNIT + [*middle, 0]).astype(np.float32))
        return [answers[-1] + 300, answers[-1]]

    reader = Answering(upright)
    found = clicked.points(drawn.picture(), clicks_on(true), reader)
    assert len(reader.shown) == 1 and reader.shown[0].shape == (clicked.SIZE, clicked.SIZE, 3)
    eyes = found[263, :2] - found[33, :2]
    assert abs(float(np.arctan2(eyes[1], eyes[0])) - 0.6) < 0.05
    assert np.linalg.norm(found[4, :2] - true[4, :2]) < 0.1 * drawn.UNIT


def test_a_face_elsewhere_is_not_taken() -> None:
    reader = Answering(lambda picture: [drawn.points() + 400])
    found = clicked.points(drawn.picture(), clicks_on(drawn.points()), reader)
    assert len(reader.shown) == len(clicked.WIDER)
    assert np.linalg.norm(found[4, :2] - drawn.points()[4, :2]) < 1


def test_clicks_are_read_and_what_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "clicks.json"
    places = dict(zip(clicked.Clicks.__annotations__, clicks_on(drawn.points()).places(), strict=True))
    path.write_text(json.dumps(places))
    assert clicked.read(path) == clicks_on(drawn.points())
    assert clicked.read(path).moved(3, 4).nose[0] == pytest.approx(places["nose"][0] - 3)
    for broken in ("", "[]", json.dumps({"nose": [1, 2]}), json.dumps({**places, "chin": [1]}),
                   json.dumps({**places, "left_eye": places["right_eye"]}), '{"nose": NaN}'):  # fmt: skip
        path.write_text(broken)
        with pytest.raises(OptionRefused, match="left_eye"):
            clicked.read(path)
    with pytest.raises(OptionRefused, match="no such file"):
        clicked.read(tmp_path / "none.json")


def test_points_that_mirror_themselves_are_believed() -> None:
    """A network that always answers the same, for a face that is the same in a mirror."""
    view = around(drawn.points())
    wide = View(view.x, view.y, doubt.WIDER * view.side, view.roll)
    seen = wide.into(drawn.points(), doubt.SIZE)
    eyes = float(np.linalg.norm(seen[33] - seen[263]))
    for off, wanted in ((0.0, 1.0), (0.05, 0.5), (0.3, 0.0)):
        moved = seen + np.array([0, off * eyes, 0], np.float32)
        reader = Answering(lambda picture, moved=moved: [moved])  # type: ignore[misc]
        assert doubt.confidence(drawn.picture(), drawn.points(), reader) == pytest.approx(wanted, abs=0.06)
    assert doubt.confidence(drawn.picture(), drawn.points(), Answering(lambda picture: [])) == 0
