"""A softmax over each neighbourhood."""

from typing import Any

import torch
from torch import Tensor

from course_lib.exercises.author import *
from course_lib.exercises.w12.drawing import LIBRARY, draw_edges
from course_lib.layers import graph_attention, messages


def sums_at(parts: Tensor, receivers: Tensor, size: int) -> Tensor:
    return messages.scatter_sum(parts, receivers, size)[receivers]


def over_all_edges(scores: Tensor, receivers: Tensor, size: int) -> Tensor:
    return scores.softmax(0)


def over_the_heads(scores: Tensor, receivers: Tensor, size: int) -> Tensor:
    return scores.softmax(1)


def no_exponential(scores: Tensor, receivers: Tensor, size: int) -> Tensor:
    return scores / sums_at(scores, receivers, size)


def not_divided(scores: Tensor, receivers: Tensor, size: int) -> Tensor:
    return scores.exp()


def nothing_taken_off(scores: Tensor, receivers: Tensor, size: int) -> Tensor:
    return scores.exp() / sums_at(scores.exp(), receivers, size)


def one_maximum_for_all(scores: Tensor, receivers: Tensor, size: int) -> Tensor:
    return nothing_taken_off(scores - scores.max(), receivers, size)


def everybody_alike(scores: Tensor, receivers: Tensor, size: int) -> Tensor:
    return 1 / sums_at(torch.ones_like(scores), receivers, size)


def heads_together(scores: Tensor, receivers: Tensor, size: int) -> Tensor:
    top = scores.new_full((size,), -torch.inf).scatter_reduce(0, receivers, scores.amax(1), "amax")
    parts = (scores - top[receivers, None]).exp()
    return parts / sums_at(parts, receivers, size).sum(1, keepdim=True)


@law("the weights that arrive at one node sum to 1")
def arrivals_sum_to_one(call: Call) -> Broken | None:
    """In every head, for every node that somebody writes to."""
    receivers, size = call.inputs["receivers"], call.inputs["size"]
    sums = messages.scatter_sum(call.yours.double(), receivers, size)
    heard = torch.bincount(receivers, minlength=size) > 0
    off = ((sums - 1).abs() > 1e-4) & heard[:, None]
    if not bool(off.any()):
        return None
    node, head = (int(i) for i in off.nonzero()[0])
    at = int((receivers == node).nonzero()[0])
    return Broken(
        f"In head {head}, the weights that arrive at node {node} sum to {number(float(sums[node, head]))}.",
        call.yours,
        call.expected,
        (at, head),
    )


@law("adding the same to every score of one neighbourhood changes nothing")
def only_differences_count(call: Call) -> Broken | None:
    """Also where the exponential of a score is too large or too small for a float."""
    scores, receivers = call.inputs["scores"], call.inputs["receivers"]
    shift = 150.0 * (2 * (torch.arange(call.inputs["size"]) % 2) - 1)
    result = call.again(scores=scores + shift[receivers, None])
    if bool(result.isnan().any()):
        return Broken(
            "With scores around 150 in one neighbourhood and -150 in the next your result is nan: exp(150) is too "
            "large for a 32-bit number, and exp(-150) is 0.",
            result,
            call.yours,
        )
    if same(result, call.yours, 1e-3):
        return None
    return Broken("With the same number added to every score that arrives at a node, its weights change.", result)


@law("the order of the edges does not matter")
def edge_order(call: Call) -> Broken | None:
    """Each weight stays with its edge."""
    order = call.draw.permutation(len(call.yours))
    moved = call.again(scores=call.inputs["scores"][order], receivers=call.inputs["receivers"][order])
    if same(moved, call.yours[order], 1e-3):
        return None
    return Broken("With the edges listed in another order, your weights do not move along.", moved, call.yours[order])


@exercise("w12.neighbour_softmax", title="A softmax over each neighbourhood", section="12.3", points=4, minutes=12,
          difficulty=3, importance=4, forbid=LIBRARY)  # fmt: skip
class NeighbourSoftmax:
    """Weights that sum to 1 over the edges that arrive at one node, in each head alone."""

    reference = graph_attention.neighbour_softmax

    def inputs(self, draw: Draw) -> dict[str, Any]:
        size = draw.size(5, 11)
        receivers = draw_edges(draw, size, draw.size(6, 19))[1]
        scores = draw.normal(len(receivers), draw.size(2, 3))
        loud, faint = receivers.unique()[[0, -1]].tolist()  # one neighbourhood with huge scores, and one far below 0
        scores = scores + 200.0 * ((receivers == loud).float() - (receivers == faint).float())[:, None]
        return {"scores": scores, "receivers": receivers, "size": size}

    laws = [arrivals_sum_to_one, only_differences_count, edge_order, equals_reference]
    mistakes = {
        "one softmax over all edges": mistake(
            over_all_edges, "All your weights together sum to 1. How many units of attention does each node share out?"
        ),
        "softmax over the heads": mistake(
            over_the_heads, "Each row of your result sums to 1. Do the heads compete, or the edges?"
        ),
        "scores divided by their sum, without the exponential": mistake(
            no_exponential, "A score may be below zero. What happens to its weight?"
        ),
        "exponentials that are not divided by their sum": mistake(
            not_divided, "Your weights are positive. What do those that arrive at one node add up to?"
        ),
        "the largest score is not taken off": mistake(
            nothing_taken_off,
            "What is exp(200) as a 32-bit number? Adding the same to a whole neighbourhood changes no weight, so what "
            "could you take off first?",
        ),
        "one largest score for all neighbourhoods": mistake(
            one_maximum_for_all,
            "In a quiet neighbourhood every exponential is now 0, and so is their sum. Whose maximum is the right one?",
        ),
        "everybody alike": mistake(everybody_alike, "Your weights are 1 / d_i. Where do the scores come into it?"),
        "the heads share one unit": mistake(
            heads_together, "Over all heads together your weights sum to 1. Should one head take weight from another?"
        ),
    }
    hints = [
        "It is the softmax you know, with the sum taken by receiver: an exponential, a sum for each node, a division.",
        "The sums are (N, H). sums[receivers] brings the right one back to every edge: (E, H).",
        "For the largest of each neighbourhood: a table (N, H) and scatter_reduce with 'amax', or a loop over the "
        "nodes. Take table[receivers] off the scores before the exponential.",
    ]
