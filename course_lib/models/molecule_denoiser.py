"""Week 14's model of molecules: noisy positions and noisy atom types in, the noise in both out.

Sizes   N atoms of all molecules   M molecules   E edges   A kinds of atom   D width   R rounds
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from course_lib.former_names import former
from course_lib.layers.equivariant import EquivariantLayer, difference_vectors, zero_centre
from course_lib.layers.messages import look_up

SCALE = 0.25  # one-hot types are multiplied by this, so that types are settled after places (EDM, section 3.3)


@dataclass(frozen=True)
class MoleculeDenoiserConfig:
    """What the model is made of. lengths: in how many soft steps up to `reach` it sees the length of an edge."""

    kinds: int = 5
    width: int = 64
    rounds: int = 5
    lengths: int = 20
    reach: float = 5.0
    times: int = 8
    deep: bool = False


def all_pairs(counts: Tensor) -> tuple[Tensor, Tensor]:
    """Everyone in a molecule talks to everyone else in it.

    counts (M): atoms of each molecule
    -> edges (2, E) with E = sum of n (n - 1), no self-loops; owner (N), the molecule of each atom
    """
    owner = torch.repeat_interleave(torch.arange(len(counts)), counts)
    first = look_up(counts.cumsum(0) - counts, owner)  # where an atom's molecule begins
    many = look_up(counts, owner)
    receiver = torch.repeat_interleave(torch.arange(len(owner)), many)
    begin = many.cumsum(0) - many
    sender = torch.arange(len(receiver)) - look_up(begin, receiver) + look_up(first, receiver)
    other = sender != receiver
    return torch.stack([sender[other], receiver[other]]), owner


class MoleculeDenoiser(nn.Module):
    """Rounds of equivariant messages among all atoms of a molecule.

    positions (N, 3) centred, types (N, A), time (M) from 0 clean to 1 noise, counts (M) atoms of each molecule
    -> (N, 3) and (N, A). Turn the positions and the first answer turns along; the second stays.
    Source: Hoogeboom et al. 2022 (arXiv:2203.17003), equations 12 to 14, with lengths seen in soft steps.
    """

    def __init__(self, sizes: MoleculeDenoiserConfig) -> None:
        super().__init__()
        self.sizes = sizes
        self.embed = nn.Linear(sizes.kinds + sizes.times, sizes.width)
        self.rounds = nn.ModuleList(
            EquivariantLayer(sizes.width, sizes.lengths, gated=True, bounded=True, deep=sizes.deep, mean=False)
            for _ in range(sizes.rounds)
        )
        self.answer = nn.Linear(sizes.width, sizes.kinds)
        self.register_buffer("steps", torch.linspace(0, sizes.reach, sizes.lengths), persistent=False)
        self.steps: Tensor

    def see(self, positions: Tensor, edges: Tensor) -> Tensor:
        """Compute the length of every edge in soft steps: near which marks it lies. -> (E, lengths)"""
        length = difference_vectors(positions, edges).square().sum(1, keepdim=True).sqrt()
        gap = self.sizes.reach / (self.sizes.lengths - 1)
        return torch.exp(-((length - self.steps) / gap).square() / 2)

    def forward(self, positions: Tensor, types: Tensor, time: Tensor, counts: Tensor) -> tuple[Tensor, Tensor]:
        edges, owner = all_pairs(counts)
        hours = torch.cos(time[:, None] * math.pi * torch.arange(self.sizes.times))
        nodes = self.embed(torch.cat([types, look_up(hours, owner)], dim=1))
        lengths = self.see(positions, edges)
        moved = positions
        for layer in self.rounds:
            nodes, moved = layer(nodes, moved, edges, lengths)
        return zero_centre(moved - positions, owner, len(counts)), self.answer(nodes)


__getattr__ = former(__name__, {"Sizes": "MoleculeDenoiserConfig"})
