"""Votes counted in order, eight signs at once, against votes added one by one."""

import numpy as np
import pytest

from vultus.provenance.code import SCHEME_BITS, SIGNS
from vultus.provenance.pattern import COARSE, FINE, TILE, layer
from vultus.provenance.votes import CHIPS, count_votes, in_order


@pytest.mark.parametrize("chips", [COARSE, FINE])
def test_every_chip_lies_once_in_its_row_of_tiles(chips: int) -> None:
    places = in_order(layer(chips).owner)
    assert places.shape == (chips // TILE, chips * TILE)
    assert (np.sort(places, 1) == np.arange(chips * TILE)).all()


@pytest.mark.parametrize("chips", [COARSE, FINE])
def test_places_are_those_of_each_sign_in_turn(chips: int) -> None:
    owner = layer(chips).owner
    signs = [*range(SCHEME_BITS), *range(SIGNS)]  # the scheme's twice
    for own, places in zip(owner.reshape(-1, TILE * chips), in_order(owner), strict=True):
        assert (own[places.reshape(-1, CHIPS)] == signs).all()


@pytest.mark.parametrize("chips", [COARSE, FINE])
def test_counting_is_adding_one_by_one_to_the_last_bit(chips: int) -> None:
    random = np.random.default_rng(chips)
    out, scale, weight = random.normal(size=(3, chips, chips)).astype(np.float32)
    votes = random.random((2, SIGNS)).astype(np.float32)
    wanted = votes.copy()
    for sign, vote in zip(layer(chips).owner.flat, (weight * np.clip(out * scale, -1, 1)).flat, strict=True):
        wanted[0, sign] += vote
        wanted[1, sign] += vote * vote
    count_votes(out, scale, weight, in_order(layer(chips).owner), votes)
    assert np.array_equal(votes, wanted)
