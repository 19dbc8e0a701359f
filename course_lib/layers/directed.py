"""Directed graphs with strengths: who sends to me, and whom I send to, are two questions.

Sizes   N nodes   E edges   F features
"""

import torch
from torch import Tensor

from course_lib.layers.messages import weighted_sum


def degrees(edges: Tensor, strength: Tensor, size: int) -> Tensor:
    """Measure how many edges come in and go out, and how strong they are together.

    edges (2, E)   strength (E), for example synapses
    -> (size, 4): in-degree, out-degree, in-strength, out-strength
    """
    ends, ones = edges.flip(0), torch.ones_like(strength)  # row 0 now the receivers: what comes in stands first
    sums = [strength.new_zeros(size).index_add(0, end, weight) for weight in (ones, strength) for end in ends]
    return torch.stack(sums, dim=1)


def mean_of_senders(nodes: Tensor, edges: Tensor, strength: Tensor) -> Tensor:
    """Compute the mean of what writes to each node, the strong edges counting more.

    -> (N, F), 0 where nothing arrives.

    nodes (N, F)   edges (2, E)   strength (E), above 0
    """
    total = strength.new_zeros(len(nodes)).index_add(0, edges[1], strength)
    total = torch.where(total == 0, torch.ones_like(total), total)  # nobody: 0 / 1
    return weighted_sum(nodes, edges, strength) / total[:, None]


def both_ways(nodes: Tensor, edges: Tensor, strength: Tensor) -> Tensor:
    """Own features, those of whoever sends to me, and those of whomever I send to, side by side.

    nodes (N, F)   edges (2, E)   strength (E), above 0; it weighs the two means
    -> (N, 3F), 0 where there is nobody
    Source: two directions with a mean each, as in Rossi et al. 2023 (arXiv:2305.10498), section 4.
    """
    senders = mean_of_senders(nodes, edges, strength)
    receivers = mean_of_senders(nodes, edges.flip(0), strength)  # every edge turned round
    return torch.cat([nodes, senders, receivers], dim=1)
