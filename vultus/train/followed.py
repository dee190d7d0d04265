"""A network that learns, a running average of its weights, and both on disk."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

import torch
from torch import Tensor, nn

Net = TypeVar("Net", bound=nn.Module)

NORM = 1.0  # gradients are clipped to


@dataclass(kw_only=True)
class Followed(Generic[Net]):
    """A training in progress, kept in one file."""

    net: Net
    average: Net
    optimiser: torch.optim.Optimizer
    path: Path
    memory: float  # of the average, once there is enough to remember
    step: int = 0

    def resume(self) -> None:
        """Go on from the file, if there is one."""
        if self.path.exists():
            state = torch.load(self.path, weights_only=True)
            self.net.load_state_dict(state["net"])
            self.average.load_state_dict(state["average"])
            self.optimiser.load_state_dict(state["optimiser"])
            self.step = int(state["step"])

    def keep(self) -> None:
        """Write the file, moved into place whole."""
        state = {"net": self.net.state_dict(), "average": self.average.state_dict(), "step": self.step}
        temporary = self.path.with_name(f".{self.path.name}")
        torch.save({**state, "optimiser": self.optimiser.state_dict()}, temporary)
        os.replace(temporary, self.path)

    def descend(self, loss: Tensor, rate: float) -> None:
        """One step down a loss at this rate; the average follows."""
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), NORM)
        self.optimiser.step()
        self.step += 1
        memory = min(self.memory, self.step / (self.step + 10))
        with torch.no_grad():
            for slow, fast in zip(self.average.parameters(), self.net.parameters(), strict=True):
                slow.lerp_(fast, 1 - memory)
