"""Graph isomorphism network: a sum forgets no neighbour, so the layer can count.

Sizes   N nodes   E edges   F features in   D features out
"""

import torch
from torch import Tensor, nn

from course_lib.layers.messages import Scatter, gather


class GraphIsomorphism(nn.Module):
    """A small network on (1 + eps) h_i plus the sum of the neighbours; eps is learned, and starts at 0.

    nodes (N, F), edges (2, E) -> (N, D)
    Source: Xu et al. 2019 (arXiv:1810.00826), equation 4.1.
    """

    def __init__(self, inner: int, outer: int) -> None:
        super().__init__()
        self.network = nn.Sequential(nn.Linear(inner, outer), nn.ReLU(), nn.Linear(outer, outer))
        self.eps = nn.Parameter(torch.zeros(()))
        self.scatter = Scatter()

    def forward(self, nodes: Tensor, edges: Tensor) -> Tensor:
        arrived = self.scatter(gather(nodes, edges), edges[1], len(nodes))
        return self.network((1 + self.eps) * nodes + arrived)
