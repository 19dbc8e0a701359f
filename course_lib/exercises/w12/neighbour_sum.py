"""Gather, message, scatter: the sum over neighbours."""

from typing import Any

import torch
from torch import Tensor

from course_lib.exercises.author import *
from course_lib.exercises.w12.drawing import LIBRARY, draw_edges
from course_lib.exercises.w12.symmetry import edge_order, renaming, silence
from course_lib.layers import messages


def exchanged(nodes: Tensor, edges: Tensor) -> Tensor:
    return torch.zeros_like(nodes).index_add(0, edges[0], nodes[edges[1]])


def to_itself(nodes: Tensor, edges: Tensor) -> Tensor:
    return torch.zeros_like(nodes).index_add(0, edges[1], nodes[edges[1]])


def back_to_sender(nodes: Tensor, edges: Tensor) -> Tensor:
    return torch.zeros_like(nodes).index_add(0, edges[0], nodes[edges[0]])


def overwritten(nodes: Tensor, edges: Tensor) -> Tensor:
    result = torch.zeros_like(nodes)
    for sender, receiver in edges.T.tolist():
        result[receiver] = nodes[sender]
    return result


def itself_too(nodes: Tensor, edges: Tensor) -> Tensor:
    return nodes.index_add(0, edges[1], nodes[edges[0]])


def the_mean(nodes: Tensor, edges: Tensor) -> Tensor:
    return messages.scatter_mean(nodes[edges[0]], edges[1], len(nodes))


def both_directions(nodes: Tensor, edges: Tensor) -> Tensor:
    return messages.neighbour_sum(nodes, torch.cat([edges, edges.flip(0)], 1))


def each_pair_once(nodes: Tensor, edges: Tensor) -> Tensor:
    return messages.neighbour_sum(nodes, edges.unique(dim=1))


@law("twice the features, twice the sums")
def linear(call: Call) -> Broken | None:
    """A sum is linear in what is summed."""
    twice = call.again(nodes=2 * call.inputs["nodes"])
    if same(twice, 2 * call.yours, 1e-3):
        return None
    return Broken("With every feature doubled, your result is not doubled.", twice, 2 * call.yours)


@exercise("w12.neighbour_sum", title="Gather, message, scatter", section="12.1", points=3, minutes=8, difficulty=2,
          importance=5, forbid=(*LIBRARY, "course_lib.layers.messages.scatter_sum",
                                "course_lib.layers.messages.weighted_sum"))  # fmt: skip
class NeighbourSum:
    """Every node receives the sum of the features of those that write to it."""

    reference = messages.neighbour_sum

    def inputs(self, draw: Draw) -> dict[str, Any]:
        size, width = draw.size(5, 11), draw.size(2, 3)
        return {"nodes": draw.normal(size, width), "edges": draw_edges(draw, size, draw.size(5, 19))}

    laws = [silence, renaming, edge_order, linear, equals_reference]
    mistakes = {
        "sender and receiver exchanged": mistake(
            exchanged, "In your sum the messages run against the edges. Which row of `edges` says who receives?"
        ),
        "everybody hears only itself": mistake(
            to_itself,
            "Each node receives its own features, once for every edge. At which end should you look them up?",
        ),
        "the message goes back to its sender": mistake(
            back_to_sender, "You look features up at the sender and add them there, too. Who is waiting for them?"
        ),
        "the last message wins": mistake(
            overwritten,
            "Which value does a cell keep when you assign to it twice in one statement? Look for a call that adds.",
            "Where several messages arrive at one node, your result keeps a single one.",
        ),
        "its own features are in the sum": mistake(
            itself_too, "A node that nobody writes to should get zeros. What do your sums start from?"
        ),
        "a mean instead of a sum": mistake(
            the_mean, "Your result does not grow when more neighbours say the same. What divides it?"
        ),
        "messages run both ways": mistake(
            both_directions, "An edge from 2 to 0 brings something to node 0. Should node 2 get anything for it?"
        ),
        "a repeated edge counts once": mistake(
            each_pair_once, "One edge is listed twice, and so its message arrives twice. Where does one get lost?"
        ),
    }
    hints = [
        "Two questions to every edge: whose features travel, and where are they added up?",
        "nodes[edges[0]] is a table (E, F): one message for every edge. That is the gather.",
        "torch.zeros_like(nodes) is a place for the sums; its index_add(0, receivers, messages) adds row by row.",
    ]
