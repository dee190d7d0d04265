"""Many lives at once to one sound: the arithmetic of `motion/flow.py` for a row of lives, by whole matrices.

One life reads every weight once a frame for one row, so an hour of it takes minutes; a hundred lives share the
reading. The sums are taken in another order than the kernels take them, so a life that is lived here soon differs in
its last bits and then in its course from the same seed's life in use: statistics are the same, courses are not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from vultus import weights
from vultus.face import D, Floats
from vultus.motion import context, flow, innovation, noise, resting, velocity
from vultus.motion.context import HEADS, LAYERS, PER_HEAD, WIDTH, WINDOW
from vultus.motion.hearing import Heard
from vultus.motion.innovation import BACK
from vultus.motion.matrices import FLAT

Matrix = tuple[Floats, Floats]  # [K, N], [N]


@cache
def _matrix(network: str, name: str) -> Matrix:
    named = weights.arrays(network)
    weight = named[f"{name}.weight"] * named[f"{name}.scale"][:, None]
    return np.ascontiguousarray(weight.T, np.float32), np.asarray(named[f"{name}.bias"], np.float32)


def _dense(network: str, name: str, x: Floats) -> Floats:  # [..., K] -> [..., N]
    weight, bias = _matrix(network, name)
    return np.asarray(x @ weight + bias, np.float32)


def _silu(x: Floats) -> Floats:
    return np.asarray(x / (1 + np.exp(-x)), np.float32)


def _normed(x: Floats) -> Floats:
    away = x - x.mean(-1, keepdims=True)
    return np.asarray(away / np.sqrt((away * away).mean(-1, keepdims=True) + FLAT), np.float32)


def _turned(x: Floats, frame: int) -> Floats:  # [B, WIDTH]
    half = PER_HEAD // 2
    turn = frame * 1000.0 ** (-np.arange(half) / half)
    cos, sin = np.cos(turn).astype(np.float32), np.sin(turn).astype(np.float32)
    heads = x.reshape(len(x), HEADS, 2, half)
    a, b = heads[:, :, 0], heads[:, :, 1]
    return np.stack([a * cos - b * sin, b * cos + a * sin], 2).reshape(len(x), WIDTH)


@dataclass
class Lives:
    """Lives of these seeds, from a face without a past on."""

    seeds: Sequence[int]
    conditions: Floats  # [B, C]

    def __post_init__(self) -> None:
        count = len(self.seeds)
        self.frame = 0
        self.memory = np.zeros((LAYERS, 2, count, WINDOW, WIDTH), np.float32)
        self.before = np.zeros((count, BACK, D), np.float32)
        self.drawn = np.zeros((count, D), np.float32)
        self.drift = np.zeros((count, D), np.float32)
        self.felt = innovation.untold(self.conditions)
        keep = np.ones((count, len(context.KEEPS)), np.float32)
        self.told = np.concatenate([context.asked(self.felt, keep), keep], 1)

    def step(self, heard: Heard) -> Floats:  # [B, D]
        """The rows of the next frame."""
        row = self.lived(heard)
        centre = row - self.before[:, -1]  # `lived` has gains of 1
        self.drift, shown = resting.home(self.drift, row, centre, self.felt, flow.scales())
        return innovation.commanded(shown, self.conditions)

    def lived(self, heard: Heard) -> Floats:  # [B, D]
        """The same rows before they are brought home and commanded: the life itself."""
        known, sensed = flow.scales(), context.sense(heard)
        token = np.concatenate([self.before[:, -1] / known.spread, self.drawn], 1)
        m = self._modulation(sensed, self._recalled(token, sensed))
        x = np.stack([noise.draw(seed, self.frame) for seed in self.seeds]) * known.temperature
        foretold = flow.expected(self.before, known)
        made = (foretold + innovation.straight(_carried(x, m), known)) * flow.taken(self.felt)
        home = innovation.home(np.broadcast_to(heard.lips, (len(x), len(heard.lips))), self.felt)
        rows = innovation.placed(made, home, np.full(len(x), heard.shut, np.float32))
        now = innovation.residual(rows, home)
        self.before = np.concatenate([self.before[:, 1:], now[:, None]], 1)
        self.drawn = innovation.bent(now - foretold, known)
        self.frame += 1
        return rows

    def _recalled(self, token: Floats, sensed: Floats) -> Floats:  # [B, 2 D], [HEARD] -> [B, WIDTH]
        sight = _silu(_dense("context", "sight.heard", sensed) + _dense("context", "sight.asked", self.told))
        h = _dense("context", "embed", token)
        for layer in range(LAYERS):
            name = f"layers.{layer}"
            scale, shift, scale2, shift2 = np.split(_dense("context", f"{name}.adapt", sight), 4, -1)
            made = _dense("context", f"{name}.attend", _normed(h) * (1 + scale) + shift)
            h = h + _dense("context", f"{name}.gather", self._attended(layer, made))
            inner = _dense("context", f"{name}.widen", _normed(h) * (1 + scale2) + shift2)
            h = h + _dense("context", f"{name}.narrow", np.maximum(inner, 0))
        return _normed(h)

    def _attended(self, layer: int, made: Floats) -> Floats:  # [B, 3 WIDTH] -> [B, WIDTH]
        query, key = _turned(made[:, :WIDTH], self.frame), _turned(made[:, WIDTH : 2 * WIDTH], self.frame)
        slot, count = self.frame % WINDOW, min(self.frame + 1, WINDOW)
        self.memory[layer, 0, :, slot], self.memory[layer, 1, :, slot] = key, made[:, 2 * WIDTH :]
        keys, values = self.memory[layer, 0, :, :count], self.memory[layer, 1, :, :count]
        shape = (len(made), count, HEADS, PER_HEAD)
        scores = np.einsum("bhc,bthc->bht", query.reshape(-1, HEADS, PER_HEAD), keys.reshape(shape)) * PER_HEAD**-0.5
        share = np.exp(scores - scores.max(-1, keepdims=True))
        share /= share.sum(-1, keepdims=True)
        return np.asarray(np.einsum("bht,bthc->bhc", share, values.reshape(shape)).reshape(-1, WIDTH), np.float32)

    def _modulation(self, sensed: Floats, z: Floats) -> Floats:  # [HEARD], [B, WIDTH] -> [B, PARTS WIDTH]
        hears, recalls = _dense("velocity", "sight.heard", sensed), _dense("velocity", "recall", z)
        return _dense("velocity", "adapt", _silu(_dense("velocity", "sight.asked", self.told) + recalls + hears))


def _carried(x: Floats, m: Floats) -> Floats:  # [B, D], [B, PARTS WIDTH] -> [B, D]
    for at in velocity.clock(flow.STEPS):
        parts = np.split(m + at, velocity.PARTS, -1)
        h = _dense("velocity", "enter", x)
        for block in range(velocity.BLOCKS):
            scale, shift, gate = parts[3 * block : 3 * block + 3]
            inner = _dense("velocity", f"widen.{block}", _normed(h) * (1 + scale) + shift)
            h = np.asarray(h + gate * _dense("velocity", f"narrow.{block}", np.maximum(inner, 0)), np.float32)
        change = _dense("velocity", "leave", _normed(h) * (1 + parts[-2]) + parts[-1])
        x = np.asarray(x + change / np.float32(flow.STEPS), np.float32)
    return x
