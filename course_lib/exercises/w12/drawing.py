"""Graphs for trials: directed, with somebody whom nobody writes to, with a repeated edge, and with isolated nodes."""

import torch
from torch import Tensor

from course_lib.exercises.author import *

LIBRARY = ("torch_geometric.*",)
"""The library that has every layer of the week ready made."""


def draw_edges(draw: Draw, size: int, count: int) -> Tensor:
    """Edges (2, count) without self-loops on `size` nodes, at least 5; count at least 5.

    The last node is isolated, and in a large graph one more. One node only sends, one receives four messages, and two
    of these come along the same edge, listed twice.
    """
    busy = torch.randperm(size - 1, generator=draw.chance)[: 4 if size < 7 else size - 2]
    sends, hub, other, third = busy[:4].tolist()
    edges = [(sends, hub), (sends, hub), (other, hub), (third, hub), (hub, third)]
    while len(edges) < count:
        sender, receiver = (int(busy[draw.integer(0, len(busy))]) for _ in range(2))
        if sender != receiver and receiver != sends:
            edges.append((sender, receiver))
    return torch.tensor(edges).T[:, torch.randperm(len(edges), generator=draw.chance)]
