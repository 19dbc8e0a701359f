"""Graph attention: every node decides which of its neighbours to listen to.

Sizes   N nodes   E edges   F features in   D features out   H heads   d_k = D / H
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import leaky_relu

from course_lib.layers.graph_conv import with_loops
from course_lib.layers.messages import Scatter, look_up, scatter_sum


def neighbour_softmax(scores: Tensor, receivers: Tensor, size: int) -> Tensor:
    """Take a softmax over the edges that arrive at one node, for each node and each head alone.

    scores (E, H), any real numbers   receivers (E), numbers below size
    -> weights (E, H), positive; those that arrive at one node sum to 1
    The largest score of each neighbourhood is taken off first, so that no exponential is too large for a float, and
    none of the sums is 0.
    Source: Velickovic et al. 2018 (arXiv:1710.10903), equation 2.
    """
    where = receivers[:, None].expand_as(scores)
    largest = scores.new_zeros(size, scores.shape[1]).scatter_reduce(0, where, scores, "amax", include_self=False)
    parts = (scores - look_up(largest.detach(), receivers)).exp()
    sums = scatter_sum(parts, receivers, size)
    return parts / look_up(sums, receivers)


def neighbour_scores(values: Tensor, send: Tensor, receive: Tensor, edges: Tensor) -> Tensor:
    """Measure how much each receiver cares for each sender: one number an edge and head.

    values (N, H, d_k)   send, receive (H, d_k), the two halves of the paper's vector a   edges (2, E)   -> (E, H)
    Source: Velickovic et al. 2018 (arXiv:1710.10903), equation 3; its product with h_i and h_j side by side falls
    apart into one with h_i and one with h_j, so it is done once a node, not once an edge.
    """
    as_sender, as_receiver = (values * send).sum(-1), (values * receive).sum(-1)  # (N, H)
    return leaky_relu(look_up(as_sender, edges[0]) + look_up(as_receiver, edges[1]), 0.2)


class GraphAttention(nn.Module):
    """Average over neighbours and oneself, with weights that depend on both ends.

    nodes (N, F), edges (2, E) -> what each node heard (N, D), and the weights (E' + N, H) that produced it, in the
    order of `with_loops(edges, N)`: the edges that were there without self-loops, then every node to itself
    Raises ValueError when D does not divide by the number of heads.
    Source: Velickovic et al. 2018 (arXiv:1710.10903), equations 1 to 5.
    """

    def __init__(self, inner: int, outer: int, heads: int = 1) -> None:
        super().__init__()
        if heads < 1 or outer % heads:
            below = outer - outer % max(heads, 1)
            raise ValueError(f"width {outer} does not split into {heads} heads; try {below} or {below + max(heads, 1)}")
        self.heads = heads
        self.change = nn.Linear(inner, outer, bias=False)
        self.send = nn.Parameter(torch.empty(heads, outer // heads))
        self.receive = nn.Parameter(torch.empty(heads, outer // heads))
        self.bias = nn.Parameter(torch.zeros(outer))
        for weights in (self.change.weight, self.send, self.receive):
            nn.init.xavier_uniform_(weights)
        self.scatter = Scatter()

    def forward(self, nodes: Tensor, edges: Tensor) -> tuple[Tensor, Tensor]:
        edges = with_loops(edges, len(nodes))
        values = self.change(nodes).view(len(nodes), self.heads, -1)  # (N, H, d_k)
        scores = neighbour_scores(values, self.send, self.receive, edges)
        weights = neighbour_softmax(scores, edges[1], len(nodes))
        messages = weights[:, :, None] * look_up(values, edges[0])
        return self.scatter(messages, edges[1], len(nodes)).flatten(1) + self.bias, weights
