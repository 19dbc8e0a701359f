"""Homework, question 2: listening to both sides of a directed graph."""

from typing import Any

import torch
from torch import Tensor

from course_lib.exercises.author import *
from course_lib.exercises.w12.drawing import LIBRARY, draw_edges
from course_lib.exercises.w12.symmetry import edge_order, renaming
from course_lib.layers import directed
from course_lib.layers.messages import scatter_mean, weighted_sum


def parts(nodes: Tensor, edges: Tensor, strength: Tensor) -> tuple[Tensor, ...]:
    return directed.both_ways(nodes, edges, strength).chunk(3, 1)


def exchanged(nodes: Tensor, edges: Tensor, strength: Tensor) -> Tensor:
    return directed.both_ways(nodes, edges.flip(0), strength)


def one_way_twice(nodes: Tensor, edges: Tensor, strength: Tensor) -> Tensor:
    own, senders, _ = parts(nodes, edges, strength)
    return torch.cat([own, senders, senders], 1)


def not_divided(nodes: Tensor, edges: Tensor, strength: Tensor) -> Tensor:
    sums = [weighted_sum(nodes, way, strength) for way in (edges, edges.flip(0))]
    return torch.cat([nodes, *sums], 1)


def all_edges_alike(nodes: Tensor, edges: Tensor, strength: Tensor) -> Tensor:
    means = [scatter_mean(nodes[way[0]], way[1], len(nodes)) for way in (edges, edges.flip(0))]
    return torch.cat([nodes, *means], 1)


def divided_by_count(nodes: Tensor, edges: Tensor, strength: Tensor) -> Tensor:
    means = [scatter_mean(strength[:, None] * nodes[way[0]], way[1], len(nodes)) for way in (edges, edges.flip(0))]
    return torch.cat([nodes, *means], 1)


def nobody_divides_by_zero(nodes: Tensor, edges: Tensor, strength: Tensor) -> Tensor:
    totals = [torch.zeros(len(nodes)).index_add(0, edges[end], strength)[:, None] for end in (1, 0)]
    sums = [weighted_sum(nodes, way, strength) for way in (edges, edges.flip(0))]
    return torch.cat([nodes, *(a / b for a, b in zip(sums, totals, strict=True))], 1)


def mean_over_both(nodes: Tensor, edges: Tensor, strength: Tensor) -> Tensor:
    mixed = directed.mean_of_senders(nodes, torch.cat([edges, edges.flip(0)], 1), strength.repeat(2))
    return torch.cat([nodes, mixed, mixed], 1)


@law("own features come first, unchanged")
def own_first(call: Call) -> Broken | None:
    """The first F columns are the nodes."""
    nodes = call.inputs["nodes"]
    mine = call.yours[:, : nodes.shape[1]]
    return None if same(mine, nodes) else Broken("Your first columns are not the nodes' own features.", mine, nodes)


@law("strengthening every edge alike changes nothing")
def relative_strength(call: Call) -> Broken | None:
    """A weighted mean knows shares, not units."""
    result = call.again(strength=3 * call.inputs["strength"])
    if same(result, call.yours, 1e-3):
        return None
    return Broken("With every strength multiplied by 3, your means change.", result, call.yours)


@law("the mean of ones is 1, and that of nobody is 0")
def means_of_ones(call: Call) -> Broken | None:
    """A mean of equal things is that thing."""
    nodes, edges = call.inputs["nodes"], call.inputs["edges"]
    result = call.again(nodes=torch.ones_like(nodes))
    somebody = [torch.bincount(edges[end], minlength=len(nodes)).clamp(max=1).float()[:, None] for end in (1, 0)]
    expected = torch.cat([part.expand_as(nodes) for part in (torch.ones(len(nodes), 1), *somebody)], 1)
    if same(result, expected, 1e-3):
        return None
    return Broken("With 1 in all features, a mean is 1 where there is somebody and 0 elsewhere.", result, expected)


@law("turning every edge round exchanges the two means")
def turned(call: Call) -> Broken | None:
    """Who sent is now who receives."""
    own, first, second = call.yours.chunk(3, 1)
    result, expected = call.again(edges=call.inputs["edges"].flip(0)), torch.cat([own, second, first], 1)
    if same(result, expected, 1e-3):
        return None
    return Broken("With every edge turned round, the two means should change places.", result, expected)


@exercise("w12.both_ways", title="Messages both ways", notebook="homework", section="2", points=5, minutes=12,
          difficulty=3, importance=4, forbid=(*LIBRARY, "course_lib.layers.directed.mean_of_senders"))  # fmt: skip
class BothWays:
    """Own features, the weighted mean of who sends to me, and of whom I send to."""

    reference = directed.both_ways

    def inputs(self, draw: Draw) -> dict[str, Any]:
        size, width = draw.size(5, 11), draw.size(1, 3)
        edges = draw_edges(draw, size, draw.size(5, 23))
        strength = draw.integers(2, 30, edges.shape[1]).float()
        return {"nodes": draw.normal(size, width), "edges": edges, "strength": strength}

    laws = [own_first, relative_strength, means_of_ones, turned, renaming, edge_order, equals_reference]
    mistakes = {
        "the two directions exchanged": mistake(
            exchanged, "Your second part is about those a node writes to. Who writes to whom in row 0 and row 1?"
        ),
        "one direction twice": mistake(
            one_way_twice, "Your last two parts are the same. Which end have you not asked yet?"
        ),
        "sums instead of means": mistake(
            not_divided, "A node with many strong edges gets large numbers. What do the weights of a mean add up to?"
        ),
        "all edges count alike": mistake(
            all_edges_alike, "A connection of 29 counts as much as one of 2. Where does `strength` come into it?"
        ),
        "divided by the number of edges": mistake(
            divided_by_count, "With all strengths doubled your means double. What should you divide by instead?"
        ),
        "nobody divides by zero": mistake(
            nobody_divides_by_zero, "Where nobody sends, your mean became 0 / 0. What should stand there?"
        ),
        "both directions in one mean": mistake(
            mean_over_both, "Your two means mix those who send and those who receive. They are two questions."
        ),
    }
    hints = [
        "A weighted mean is a sum of strength times feature, divided by a sum of strengths. Both sums go to one node.",
        "Write it for those who send to me; edges.flip(0) turns every edge round and gives the other direction.",
        "Where the sum of strengths is 0 the other sum is 0, too: divide by 1 there.",
    ]
