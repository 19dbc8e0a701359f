"""The receptive field of a node: whose features can have arrived at a node after so many rounds.

Sizes   N nodes   E edges
"""

import torch
from torch import Tensor


def receptive_field(edges: Tensor, size: int, node: int, rounds: int) -> Tensor:
    """Everybody whose features can reach one node in at most that many rounds, the node itself included.

    edges (2, E), messages run from sender to receiver   -> (size), True for those inside; one node after 0 rounds
    Raises IndexError for a node that is not there.
    """
    if not 0 <= node < size:
        raise IndexError(f"node {node} is not there; this graph has nodes 0 to {size - 1}")
    inside = torch.zeros(size, dtype=torch.bool)
    inside[node] = True
    for _ in range(rounds):
        senders = edges[0, inside[edges[1]]]  # who writes to somebody inside
        inside = inside.index_fill(0, senders, True)
    return inside
