"""Edge messages: what passes along an edge depends on both ends and on the edge itself.

Sizes   N nodes   E edges   F features of a node   G features of an edge   M width of a message   D width
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from course_lib.layers.messages import Scatter, gather, look_up, scatter_sum


def edge_messages(nodes: Tensor, edges: Tensor, edge_features: Tensor, message: Callable[[Tensor], Tensor]) -> Tensor:
    """Ask `message` once about every edge, and add up what arrives.

    nodes (N, F)   edges (2, E)   edge_features (E, G)
    message (E, 2F + G) -> (E, M); it sees receiver, sender and edge side by side
    -> (N, M), zeros where nothing arrives
    Source: Gilmer et al. 2017 (arXiv:1704.01212), equation 1.
    """
    sender, receiver = edges
    asked = torch.cat([look_up(nodes, receiver), look_up(nodes, sender), edge_features], dim=1)
    return scatter_sum(message(asked), receiver, len(nodes))


class GatedMessages(nn.Module):
    """One round of a message passing network: a message for every edge, and a gate that decides what to keep.

    nodes (N, D), edges (2, E), edge_features (E, G) -> (N, D)
    Source: Gilmer et al. 2017 (arXiv:1704.01212), equations 1 and 2, with the pair message of section 5 and the gated
    recurrent unit of section 2 as the update.
    """

    def __init__(self, width: int, edge_width: int) -> None:
        super().__init__()
        self.message = nn.Sequential(nn.Linear(2 * width + edge_width, width), nn.ReLU(), nn.Linear(width, width))
        self.update = nn.GRUCell(width, width)
        self.scatter = Scatter()

    def forward(self, nodes: Tensor, edges: Tensor, edge_features: Tensor) -> Tensor:
        sender, receiver = edges
        asked = torch.cat([look_up(nodes, receiver), look_up(nodes, sender), edge_features], dim=1)
        return self.update(self.scatter(self.message(asked), receiver, len(nodes)), nodes)


class EdgeNetwork(nn.Module):
    """An edge's features become a matrix, and the matrix turns the sender into a message.

    nodes (N, F), edges (2, E), edge_features (E, G) -> (N, D): W h_i + sum_j A(e_ij) h_j + b
    network (E, G) -> (E, F * D) gives the matrices row by row: entry f * D + d takes feature f to feature d.
    Source: the edge network of Gilmer et al. 2017 (arXiv:1704.01212), section 5, with W h_i in place of the gate.
    """

    def __init__(self, inner: int, outer: int, network: nn.Module) -> None:
        super().__init__()
        self.network = network
        self.own = nn.Linear(inner, outer)
        self.outer = outer
        self.scatter = Scatter()

    def forward(self, nodes: Tensor, edges: Tensor, edge_features: Tensor) -> Tensor:
        matrices = self.network(edge_features).view(-1, nodes.shape[1], self.outer)  # (E, F, D)
        messages = torch.einsum("ef,efd->ed", gather(nodes, edges), matrices)
        return self.own(nodes) + self.scatter(messages, edges[1], len(nodes))
