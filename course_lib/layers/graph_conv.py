"""Graph convolution: neighbours are averaged, and the busy ones are turned down.

Sizes   N nodes   E edges   F features in   D features out
"""

import torch
from torch import Tensor, nn

from course_lib.layers.edge_matrix import EdgeMatrix
from course_lib.layers.messages import Scatter, gather


def with_loops(edges: Tensor, size: int) -> Tensor:
    """Let every node write to itself, too: one self-loop each, behind the edges that were there.

    edges (2, E); self-loops among them are dropped first   -> (2, E' + N)
    """
    others = edges[:, edges[0] != edges[1]]
    return torch.cat([others, torch.arange(size, device=edges.device).repeat(2, 1)], dim=1)


def normalised_edges(edges: Tensor, size: int) -> tuple[Tensor, Tensor]:
    """Give the edges with self-loops, and the weight 1 / sqrt(d_i d_j) of each.

    edges (2, E)   d_i is the number of edges that arrive at i, its self-loop among them
    -> edges (2, E' + N) as `with_loops` makes them, weights (E' + N)
    Source: Kipf & Welling 2017 (arXiv:1609.02907), equation 2: the entries of D^-1/2 (A + I) D^-1/2.
    """
    edges = with_loops(edges, size)
    degree = torch.bincount(edges[1], minlength=size).float()
    return edges, (degree[edges[0]] * degree[edges[1]]).rsqrt()


class GraphConv(nn.Module):
    """Change the features of every node, then average over neighbours with fixed weights.

    nodes (N, F), edges (2, E) -> (N, D): the sum over edges j -> i of W h_j / sqrt(d_i d_j), plus a bias
    matrix: what `GraphConv.matrix(edges, N)` gives, to do the sum as one product; the result is the same.
    Source: Kipf & Welling 2017 (arXiv:1609.02907), equation 2.
    """

    def __init__(self, inner: int, outer: int) -> None:
        super().__init__()
        self.change = nn.Linear(inner, outer, bias=False)
        self.bias = nn.Parameter(torch.zeros(outer))
        self.scatter = Scatter()

    @staticmethod
    def matrix(edges: Tensor, size: int) -> EdgeMatrix:
        """D^-1/2 (A + I) D^-1/2 as a sparse matrix, for a graph that is used again and again."""
        return EdgeMatrix.of(*normalised_edges(edges, size), size)

    def forward(self, nodes: Tensor, edges: Tensor, matrix: EdgeMatrix | None = None) -> Tensor:
        changed = self.change(nodes)
        if matrix is not None:
            return matrix @ changed + self.bias
        edges, weights = normalised_edges(edges, len(nodes))
        messages = weights[:, None] * gather(changed, edges)
        return self.scatter(messages, edges[1], len(nodes)) + self.bias
