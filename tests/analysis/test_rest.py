"""What one picture shows of its own expression: little, and only when it is sure."""

import csv
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from vultus.analysis import fit, rest
from vultus.face import EXPRESSIONS, E, FaceModel, face_model

Array = NDArray[np.float64]
FACES = Path(__file__).parents[2].parent / "shared" / "faces"


@pytest.fixture(scope="module")
def model() -> FaceModel:
    return face_model()


def found(shape: Array, model: FaceModel) -> dict[str, float]:
    """The weights that are not 0, by name."""
    values = rest.rest_expression(shape, model)
    return {name: float(value) for name, value in zip(EXPRESSIONS, values, strict=True) if value}


def with_expression(model: FaceModel, **named: float) -> Array:  # -> [478, 3]
    row = np.zeros(E, np.float32)
    for name, value in named.items():
        row[EXPRESSIONS.index(name)] = value
    return np.asarray(model.shape(row), np.float64)


def test_a_neutral_face_shows_nothing(model: FaceModel) -> None:
    assert found(with_expression(model), model) == {}


@pytest.mark.parametrize("stretch", [(1.0, 0.85, 1.0), (1.0, 1.2, 1.0), (1.0, 1.0, 1.3), (1.1, 1.0, 0.8)])
def test_another_build_is_no_expression(model: FaceModel, stretch: tuple[float, float, float]) -> None:
    assert found(np.asarray(model.mean * stretch, np.float64), model) == {}


def test_narrow_eyes_are_not_closed(model: FaceModel) -> None:
    assert found(with_expression(model, eyeBlinkLeft=0.45, eyeBlinkRight=0.45), model) == {}


@pytest.mark.parametrize("much", [0.2, 0.5, 0.9])
def test_an_open_mouth_is_told_and_taken_off(model: FaceModel, much: float) -> None:
    shape = with_expression(model, jawOpen=much)
    values = rest.rest_expression(shape, model)
    assert values[EXPRESSIONS.index("jawOpen")] == pytest.approx(much, abs=0.03)
    closed = rest.without(shape, values, model)
    assert abs(rest.lip_gaps(closed)).max() < 0.02


def test_a_broad_smile_with_teeth_closes_too(model: FaceModel) -> None:
    smile = dict.fromkeys(("mouthSmileLeft", "mouthSmileRight"), 1.0)
    lips = dict.fromkeys(("mouthUpperUpLeft", "mouthUpperUpRight"), 0.4)
    shape = with_expression(model, jawOpen=0.2, **smile, **lips)
    values = found(shape, model)
    assert values["mouthSmileLeft"] == values["mouthSmileRight"] > 0.2
    assert values["jawOpen"] > 0.1
    closed = rest.without(shape, rest.rest_expression(shape, model), model)
    assert abs(rest.lip_gaps(closed)[rest.MIDDLE].mean()) < 0.005


def test_closed_eyes_are_told_apart(model: FaceModel) -> None:
    assert found(with_expression(model, eyeBlinkLeft=1), model) == {"eyeBlinkLeft": 1.0}
    assert found(with_expression(model, eyeBlinkRight=1), model) == {"eyeBlinkRight": 1.0}


@pytest.mark.skipif(not FACES.exists(), reason="the pictures of ../shared/faces are not here")
def test_most_pictures_with_closed_lips_show_nothing(model: FaceModel) -> None:
    stored = np.load(FACES / "teacher_points.npz")
    with open(FACES / "index.csv", newline="") as lines:
        doubt = {row["file"]: float(row["flip_err"]) for row in csv.DictReader(lines)}
    sure = [i for i, name in enumerate(stored["files"]) if doubt[str(name)] < 0.02][::10]
    shapes = [fit.to_face_space(points.astype(np.float64), model) for points in stored["points"][sure]]
    closed = [shape for shape in shapes if rest.lip_gaps(shape)[rest.MIDDLE].mean() < 0.01]
    assert len(closed) > 200
    assert np.mean([found(shape, model) == {} for shape in closed]) >= 0.9
