"""Homework, question 4: whom a cell can have heard of."""

from itertools import pairwise
from typing import Any

import torch
from torch import Tensor

from course_lib.exercises.author import *
from course_lib.exercises.w12.drawing import LIBRARY
from course_lib.layers import receptive_field as reach
from course_lib.layers.messages import neighbour_sum


def downstream(edges: Tensor, size: int, node: int, rounds: int) -> Tensor:
    return reach.receptive_field(edges.flip(0), size, node, rounds)


def both_directions(edges: Tensor, size: int, node: int, rounds: int) -> Tensor:
    return reach.receptive_field(torch.cat([edges, edges.flip(0)], 1), size, node, rounds)


def a_round_short(edges: Tensor, size: int, node: int, rounds: int) -> Tensor:
    return reach.receptive_field(edges, size, node, max(rounds - 1, 0))


def a_round_more(edges: Tensor, size: int, node: int, rounds: int) -> Tensor:
    return reach.receptive_field(edges, size, node, rounds + 1)


def itself_left_out(edges: Tensor, size: int, node: int, rounds: int) -> Tensor:
    field = reach.receptive_field(edges, size, node, rounds)
    field[node] = False
    return field


def exactly_so_far(edges: Tensor, size: int, node: int, rounds: int) -> Tensor:
    inside = torch.zeros(size, dtype=torch.bool)
    inside[node] = True
    for _ in range(rounds):
        senders = edges[0, inside[edges[1]]]
        inside = torch.zeros_like(inside).index_fill(0, senders, True)
    return inside


def first_neighbours_alone(edges: Tensor, size: int, node: int, rounds: int) -> Tensor:
    return reach.receptive_field(edges, size, node, 1)


def in_the_end(edges: Tensor, size: int, node: int, rounds: int) -> Tensor:
    return reach.receptive_field(edges, size, node, size)


@law("it holds exactly those whose features arrive")
def as_messages_do(call: Call) -> Broken | None:
    """Mark every node, send messages, and see which marks the node has in the end."""
    edges, size, node = call.inputs["edges"], call.inputs["size"], call.inputs["node"]
    marks = torch.eye(size)
    for _ in range(call.inputs["rounds"]):
        marks = marks + neighbour_sum(marks, edges)
    wrong = (call.yours != (marks[node] > 0)).nonzero()
    if not len(wrong):
        return None
    other = int(wrong[0])
    arrives = "arrives" if marks[node, other] > 0 else "does not arrive"
    return Broken(
        f"After {call.inputs['rounds']} rounds, what node {other} knew {arrives} at node {node}; your "
        "field says otherwise.",
        call.yours,
        call.expected,
        (other,),
    )


@law("after no round a node knows only itself")
def begins_alone(call: Call) -> Broken | None:
    """rounds=0."""
    field, node = call.again(rounds=0), call.inputs["node"]
    wanted = torch.arange(call.inputs["size"]) == node
    return None if bool((field == wanted).all()) else Broken("With rounds=0 your field is off.", field, wanted)


@law("one more round loses nobody")
def grows(call: Call) -> Broken | None:
    """Who was heard of stays heard of."""
    later = call.again(rounds=call.inputs["rounds"] + 1)
    lost = (call.yours & ~later).nonzero()
    if not len(lost):
        return None
    return Broken(f"Node {int(lost[0])} is inside, and one round later it is not.", later, call.yours)


@exercise("w12.receptive_field", title="The receptive field of a neuron", notebook="homework", section="4", points=4,
          minutes=12, difficulty=3, importance=4, forbid=LIBRARY)  # fmt: skip
class ReceptiveField:
    """Everybody whose features can reach a node in at most that many rounds."""

    reference = reach.receptive_field

    def inputs(self, draw: Draw) -> dict[str, Any]:
        """A chain into the node and a chain out of it, both longer than the rounds, with twigs and a repeated edge."""
        rounds = draw.size(1, draw.integer(2, 4))
        before, after = list(range(1, rounds + 3)), list(range(rounds + 3, 2 * rounds + 5))
        chain = [*reversed(before), 0, *after]  # messages run along it, and node 0 listens
        pairs = list(pairwise(chain))
        size = len(chain)
        if not draw.tiny:
            twigs = [(size, before[0]), (size + 1, before[1]), (size, size + 1), (before[0], size + 2)]
            pairs, size = [*pairs, *twigs, pairs[0]], size + 3
        names = draw.permutation(size)
        edges = names[torch.tensor(pairs).T][:, draw.permutation(len(pairs))]
        return {"edges": edges, "size": size + 1, "node": int(names[0]), "rounds": rounds}  # the last one is isolated

    laws = [begins_alone, grows, as_messages_do, equals_reference]
    mistakes = {
        "those it writes to": mistake(
            downstream,
            "Yours are the nodes that hear of this one. Which row of `edges` tells you who writes to it?",
        ),
        "both directions": mistake(
            both_directions,
            "An edge carries messages from sender to receiver only. Which of your neighbours never write?",
        ),
        "one round short": mistake(a_round_short, "After 1 round a node has heard its neighbours. Has yours?"),
        "one round too many": mistake(a_round_more, "After 0 rounds a node has heard nobody. Has yours?"),
        "itself left out": mistake(
            itself_left_out, "Every round keeps what a node was. Who is in its field from the start?"
        ),
        "exactly that many steps away": mistake(
            exactly_so_far, "Whoever is one step away was heard in the first round. Is it forgotten in the second?"
        ),
        "one round, whatever is asked": mistake(
            first_neighbours_alone, "Your field does not grow with `rounds`. Who is heard through somebody else?"
        ),
        "everybody there is a way from": mistake(
            in_the_end, "A message moves one edge a round. How far can it come in `rounds`?"
        ),
    }
    hints = [
        "Begin with the node alone. In each round, whoever writes to somebody inside comes in.",
        "inside[edges[1]] says of every edge whether its receiver is inside; edges[0] with that mask is who comes in.",
        "Work with a bool tensor (N): set the new ones to True and never set one back to False.",
    ]
