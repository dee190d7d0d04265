"""What the trainings of the three networks have in common: batches from other processes, steps, checkpoints."""

import argparse
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from vultus.clock import now

AVERAGE = 0.998  # memory of the running average of the weights
WARM = 200  # steps
TOLD, KEPT = 50, 250  # steps between two lines of progress, and between two checkpoints

Batch = tuple[Tensor, ...]
Maker = Callable[[np.random.Generator], Batch]
Loss = Callable[[nn.Module, Batch], dict[str, Tensor]]


@dataclass(frozen=True)
class Plan:
    """How long, how fast and on what to learn."""

    steps: int
    rate: float = 2e-3
    device: str = "cpu"
    workers: int = 0  # processes that prepare batches; 0: the training's own
    half: bool = False  # bfloat16 where it is safe


def arguments(
    parser: argparse.ArgumentParser, name: str, steps: int, size: int, data: str = "data"
) -> argparse.Namespace:
    """What every training is told on its command line; makes its folder."""
    parser.add_argument("--data", type=Path, default=Path("runs/faces") / data)
    parser.add_argument("--out", type=Path, default=Path("runs/faces") / name)
    parser.add_argument("--steps", type=int, default=steps)
    parser.add_argument("--size", type=int, default=size, help="pictures in a batch")
    parser.add_argument("--rate", type=float, default=Plan.rate, help="of learning, at its highest")
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument("--workers", type=int, default=0, help="processes that prepare batches; 0: none of their own")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--begin", type=Path, help="an ONNX file of this network to begin with, instead of chance")
    parser.add_argument("--ship", type=Path, help="folder of trained files to put the network into")
    told = parser.parse_args()
    torch.set_num_threads(told.threads)
    told.out.mkdir(parents=True, exist_ok=True)
    return told


def plan(told: argparse.Namespace) -> Plan:
    """The plan that a command line asks for."""
    return Plan(told.steps, told.rate, told.device, told.workers, half_is_quick(told.device))


def half_is_quick(device: str) -> bool:
    """Whether bfloat16 is computed by the machine itself: pretended, a step takes twelve times as long."""
    can = torch.cpu.get_capabilities()
    return device != "cpu" or bool(can.get("amx_bf16") or can.get("avx512_bf16"))


class _Endless(IterableDataset[Batch]):  # type: ignore[misc]
    """Batches without end; each worker draws its own."""

    def __init__(self, maker: Maker, seed: int) -> None:
        self.maker, self.seed = maker, seed

    def __iter__(self) -> Iterator[Batch]:
        worker = get_worker_info()
        rng = np.random.default_rng([self.seed, 0 if worker is None else worker.id])
        while True:
            yield self.maker(rng)


def _rate(plan: Plan, step: int) -> float:
    """Warm up, then down a cosine."""
    if step < WARM:
        return plan.rate * (step + 1) / WARM
    return plan.rate * (0.01 + 0.99 * 0.5 * (1 + float(np.cos(np.pi * min(1.0, step / plan.steps)))))


def _follow(average: nn.Module, net: nn.Module, step: int) -> None:
    memory = min(AVERAGE, (step + 1) / (step + 10))
    with torch.no_grad():
        for slow, fast in zip(average.parameters(), net.parameters(), strict=True):
            slow.lerp_(fast, 1 - memory)
        for slow, fast in zip(average.buffers(), net.buffers(), strict=True):
            slow.copy_(fast)


def run(
    net: nn.Module,
    maker: Maker,
    loss: Loss,
    out: Path,  # folder of the checkpoint
    plan: Plan,
    look: Callable[[nn.Module], str] | None = None,  # figures of the average on what is held out
) -> nn.Module:
    """Train, or go on from `out/checkpoint.pt`; gives back the running average of the network."""
    net = net.to(plan.device, memory_format=torch.channels_last)
    average = copy.deepcopy(net).requires_grad_(False)
    optimiser = torch.optim.AdamW(net.parameters(), lr=plan.rate, weight_decay=0.02)
    kept, step = out / "checkpoint.pt", 0
    if kept.exists():
        state = torch.load(kept, weights_only=True, map_location=plan.device)
        net.load_state_dict(state["net"])
        average.load_state_dict(state["average"])
        optimiser.load_state_dict(state["optimiser"])
        step = int(state["step"])
    ready = iter(DataLoader(_Endless(maker, step), batch_size=None, num_workers=plan.workers))
    began, first, told = now(), step, dict[str, float]()
    while step < plan.steps:
        for group in optimiser.param_groups:
            group["lr"] = _rate(plan, step)
        parts = _step(net, optimiser, loss, tuple(one.to(plan.device) for one in next(ready)), plan)
        _follow(average, net, step)
        step += 1
        told = {name: told.get(name, value) * 0.98 + value * 0.02 for name, value in parts.items()}
        if step % TOLD == 0 or step == plan.steps:
            line = " ".join(f"{name} {value:.4f}" for name, value in told.items())
            print(f"{step}/{plan.steps} {(now() - began) / (step - first):.3f} s/step {line}", flush=True)
        if step % KEPT == 0 or step == plan.steps:
            state = {"net": net.state_dict(), "average": average.state_dict(), "step": step}
            torch.save({**state, "optimiser": optimiser.state_dict()}, out / "checkpoint.new")
            (out / "checkpoint.new").replace(kept)
        if look is not None and (step % (4 * KEPT) == 0 or step == plan.steps):
            print(f"{step}: {look(average.eval())}", flush=True)
    return average.eval()


def _step(net: nn.Module, optimiser: torch.optim.Optimizer, loss: Loss, batch: Batch, plan: Plan) -> dict[str, float]:
    net.train()
    with torch.autocast(plan.device.split(":")[0], torch.bfloat16, enabled=plan.half):
        parts = loss(net, batch)
        total = torch.stack(list(parts.values())).sum()
    optimiser.zero_grad()
    total.backward()
    torch.nn.utils.clip_grad_norm_(net.parameters(), 2.0)
    optimiser.step()
    return {name: float(value.detach()) for name, value in parts.items()}
