"""Where each sign of a mark lies in a frame: two layers of chips, keyed by a fixed text.

A frame of any size is cut into 128 x 128 cells. The coarse layer has chips of two by two cells, which survive
strong compression where a picture is smooth; the fine layer has chips of one cell, which get through where it
is busy. The key is public, as everything here: see docs/provenance.md for what that means.
"""

from dataclasses import dataclass
from functools import cache
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from vultus.provenance.code import SCHEME_BITS, SIGNS, WORD

Floats = NDArray[np.float32]

COARSE, FINE = 64, 128  # chips a side
KEY = b"vultus mark, scheme 1"
TILE = 8  # chips a side of a block in which every sign lies once, those of the scheme twice


@dataclass(frozen=True)
class Layer:
    """One grid of chips."""

    flips: Floats  # [G, G] of +-1: what a chip's sign is multiplied with
    owner: NDArray[np.int64]  # [G, G] which of the SIGNS a chip carries
    order: Floats  # [G, G] 0..1: at which strength a chip takes its next whole level


@cache
def layer(chips: int) -> Layer:
    """The layer of `chips` x `chips`."""
    seed = int.from_bytes(blake2b(KEY + bytes([chips]), digest_size=16).digest(), "little")
    random = np.random.Generator(np.random.PCG64(seed))
    places = np.concatenate([np.repeat(np.arange(SCHEME_BITS), 2), np.arange(SCHEME_BITS, SCHEME_BITS + 2 * WORD)])
    owner = np.empty((chips, chips), np.int64)
    for top in range(0, chips, TILE):
        for left in range(0, chips, TILE):
            owner[top : top + TILE, left : left + TILE] = random.permutation(places).reshape(TILE, TILE)
    assert owner.max() == SIGNS - 1
    flips = np.where(random.random(owner.shape) < 0.5, -1, 1).astype(np.float32)
    return Layer(flips, owner, random.random(owner.shape).astype(np.float32))
