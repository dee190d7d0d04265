"""Hindsight: frame by frame as the whole at once, nothing before the first frame, and REACH far in both ways."""

import dataclasses

import numpy as np
from numpy.typing import NDArray

from vultus import weights
from vultus.face import EXPRESSIONS, E
from vultus.motion import hindsight
from vultus.motion.hearing import CLOSE, JAW, A, Heard, P
from vultus.motion.hindsight import DILATIONS, LATE, REACH, SURE, WIDTH

Floats = NDArray[np.float32]


def told(count: int, seed: int = 0) -> list[Heard]:
    rng = np.random.default_rng(seed)
    own = np.array([name.startswith(("jaw", "mouth")) for name in EXPRESSIONS])
    return [
        Heard(
            lips=np.asarray(rng.uniform(0, 0.5, E) * own, np.float32),
            shut=float(rng.uniform()),
            speaking=float(rng.uniform()),
            features=rng.normal(size=A).astype(np.float32),
            phones=rng.dirichlet(np.ones(P)).astype(np.float32),
        )
        for _ in range(count)
    ]


def twice(heard: list[Heard]) -> list[Heard | None]:
    state, out = hindsight.init(), []
    for one in heard:
        state, later = hindsight.step(state, one)
        out.append(later)
    return out


def plain(heard: list[Heard]) -> Floats:  # -> [T, E + 1]
    """The changes to every frame, all at once, in double precision; what lies beyond both ends is nothing."""
    named = weights.arrays("hindsight")

    def matrix(name: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        return named[f"{name}.weight"] * named[f"{name}.scale"][:, None].astype(float), named[f"{name}.bias"]

    weight, bias = matrix("enter")
    x = np.stack([hindsight.seen(one)[: weight.shape[1]] for one in heard]) @ weight.T + bias
    for i, gap in enumerate(DILATIONS):
        (taps, first), (mix, second) = matrix(f"blocks.{i}.taps"), matrix(f"blocks.{i}.mix")
        wide = np.pad(x, ((gap, gap), (0, 0)))
        made = np.concatenate([wide[: len(x)], x, wide[2 * gap :]], 1) @ taps.T + first
        x = x + _silu(made) @ mix.T + second
    weight, bias = matrix("leave")
    return np.asarray(_silu(x) @ weight.T + bias, np.float32)


def _silu(x: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(x / (1 + np.exp(-x)))


def _logit(share: float) -> float:
    return float(np.log(share / (1 - share)))


def test_one_frame_at_a_time_changes_what_the_whole_at_once_changes() -> None:
    heard = told(3 * REACH)
    changes, later = plain(heard), twice(heard)
    for frame, (before, wanted, after) in enumerate(zip(heard, changes, later[LATE:], strict=False)):
        assert after is not None
        logit = _logit(before.shut) + wanted[E]
        np.testing.assert_allclose(_logit(after.shut), logit, atol=1e-3, err_msg=str(frame))
        if logit <= _logit(before.shut) and after.shut < SURE:  # not closed further
            lips = np.clip(before.lips + hindsight.OWN * wanted[:E], 0, 1)
            np.testing.assert_allclose(after.lips, lips, atol=1e-4, err_msg=str(frame))


def test_it_waits_for_its_reach_and_gives_frames_in_their_order() -> None:
    heard = told(LATE + 10)
    later = twice(heard)
    assert later[:LATE] == [None] * LATE
    for before, after in zip(heard, later[LATE:], strict=False):
        assert after is not None
        assert after.features is before.features and after.speaking == before.speaking


def test_what_is_said_within_its_reach_counts_and_nothing_beyond() -> None:
    heard, at = told(4 * LATE), 2 * LATE
    for far, counts in ((REACH, True), (LATE + 1, False)):
        for place in (at - far, at + far):
            changed = list(heard)
            changed[place] = told(1, seed=9)[0]
            one, other = (twice(some)[at + LATE] for some in (heard, changed))
            assert one is not None and other is not None
            assert (one.lips.tobytes() != other.lips.tobytes() or one.shut != other.shut) == counts


def test_states_are_never_changed_in_place() -> None:
    state = hindsight.init()
    for one in told(REACH + 3):
        kept = dataclasses.replace(state, kept=state.kept.copy())
        again, _ = hindsight.step(state, one)
        assert np.array_equal(state.kept, kept.kept)
        assert again.kept.shape == (2 * REACH, WIDTH) and len(again.waiting) <= REACH
        state = again


def test_surer_closures_close_lips_and_weights_stay_legal() -> None:
    heard = dataclasses.replace(told(1)[0], shut=0.5)
    heard.lips[JAW] = 0.5
    changes = np.zeros(E + 1, np.float32)
    same = hindsight._changed(heard, changes)
    np.testing.assert_allclose(same.lips, heard.lips, atol=1e-6)
    np.testing.assert_allclose(same.shut, 0.5, atol=1e-6)
    changes[E] = 8.0
    closed = hindsight._changed(heard, changes)
    assert closed.shut > 0.99 and closed.lips[JAW] < 0.5 * heard.lips[JAW]
    assert closed.lips[CLOSE] >= 0.8 * closed.lips[JAW]
    changes[:E], changes[E] = 3.0, 0.0
    assert hindsight._changed(heard, changes).lips.max() <= 1


def test_the_likeliest_of_three_frames_closes_for_good() -> None:
    open_, wide = told(1)[0], np.zeros(E, np.float32)
    wide[JAW] = 0.3
    frames = [dataclasses.replace(open_, lips=wide, shut=shut) for shut in (0.3, 0.5, 0.4)]
    assert hindsight._surest(tuple(frames)).lips[CLOSE] > 0
    assert hindsight._surest(tuple(frames[:2])).lips is frames[0].lips  # the next one is likelier
    assert hindsight._surest(tuple(frames[::2])).lips is frames[0].lips  # unlikely
