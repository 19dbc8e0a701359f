"""Colour refinement: what message passing can and cannot tell apart."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from course_lib.exercises.author import *
from course_lib.exercises.w12.drawing import LIBRARY
from course_lib.layers import weisfeiler_leman as colours


def canonical(ids: Any) -> Any:
    """Colours numbered in the order of their first appearance; anything else is handed back as it is."""
    if not isinstance(ids, Tensor) or ids.dim() != 1 or ids.dtype != torch.long:
        return ids
    names: dict[int, int] = {}
    return torch.tensor([names.setdefault(colour, len(names)) for colour in ids.tolist()], dtype=torch.long)


def refine(
    edges: Tensor,
    size: int,
    rounds: int,
    summary: Callable[[list[int]], list[int]] = sorted,
    at_once: bool = True,
) -> Tensor:
    """Colour refinement that sums up the colours heard in another way, or changes colours while they are read."""
    colour = [0] * size
    for _ in range(rounds):
        old = list(colour) if at_once else colour
        for node in range(size):
            heard = [old[sender] for sender, receiver in edges.T.tolist() if receiver == node]
            colour[node] = hash((old[node], *summary(heard)))
    return torch.tensor(colour)


TWO_CHAINS = [(0, 1), (2, 1), (1, 3)]  # 1 hears two silent nodes, 3 hears one that is heard: two different twos
SOURCES = [(0, 2), (1, 3), (0, 4), (1, 4), (0, 5), (1, 5)]  # 0 and 1 hear nobody, 2 and 3 one, 4 and 5 two
EVERY_TWO = [
    *SOURCES,
    *((a, t) for t, two in enumerate([(0, 1), (2, 4), (2, 3), (0, 4), (4, 5), (0, 2)], 6) for a in two),
]
"""Six nodes that hear two others each: whatever the numbers of three colours are, a + a is b + c for one of them."""


def kinds_without_counts(edges: Tensor, size: int, rounds: int) -> Tensor:
    return refine(edges, size, rounds, summary=lambda heard: sorted(set(heard)))


def sum_of_numbers(edges: Tensor, size: int, rounds: int) -> Tensor:
    colour = torch.ones(size, dtype=torch.long)
    for _ in range(rounds):
        colour = colour.index_add(0, edges[1], colour[edges[0]])
    return colour


def only_the_first_round(edges: Tensor, size: int, rounds: int) -> Tensor:
    return torch.bincount(edges[1], minlength=size)


def listens_backwards(edges: Tensor, size: int, rounds: int) -> Tensor:
    return colours.weisfeiler_leman(edges.flip(0), size, rounds)


def listens_both_ways(edges: Tensor, size: int, rounds: int) -> Tensor:
    return colours.weisfeiler_leman(torch.cat([edges, edges.flip(0)], 1), size, rounds)


def a_round_short(edges: Tensor, size: int, rounds: int) -> Tensor:
    return colours.weisfeiler_leman(edges, size, max(rounds - 1, 0))


def a_round_more(edges: Tensor, size: int, rounds: int) -> Tensor:
    return colours.weisfeiler_leman(edges, size, rounds + 1)


def changed_while_read(edges: Tensor, size: int, rounds: int) -> Tensor:
    return refine(edges, size, rounds, at_once=False)


def own_number_to_start(edges: Tensor, size: int, rounds: int) -> Tensor:
    return torch.arange(size)


@law("after every number of rounds from 0 to 3 the same nodes share a colour")
def every_round(call: Call) -> Broken | None:
    """Also after none, when all are alike."""
    edges, size = call.inputs["edges"], call.inputs["size"]
    for rounds in range(4):
        mine, wanted = call.again(rounds=rounds), canonical(colours.weisfeiler_leman(edges, size, rounds))
        if not same(mine, wanted):
            return Broken(
                f"After {rounds} round{'s' * (rounds != 1)} other nodes share a colour than should.", mine, wanted
            )
    return None


@law("one more round never joins what was apart")
def only_refines(call: Call) -> Broken | None:
    """Two nodes that differ go on differing."""
    later = call.again(rounds=call.inputs["rounds"] + 1)
    apart = call.yours[:, None] != call.yours
    joined = (apart & (later[:, None] == later)).nonzero()
    if not len(joined):
        return None
    a, b = joined[0].tolist()
    words = f"Nodes {a} and {b} had different colours, and one round later they share one. Below: after, and before."
    return Broken(words, later, call.yours)


@law("renaming the nodes renames the colours")
def renaming(call: Call) -> Broken | None:
    """Who shares a colour with whom does not depend on the numbers that nodes go by."""
    order = call.draw.permutation(call.inputs["size"])
    moved = call.again(edges=order.argsort()[call.inputs["edges"]])
    expected = canonical(call.yours[order])
    if same(moved, expected):
        return None
    return Broken("The nodes are given other numbers, and now others share a colour.", moved, expected)


@exercise("w12.colours", function="weisfeiler_leman", title="Colour refinement",
          section="12.7", points=4, minutes=15, difficulty=4, importance=4,
          forbid=LIBRARY)  # fmt: skip
class Colours:
    """Refine colours: nodes keep the same one while they hear the same colours equally often."""

    reference = colours.weisfeiler_leman

    def use(self, candidate: Callable[..., Any], edges: Tensor, size: int, rounds: int) -> Any:
        """Which numbers stand for the colours is free: they are renumbered before anything is compared."""
        return canonical(candidate(edges, size, rounds))

    def inputs(self, draw: Draw) -> dict[str, Any]:
        """Small graphs side by side, each of which gives one of the mistakes away, under shuffled names.

        In the large one an edge is listed twice, and a chain goes on refining after the last round.
        """
        rounds = draw.size(2, draw.integer(3, 5))
        pieces = (
            [TWO_CHAINS] if draw.tiny else [EVERY_TWO, [*TWO_CHAINS, (1, 3)], [(n, n + 1) for n in range(rounds + 1)]]
        )
        pairs, size = [], 0
        for piece in pieces:
            pairs += [(a + size, b + size) for a, b in piece]
            size += max(max(pair) for pair in piece) + 1
        names = draw.permutation(size)
        edges = names[torch.tensor(pairs).T]
        while not draw.tiny and same(canonical(changed_while_read(edges, size + 1, rounds)),
                                     canonical(colours.weisfeiler_leman(edges, size + 1, rounds))):  # fmt: skip
            edges = draw.permutation(size)[edges]
        return {"edges": edges, "size": size + 1, "rounds": rounds}  # the last node is isolated

    laws = [every_round, only_refines, renaming, equals_reference]
    mistakes = {
        "which colours, but not how often": mistake(
            kinds_without_counts, "To hear one colour twice is not to hear it once. What does a set forget?"
        ),
        "the sum of the colour numbers": mistake(
            sum_of_numbers,
            "Different colours can add up to the same number: 2 + 3 is 3 + 1 + 1. What keeps every colour apart?",
        ),
        "only how many arrive": mistake(
            only_the_first_round, "That is the first round. What do the second and the third one add?"
        ),
        "colours travel against the edges": mistake(
            listens_backwards, "Your nodes hear those they write to. Which row of `edges` says who listens?"
        ),
        "colours travel both ways": mistake(
            listens_both_ways, "An edge that is stored once is heard at one end. Which?"
        ),
        "one round short": mistake(a_round_short, "How often does your loop run when `rounds` is 1?"),
        "one round too many": mistake(a_round_more, "After 0 rounds all nodes should be alike. Are yours?"),
        "colours change while they are read": mistake(
            changed_while_read,
            "Some nodes already hear the new colour of others. When may the new colours replace the old?",
        ),
        "every node begins with a colour of its own": mistake(
            own_number_to_start, "All your nodes differ from the start. What do nodes know before the first message?"
        ),
    }
    hints = [
        "In each round a node's signature is its own colour together with the sorted list of the colours it hears.",
        "Sorted, because the order of messages means nothing; a list and not a set, because how often does.",
        "Equal signatures get the same new number: a dictionary from signature to number does it. Begin with zeros.",
    ]
