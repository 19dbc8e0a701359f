"""A brain one can draw in full: who signals to whom in the mushroom body of a fly larva, where it learns smells.

Size     left 209 neurons, 7,425 connections of 25,322 synapses; right 213 neurons, 7,536 of 26,371; none to itself
Licence  MIT, shipped with graspologic 3.4.4 (nothing of its code is used)
Source   graspologic/datasets/drosophila; reconstructed by hand from electron microscopy of one larva
Split    by side: learn on the left half of the brain, test on the right. It is the same animal.
Cite     K. Eichler et al., The complete connectome of a learning and memory centre in an insect brain,
         Nature 548, 175 (2017).

Kinds of neuron: K Kenyon cells, which code smells; P projection neurons, which bring them in; O output neurons;
I input neurons, which bring reward and punishment.
"""

from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import torch
from torch import Tensor

from course_lib.data.archive import read_member
from course_lib.data.catalogue import CONNECTOME
from course_lib.data.graphs import Graph

KINDS = ("K", "P", "O", "I")
NAMES = {"K": "Kenyon cell", "P": "projection neuron", "O": "output neuron", "I": "input neuron"}


@dataclass(frozen=True, eq=False)
class Hemisphere:
    """One side of the brain.

    edges int64 (2, E): who signals, who is signalled to   synapses float32 (E,)   kinds int64 (N,): numbers into KINDS
    """

    side: str
    edges: Tensor
    synapses: Tensor
    kinds: Tensor

    def __len__(self) -> int:
        return len(self.kinds)

    def graph(self, nodes: Tensor) -> Graph:
        """The side as a graph that carries these node features; the synapses are its edge features."""
        return Graph(nodes, self.edges, self.synapses[:, None], self.kinds, self.side)


class Sides(NamedTuple):
    """Both sides of the one brain."""

    left: Hemisphere
    right: Hemisphere


def load() -> Sides:
    """Both sides. Raises DataMissing when the data set was not fetched."""
    return Sides(_read("left"), _read("right"))


@cache
def _read(side: str) -> Hemisphere:
    folder = "graspologic/datasets/drosophila"
    rows = read_member(CONNECTOME, f"{folder}/{side}_adjacency.csv").decode("ascii").splitlines()
    matrix = torch.tensor([[int(number) for number in row.split()] for row in rows])
    kinds = read_member(CONNECTOME, f"{folder}/{side}_cell_labels.csv").decode("ascii").split()
    edges = matrix.nonzero().T.contiguous()  # row i holds what neuron i sends
    synapses = matrix[edges[0], edges[1]].float()
    return Hemisphere(side, edges, synapses, torch.tensor([KINDS.index(kind) for kind in kinds]))
