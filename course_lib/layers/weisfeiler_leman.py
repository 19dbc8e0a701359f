"""Colour refinement (the Weisfeiler-Leman test): how far message passing can tell nodes apart from equal features.

Sizes   N nodes   E edges
"""

import torch
from torch import Tensor

from course_lib.former_names import former
from course_lib.layers.batching import join_graphs


def weisfeiler_leman(edges: Tensor, size: int, rounds: int) -> Tensor:
    """Refine colours: two nodes keep the same one only while they hear the same colours equally often.

    edges (2, E)   size, the number of nodes   rounds, how often the colours are refined
    -> (N), whole numbers from 0; only which nodes share one has a meaning. After 0 rounds all are equal.
    Compare two graphs by colouring them as one (`tell_apart`): the numbers of two calls have nothing in common.
    Source: Weisfeiler & Leman 1968; section 2 of Xu et al. 2019 (arXiv:1810.00826).
    """
    colour = [0] * size
    for _ in range(rounds):
        heard: list[list[int]] = [[] for _ in range(size)]
        for sender, receiver in edges.T.tolist():
            heard[receiver].append(colour[sender])
        signatures = [(own, *sorted(others)) for own, others in zip(colour, heard, strict=True)]
        names = {signature: name for name, signature in enumerate(sorted(set(signatures)))}
        colour = [names[signature] for signature in signatures]
    return torch.tensor(colour, dtype=torch.long)


def tell_apart(edges: tuple[Tensor, Tensor], sizes: tuple[int, int], rounds: int) -> bool:
    """Do two graphs end with different colours? False means that no message passing from equal features can.

    edges, the edges (2, E) of each graph   sizes, their numbers of nodes
    """
    joined, owner = join_graphs(sizes, edges)
    colour = weisfeiler_leman(joined, sum(sizes), rounds)
    first, second = (sorted(colour[owner == graph].tolist()) for graph in (0, 1))
    return first != second


__getattr__ = former(__name__, {"colours": "weisfeiler_leman"})
