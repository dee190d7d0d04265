"""What lips are judged by while a network learns: how far they part, how wide they are, whether they close."""

import torch
from torch import Tensor
from torch.nn import functional as F

from vultus.face import face_model

SHUT_MATTERS = torch.tensor(3.0)  # a closure missed costs more than one too many
UPPER_LIP, LOWER_LIP, FOREHEAD, CHIN, CORNER_A, CORNER_B = 13, 14, 10, 152, 61, 291


class Lips:
    """Opening and width of the lips as a function of weights that learning can go through."""

    def __init__(self) -> None:
        model = face_model()
        points = [UPPER_LIP, LOWER_LIP, FOREHEAD, CHIN, CORNER_A, CORNER_B]
        self.mean = torch.from_numpy(model.mean[points])
        self.basis = torch.from_numpy(model.basis[:, points])

    def __call__(self, weights: Tensor) -> tuple[Tensor, Tensor]:  # [B, T, E] -> [B, T] twice
        """(signed aperture over face height, width in face units)."""
        points = self.mean + torch.einsum("bte,epc->btpc", weights, self.basis)
        height = (points[:, :, 2] - points[:, :, 3]).norm(dim=2)
        aperture = (points[:, :, 0, 1] - points[:, :, 1, 1]) / height
        return aperture, (points[:, :, 4] - points[:, :, 5]).norm(dim=2)


def uncorrelated(a: Tensor, b: Tensor) -> Tensor:
    """1 - r of each sequence [B, T], where the target moves enough for r to mean something."""
    a, b = a - a.mean(1, keepdim=True), b - b.mean(1, keepdim=True)
    r = (a * b).sum(1) / ((a**2).sum(1) * (b**2).sum(1) + 1e-9).sqrt()
    moves = (b.std(1) > 0.005).float()
    return ((1 - r) * moves).sum() / moves.sum().clamp(min=1)


def closing(logit: Tensor, shut: Tensor) -> Tensor:
    """Cross entropy of the closures [B, T] where they are known."""
    each = F.binary_cross_entropy_with_logits(logit, shut.clamp(0, 1), reduction="none", pos_weight=SHUT_MATTERS)
    return ((shut >= 0) * each).mean()


def naming(logits: Tensor, kinds: Tensor) -> Tensor:
    """Cross entropy of the phones [B, 2 T, P] where their kinds [B, 2 T] are known."""
    known = kinds >= 0
    each = F.cross_entropy(logits.flatten(0, 1), kinds.clamp(min=0).flatten(), reduction="none", label_smoothing=0.05)
    return (each * known.flatten()).sum() / known.sum().clamp(min=1)
