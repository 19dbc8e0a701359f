"""Readout: many nodes in, one vector a graph out, whatever the order and the number of the nodes.

Sizes   N nodes of all graphs together   F features   D width   B graphs
"""

import torch
from torch import Tensor, nn

from course_lib.layers.messages import scatter_mean, scatter_sum


def sum_nodes(nodes: Tensor, owner: Tensor, graphs: int) -> Tensor:
    """Add up the nodes of each graph.   nodes (N, F), owner (N), the graph each belongs to -> (graphs, F)."""
    return scatter_sum(nodes, owner, graphs)


def mean_nodes(nodes: Tensor, owner: Tensor, graphs: int) -> Tensor:
    """Average the nodes of each graph.   nodes (N, F), owner (N) -> (graphs, F), zeros for a graph without nodes."""
    return scatter_mean(nodes, owner, graphs)


def mean_and_sum(nodes: Tensor, owner: Tensor, graphs: int) -> Tensor:
    """Give what a graph is like, beside how much of it there is: the mean of its nodes, and their sum.

    nodes (N, F)   owner (N), the graph each node belongs to, in any order   -> (graphs, 2F), 0 for an empty graph
    Source: mean and sum as readouts are compared by Xu et al. 2019 (arXiv:1810.00826), section 5.
    """
    sums = scatter_sum(nodes, owner, graphs)
    counts = torch.bincount(owner, minlength=graphs).clamp(min=1)
    return torch.cat([sums / counts[:, None], sums], dim=1)


class GatedReadout(nn.Module):
    """Every node says what it has to add, and a gate says how much of it counts.

    nodes (N, D), owner (N), graphs -> (graphs, outer): the sum over the nodes of sigmoid(gate(h)) * value(h)
    Source: Li et al. 2016 (arXiv:1511.05493), equation 7; equation 4 of Gilmer et al. 2017 without the input features.
    """

    def __init__(self, width: int, outer: int) -> None:
        super().__init__()
        self.gate = nn.Linear(width, outer)
        self.value = nn.Linear(width, outer)

    def forward(self, nodes: Tensor, owner: Tensor, graphs: int) -> Tensor:
        return sum_nodes(torch.sigmoid(self.gate(nodes)) * self.value(nodes), owner, graphs)
