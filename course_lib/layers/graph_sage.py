"""GraphSAGE: what I am and what my neighbours are on average, each with its own weights.

Sizes   N nodes   E edges   F features in   D features out
"""

import torch
from torch import Tensor, nn

from course_lib.layers.messages import Scatter, gather


class GraphSAGE(nn.Module):
    """Mix a node's own features with the mean of those that write to it.

    nodes (N, F), edges (2, E) -> (N, D): W_self h_i + W_neighbours mean_j h_j + b; the mean of nobody is 0
    Source: Hamilton et al. 2017 (arXiv:1706.02216), algorithm 1 with the mean aggregator. One matrix on the two
    vectors side by side, as written there, is the sum of two matrices, as written here.
    """

    def __init__(self, inner: int, outer: int) -> None:
        super().__init__()
        self.own = nn.Linear(inner, outer, bias=False)
        self.neighbours = nn.Linear(inner, outer)
        self.scatter = Scatter()

    def forward(self, nodes: Tensor, edges: Tensor) -> Tensor:
        sums = self.scatter(gather(nodes, edges), edges[1], len(nodes))
        means = sums / torch.bincount(edges[1], minlength=len(nodes)).clamp(min=1)[:, None]
        return self.own(nodes) + self.neighbours(means)
