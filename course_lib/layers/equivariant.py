"""A layer that does not care how you turn space: points send messages along edges, and then the points move.

Sizes   N nodes   E edges   D width of a node   G features of an edge   O objects in a batch
An edge is a column of `edges` (2, E): row 0 says who sends, row 1 who receives. Positions have 3 numbers, or any other.
Turn, mirror or shift all positions: the new features stay as they were, the new positions turn, mirror and shift along.
"""

import torch
from torch import Tensor, nn

from course_lib.layers.messages import look_up, scatter_mean, scatter_sum


def zero_centre(positions: Tensor, owner: Tensor, objects: int) -> Tensor:
    """Shift every object so that the mean of its positions is zero.

    positions (N, 3)   owner (N), the object of each point, 0 to O - 1   objects O
    -> (N, 3)
    Source: Hoogeboom et al. 2022 (arXiv:2203.17003), section 3.1: the subspace where the centre of mass is zero.
    """
    return positions - look_up(scatter_mean(positions, owner, objects), owner)


def difference_vectors(positions: Tensor, edges: Tensor) -> Tensor:
    """Take the vector from the sender to the receiver of each edge, x_i - x_j.

    positions (N, 3), edges (2, E) -> (E, 3).
    """
    return look_up(positions, edges[1]) - look_up(positions, edges[0])


def coordinate_update(positions: Tensor, edges: Tensor, weights: Tensor, mean: bool = True) -> Tensor:
    """Move every point along the lines to those who send to it, by a number for each line.

    positions (N, 3)   edges (2, E)   weights (E), positive pushes the receiver away from the sender
    -> (N, 3): x_i + mean over j of (x_i - x_j) w_ij, or the sum over j with mean=False
    Source: Satorras et al. 2021 (arXiv:2102.09844), equation 4, with C = 1 / (number of senders).
    """
    collect = scatter_mean if mean else scatter_sum
    return positions + collect(difference_vectors(positions, edges) * weights[:, None], edges[1], len(positions))


class EquivariantLayer(nn.Module):
    """One round of an E(n)-equivariant graph network: messages that see lengths only, then points that move.

    nodes (N, D), positions (N, 3), edges (2, E), edge_features (E, G) or None -> nodes (N, D), positions (N, 3)
    With velocities=True it also wants the velocities (N, 3) and returns the new ones third, equation 7.

    gated    every message is multiplied by a number from 0 to 1 that it chooses itself, equation 8
    bounded  x_i - x_j is divided by its length + 1, so that a far point cannot push hard (Hoogeboom et al. 2022)
    deep     the weight of a line comes from a hidden layer on the message, as in the paper; else from it directly
    mean     the moves are divided by the number of senders, C in equation 4; else they are added up
    Source: Satorras et al. 2021 (arXiv:2102.09844), equations 3 to 8.
    """

    def __init__(
        self,
        width: int,
        edge_features: int = 0,
        *,
        velocities: bool = False,
        gated: bool = False,
        bounded: bool = False,
        deep: bool = True,
        mean: bool = True,
    ) -> None:
        super().__init__()
        self.bounded, self.mean = bounded, mean
        # the first layer of phi_e, cut in three: W [h_i, h_j, length, a_ij] is a sum, so W h is taken N times and not E
        self.from_receiver = nn.Linear(width, width)
        self.from_sender = nn.Linear(width, width, bias=False)
        self.from_edge = nn.Linear(1 + edge_features, width, bias=False)
        self.message = nn.Sequential(nn.SiLU(), nn.Linear(width, width), nn.SiLU())
        self.gate = nn.Sequential(nn.Linear(width, 1), nn.Sigmoid()) if gated else None
        self.update = nn.Sequential(nn.Linear(2 * width, width), nn.SiLU(), nn.Linear(width, width))
        self.speed = nn.Sequential(nn.Linear(width, width), nn.SiLU(), nn.Linear(width, 1)) if velocities else None
        last = nn.Linear(width, 1, bias=False)
        nn.init.xavier_uniform_(last.weight, gain=0.001)  # at first the points hardly move
        self.line_weight = nn.Sequential(nn.Linear(width, width), nn.SiLU(), last) if deep else nn.Sequential(last)

    def messages(self, nodes: Tensor, positions: Tensor, edges: Tensor, edge_features: Tensor | None = None) -> Tensor:
        """Give what goes along each edge, equation 3: phi_e of both ends, of the squared length and of a_ij.

        -> (E, D)
        """
        squares = difference_vectors(positions, edges).square().sum(1, keepdim=True)
        seen = squares if edge_features is None else torch.cat([squares, edge_features], dim=1)
        ends = look_up(self.from_receiver(nodes), edges[1]) + look_up(self.from_sender(nodes), edges[0])
        sent: Tensor = self.message(ends + self.from_edge(seen))
        return sent

    def forward(
        self,
        nodes: Tensor,
        positions: Tensor,
        edges: Tensor,
        edge_features: Tensor | None = None,
        velocities: Tensor | None = None,
    ) -> tuple[Tensor, ...]:
        sent = self.messages(nodes, positions, edges, edge_features)
        weights = self.line_weight(sent)[:, 0].to(positions.dtype)
        if self.bounded:
            squares = difference_vectors(positions, edges).square().sum(1)
            weights = weights / ((squares + 1e-8).sqrt() + 1)
        heard = sent if self.gate is None else sent * self.gate(sent)
        arrived = scatter_sum(heard.to(nodes.dtype), edges[1], len(nodes))  # equation 5
        moved = coordinate_update(positions, edges, weights, self.mean)  # equation 4
        changed = nodes + self.update(torch.cat([nodes, arrived], dim=1))  # equation 6, with what was before added
        if self.speed is None:
            return changed, moved
        if velocities is None:
            raise ValueError("this layer was made with velocities=True and wants velocities (N, 3)")
        velocities = self.speed(nodes) * velocities + (moved - positions)  # equation 7
        return changed, positions + velocities, velocities
