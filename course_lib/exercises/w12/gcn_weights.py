"""Self-loops and the weights of a graph convolution."""

from typing import Any

import torch
from torch import Tensor

from course_lib.exercises.author import *
from course_lib.exercises.w12.drawing import LIBRARY, draw_edges
from course_lib.exercises.w12.symmetry import size_of
from course_lib.layers import graph_conv

Weighted = tuple[Tensor, Tensor]


def count(ends: Tensor, size: int) -> Tensor:
    return torch.bincount(ends, minlength=size).float()


def loops_forgotten(edges: Tensor, size: int) -> Weighted:
    degree = count(edges[1], size)
    return edges, (degree[edges[0]] * degree[edges[1]]) ** -0.5


def degree_without_loop(edges: Tensor, size: int) -> Weighted:
    looped, degree = graph_conv.with_loops(edges, size), count(edges[1], size)
    return looped, degree[looped[0]] ** -0.5 * degree[looped[1]] ** -0.5


def those_who_leave(edges: Tensor, size: int) -> Weighted:
    edges = graph_conv.with_loops(edges, size)
    degree = count(edges[0], size)
    return edges, (degree[edges[0]] * degree[edges[1]]) ** -0.5


def two_kinds_of_degree(edges: Tensor, size: int) -> Weighted:
    edges = graph_conv.with_loops(edges, size)
    return edges, (count(edges[0], size)[edges[0]] * count(edges[1], size)[edges[1]]) ** -0.5


def no_root(edges: Tensor, size: int) -> Weighted:
    edges, weights = graph_conv.normalised_edges(edges, size)
    return edges, weights**2


def receiver_alone(edges: Tensor, size: int) -> Weighted:
    edges = graph_conv.with_loops(edges, size)
    return edges, 1 / count(edges[1], size)[edges[1]]


def not_inverted(edges: Tensor, size: int) -> Weighted:
    edges, weights = graph_conv.normalised_edges(edges, size)
    return edges, 1 / weights


def loops_first(edges: Tensor, size: int) -> Weighted:
    looped, weights = graph_conv.normalised_edges(edges, size)
    order = torch.arange(looped.shape[1]).roll(size)
    return looped[:, order], weights[order]


@law("the given edges come first, then one self-loop for each node")
def loops_at_the_end(call: Call) -> Broken | None:
    """The edges of the result are the edges of the graph with N more behind them."""
    mine, wanted = call.yours[0], call.expected[0]
    if same(mine, wanted):
        return None
    place = int((mine != wanted).any(0).nonzero()[0])
    have, need = (f"{int(x[0, place])} to {int(x[1, place])}" for x in (mine, wanted))
    return Broken(f"Column {place} of your edges leads from {have}; it should lead from {need}.", mine, wanted)


@law("a node that nobody else writes to keeps its own features whole")
def alone_weighs_one(call: Call) -> Broken | None:
    """Its only arrival is its own loop, so d = 1 and the weight is 1."""
    size = size_of(call)
    quiet = count(call.inputs["edges"][1], size) == 0
    loops = call.yours[1][-size:]
    off = quiet & ((loops - 1).abs() > 1e-4)
    if not bool(off.any()):
        return None
    node = int(off.nonzero()[0])
    return Broken(
        f"Nobody else writes to node {node}, so only its own loop arrives there and d = 1. The weight of that loop is "
        f"1 / sqrt(1 * 1); yours is {number(float(loops[node]))}.",
        loops,
        call.expected[1][-size:],
        (node,),
    )


@law("an edge and its reverse weigh the same, where every edge has one")
def symmetric(call: Call) -> Broken | None:
    """d_i d_j does not say which of the two sends."""
    edges = call.inputs["edges"]
    result = call.again(edges=torch.cat([edges, edges.flip(0)], 1))
    weights, half = result[1], edges.shape[1]
    there, back = weights[:half], weights[half : 2 * half]
    if same(there, back, 1e-3):
        return None
    return Broken("With every edge stored in both directions, your weights there and back differ.", there, back)


@exercise("w12.gcn_weights", title="Weights from degrees", section="12.2", points=3, minutes=10, difficulty=2,
          importance=4, forbid=(*LIBRARY, "course_lib.layers.graph_conv.with_loops"))  # fmt: skip
class GcnWeights:
    """Give every node a self-loop, and every edge the weight 1 / sqrt(d_i d_j)."""

    reference = graph_conv.normalised_edges
    returns = ("edges", "weights")

    def inputs(self, draw: Draw) -> dict[str, Any]:
        size = draw.size(5, 11)
        return {"edges": draw_edges(draw, size, draw.size(6, 23)), "size": size}

    laws = [loops_at_the_end, alone_weighs_one, symmetric, equals_reference]
    mistakes = {
        "no self-loops": mistake(
            loops_forgotten, "After your sum a node has forgotten what it was. Which edges are missing?"
        ),
        "degrees counted before the loops came": mistake(
            degree_without_loop, "For a node that nobody writes to you divide by the root of 0. What is its d?"
        ),
        "degrees count the edges that leave": mistake(
            those_who_leave, "d_i is the number of messages that arrive at i. Which row of `edges` do you count?"
        ),
        "two kinds of degree": mistake(
            two_kinds_of_degree,
            "Both ends of an edge are asked the same question, how much arrives there. What do you ask the sender?",
        ),
        "the root is missing": mistake(no_root, "Your weights are 1 / (d_i d_j). How large is the sum at a node then?"),
        "only the receiver's degree": mistake(
            receiver_alone,
            "A sender with many edges should count for less, too. Which of the two degrees is missing?",
            "Your weights make a plain mean over the neighbours.",
        ),
        "multiplied instead of divided": mistake(
            not_inverted, "Your busy nodes are the loudest. Should the root stand above or below the line?"
        ),
        "the loops stand in front": mistake(
            loops_first, "The right edges with the right weights, in another order. Where should the loops go?"
        ),
    }
    hints = [
        "Three steps: append the self-loops, count what arrives at each node, look the counts up at both ends.",
        "torch.arange(size), stacked on itself, is (2, size): each node to itself. torch.cat with dim=1 appends it.",
        "torch.bincount(receivers, minlength=size) counts; degree[edges[0]] is the degree of every edge's sender.",
    ]
