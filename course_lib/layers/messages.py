"""Messages: every node writes along its edges, and everybody adds up what arrived.

Sizes   N nodes   E edges   F features
An edge is a column of `edges` (2, E): row 0 says who sends, row 1 who receives. A bond is two edges.
"""

import torch
from torch import Tensor, nn


def look_up(table: Tensor, which: Tensor) -> Tensor:
    """Look up the rows of a table, one for every number in `which`: table[which], with a faster gradient.

    table (N, ...)   which (E)   -> (E, ...)
    """
    return table.index_select(0, which)


def gather(nodes: Tensor, edges: Tensor) -> Tensor:
    """Give what stands at the sender of each edge.   nodes (N, F)   edges (2, E)   -> (E, F)."""
    return look_up(nodes, edges[0])


def scatter_sum(messages: Tensor, receivers: Tensor, size: int) -> Tensor:
    """Add up the messages that arrive at each node.

    messages (E, ...)   receivers (E), numbers below size
    -> (size, ...), zeros where nothing arrives
    """
    return messages.new_zeros(size, *messages.shape[1:]).index_add(0, receivers, messages)


def scatter_mean(messages: Tensor, receivers: Tensor, size: int) -> Tensor:
    """Compute the mean of the messages that arrive at each node.

    messages (E, F), receivers (E) -> (size, F), 0 for none.
    """
    count = torch.bincount(receivers, minlength=size).clamp(min=1)
    return scatter_sum(messages, receivers, size) / count[:, None]


def scatter_max(messages: Tensor, receivers: Tensor, size: int) -> Tensor:
    """Compute the largest entry that arrives, column by column.

    messages (E, F), receivers (E) -> (size, F), 0 for none.
    """
    start = messages.new_zeros(size, messages.shape[1])
    where = receivers[:, None].expand_as(messages)
    return start.scatter_reduce(0, where, messages, "amax", include_self=False)


def neighbour_sum(nodes: Tensor, edges: Tensor) -> Tensor:
    """Give every node the sum of what its neighbours are: the smallest graph layer.

    nodes (N, F)   edges (2, E)
    -> (N, F), zeros where nothing arrives; an edge that is listed twice counts twice
    Source: the sum over neighbours in Gilmer et al. 2017 (arXiv:1704.01212), equation 1, with the message h_w.
    """
    messages = nodes[edges[0]]  # gather: (E, F)
    sums = torch.zeros_like(nodes)
    return sums.index_add(0, edges[1], messages)  # scatter: (N, F)


def weighted_sum(nodes: Tensor, edges: Tensor, weights: Tensor) -> Tensor:
    """Do the same with a number on every edge.   nodes (N, F), edges (2, E), weights (E) -> (N, F)."""
    return scatter_sum(weights[:, None] * gather(nodes, edges), edges[1], len(nodes))


class Scatter(nn.Module):
    """`scatter_sum` as a part of a model, so that a hook can listen to the messages as they pass."""

    def forward(self, messages: Tensor, receivers: Tensor, size: int) -> Tensor:
        return scatter_sum(messages, receivers, size)
