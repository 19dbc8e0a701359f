"""Random directed graphs with what makes trouble: isolated nodes, repeated edges, self-loops."""

import torch
from torch import Tensor


def random_graph(seed: int = 0, nodes: int = 23, edges: int = 61, width: int = 5) -> tuple[Tensor, Tensor, Tensor]:
    """Nodes (N, F), edges (2, E) and edge features (E, 3). The last two nodes are isolated."""
    draw = torch.Generator().manual_seed(seed)
    pairs = torch.randint(nodes - 2, (2, edges), generator=draw)
    pairs[:, 0], pairs[:, 1] = pairs[:, 2], torch.tensor([3, 3])  # one edge twice, and one self-loop
    return torch.randn(nodes, width, generator=draw), pairs, torch.randn(edges, 3, generator=draw)
