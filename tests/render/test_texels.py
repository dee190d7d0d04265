"""Vectors of the compiler's own against whole numbers."""

import numpy as np
from numpy.typing import NDArray

from vultus.compiled import kernel
from vultus.render.texels import LINE, Texels, between, nearer, over, put, texels

Bytes = NDArray[np.uint8]


@kernel
def sampled(image: Texels, shares: Bytes, out: Bytes) -> None:  # [h, w], [N, 2], [N, 4]
    for n in range(len(shares)):
        word = between(image, n, np.int64(shares[n, 0]), np.int64(shares[n, 1]))
        put(out, 4 * n, word)


def mixed(one: NDArray[np.int64], other: NDArray[np.int64], share: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.asarray((one * (256 - share[:, None]) + other * share[:, None] + 128) // 256)


def test_four_neighbours_are_mixed_and_rounded_twice() -> None:
    rng = np.random.default_rng(5)
    picture = rng.integers(0, 256, (60, 70, 4)).astype(np.uint8)
    picture[:20] = rng.integers(0, 2, (20, 70, 4)) * 255  # the extremes, where a lane would run over
    shares = rng.integers(0, 256, (59 * 71, 2)).astype(np.uint8)
    out = np.zeros((len(shares), 4), np.uint8)
    sampled(texels(picture), shares, out)
    wide = np.pad(picture, ((0, 1), (0, 1), (0, 0)), "edge").reshape(-1, 4).astype(np.int64)
    here = np.arange(len(shares))
    x, y = shares.astype(np.int64).T
    above, below = mixed(wide[here], wide[here + 1], x), mixed(wide[here + 71], wide[here + 72], x)
    assert np.array_equal(out, mixed(above, below, y))


def test_a_texel_beyond_the_end_is_the_last_one() -> None:
    picture = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)
    made = texels(picture)
    assert made.shape == (3, 4) and made.dtype == np.uint32
    assert made[1, 3] == made[1, 2] == made[2, 3] == int.from_bytes(bytes([20, 21, 22, 23]), "little")


def test_all_of_a_picture_is_brought_near_and_none_of_it_changes() -> None:
    image = texels(np.random.default_rng(6).integers(0, 256, (37, 53, 4)).astype(np.uint8))
    before = image.copy()
    assert int(nearer(image)) == int(image.ravel()[::LINE].sum(dtype=np.uint64))  # a word of each line
    assert np.array_equal(image, before)


@kernel
def laid(words: Texels, behind: Bytes, out: Bytes) -> None:  # [N], [N, 4], [N, 4]
    for n in range(len(words)):
        put(out, 4 * n, over(words[n], behind, 4 * n))


def test_a_texel_is_laid_over_what_is_behind_it() -> None:
    """Every sum of a colour and a share that there can be, over black, white and chance."""
    colour, share = (a.ravel() for a in np.meshgrid(np.arange(256), np.arange(256)))
    chance = np.random.default_rng(2).integers(0, 256, len(colour))
    own = np.stack([colour, 255 - colour, chance, share], 1)
    behind = np.stack([0 * colour, 0 * colour + 255, 255 - chance, chance], 1)
    out = np.zeros(own.shape, np.uint8)
    words = np.ascontiguousarray(own.astype(np.uint8)).view("<u4")[:, 0]
    laid(words, behind.astype(np.uint8), out)
    exact = (own * share[:, None] + behind * (255 - share[:, None]) + 127) // 255
    assert np.array_equal(out[:, :3], exact[:, :3])
