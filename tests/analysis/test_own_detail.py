"""A closer look moves the points of mouth and eyes, and nothing else; a mirrored picture is seen as the picture is."""

import numpy as np
from numpy.typing import NDArray

from tests import drawn
from vultus.analysis import own_detail
from vultus.analysis.own_detail import EYE, MOUTH, Network, Part, closer, patch, region

Floats = NDArray[np.float32]


def saying(part: Part) -> Network:
    """Says for every point of the region a place that hangs together with where the patch is dark."""
    grid = np.arange(len(region(part).points), dtype=np.float32) / len(region(part).points)

    def network(inputs: dict[str, Floats]) -> dict[str, Floats]:
        seen = inputs["patch"][0]
        assert seen.shape == (part.size, part.size, 3)
        dark = 255 - seen.mean(2)
        y, x = np.mgrid[: part.size, : part.size]
        middle = np.array([(x * dark).sum(), (y * dark).sum()]) / dark.sum()
        return {"points": (middle + grid[:, None] * [4, 7])[None].astype(np.float32)}

    return network


def test_own_points_are_those_that_the_networks_say() -> None:
    before = drawn.points()
    said = np.full((len(region(MOUTH).points), 2), 20.0, np.float32)
    after = closer(drawn.picture(), before, lambda _: {"points": said[None]}, saying(EYE))
    place = patch(before, MOUTH).out_of(np.array([[20, 20, 0]], np.float32), MOUTH.size)[0, :2]
    np.testing.assert_allclose(after[list(MOUTH.own), :2], np.broadcast_to(place, (40, 2)), atol=1e-3)


def test_what_is_far_from_mouth_and_eyes_stays_to_the_bit() -> None:
    before = drawn.points()
    after = closer(drawn.picture(), before, saying(MOUTH), saying(EYE))
    twins = own_detail.twins()
    near = {*region(MOUTH).points, *region(EYE).points, *twins[region(EYE).points]}
    far = sorted(set(range(478)) - near)
    assert len(far) > 200
    np.testing.assert_array_equal(after[far], before[far])
    np.testing.assert_array_equal(after[:, 2], before[:, 2])


def test_belief_fades_out() -> None:
    for part in (MOUTH, EYE):
        near = region(part)
        assert set(part.own) <= set(near.points[near.share == 1])
        assert near.share.min() < 0.3


def test_a_mirrored_picture_gives_mirrored_points() -> None:
    picture, before = drawn.picture(), drawn.points() + np.array([3.0, 0, 0], np.float32)
    after = closer(picture, before, saying(MOUTH), saying(EYE))
    turned = own_detail.mirrored(before, drawn.SIDE - 1)
    other = closer(np.ascontiguousarray(picture[:, ::-1]), turned, saying(MOUTH), saying(EYE))
    eyes = sorted({*EYE.own, *own_detail.twins()[list(EYE.own)]})
    np.testing.assert_allclose(own_detail.mirrored(other, drawn.SIDE - 1)[eyes], after[eyes], atol=0.1)
    assert np.abs(after[eyes] - before[eyes]).max() > 1
