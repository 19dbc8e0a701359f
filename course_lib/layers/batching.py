"""Batching without padding: many small graphs are one large graph in which no edge leads from one to another.

Sizes   N nodes and E edges of all graphs together
"""

from collections.abc import Sequence

import torch
from torch import Tensor


def join_graphs(sizes: Sequence[int], edges: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
    """Renumber the nodes of all graphs, one graph after another.

    sizes, how many nodes each graph has   edges, its edges (2, E_i), numbered from 0 in each graph
    -> edges (2, E) of the large graph, owner (N): the graph each node belongs to
    Raises ValueError when there are not as many sizes as edge lists.
    """
    if len(sizes) != len(edges):
        raise ValueError(f"{len(sizes)} sizes for {len(edges)} edge lists; each graph needs one of both")
    sizes_ = torch.tensor(list(sizes), dtype=torch.long)
    offsets = sizes_.cumsum(0) - sizes_  # how many nodes stand before each graph
    moved = [each + offset for each, offset in zip(edges, offsets, strict=True)]
    joined = torch.cat(moved, dim=1) if moved else torch.zeros(2, 0, dtype=torch.long)
    return joined, torch.arange(len(sizes_)).repeat_interleave(sizes_)
