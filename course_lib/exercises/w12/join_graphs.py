"""Many graphs as one, without padding."""

from collections.abc import Callable
from itertools import accumulate
from typing import Any

import torch
from torch import Tensor

from course_lib.exercises.author import *
from course_lib.exercises.w12.drawing import LIBRARY, draw_edges
from course_lib.layers import batching

Joined = tuple[Tensor, Tensor]
Edges = list[Tensor]


def moved_by(offsets: Callable[[list[int], Edges], list[int]]) -> Callable[[list[int], Edges], Joined]:
    """Joining with other offsets."""

    def join(sizes: list[int], edges: Edges) -> Joined:
        moved = [each + offset for each, offset in zip(edges, offsets(sizes, edges), strict=True)]
        return torch.cat(moved, 1), batching.join_graphs(sizes, edges)[1]

    return join


def highest(edges: Tensor) -> int:
    return int(edges.max()) + 1 if edges.numel() else 0


not_moved = moved_by(lambda sizes, edges: [0] * len(sizes))


moved_by_edges = moved_by(lambda sizes, edges: list(accumulate((e.shape[1] for e in edges[:-1]), initial=0)))


moved_by_place = moved_by(lambda sizes, edges: list(range(len(sizes))))


moved_by_itself = moved_by(lambda sizes, edges: list(accumulate(sizes)))


moved_by_the_last_one = moved_by(lambda sizes, edges: [0, *sizes[:-1]])


isolated_forgotten = moved_by(lambda sizes, edges: list(accumulate((highest(e) for e in edges[:-1]), initial=0)))


def senders_alone(sizes: list[int], edges: Edges) -> Joined:
    joined, owner = batching.join_graphs(sizes, edges)
    return torch.stack([joined[0], torch.cat(edges, 1)[1]]), owner


def owner_of_edges(sizes: list[int], edges: Edges) -> Joined:
    counts = torch.tensor([each.shape[1] for each in edges])
    return batching.join_graphs(sizes, edges)[0], torch.arange(len(edges)).repeat_interleave(counts)


@law("every node has an owner")
def owners_count_nodes(call: Call) -> Broken | None:
    """Graph g owns as many nodes as it has."""
    owner, sizes = call.yours[1], call.inputs["sizes"]
    for graph, size in enumerate(sizes):
        if (have := int((owner == graph).sum())) != size:
            return Broken(f"Graph {graph} has {size} nodes; in your owner it has {have}.", owner, call.expected[1])
    return None


@law("no edge leads from one graph to another")
def nothing_leaks(call: Call) -> Broken | None:
    """Both ends of an edge have the same owner, and they exist."""
    edges, total = call.yours[0], sum(call.inputs["sizes"])
    owner = torch.arange(len(call.inputs["sizes"])).repeat_interleave(torch.tensor(call.inputs["sizes"]))
    for sender, receiver in edges.T.tolist():
        if not (0 <= sender < total and 0 <= receiver < total):
            words = f"An edge leads from node {sender} to node {receiver}; there are only nodes 0 to {total - 1}."
            return Broken(words, edges, call.expected[0])
        if owner[sender] != owner[receiver]:
            ends = f"node {sender} of graph {owner[sender]} to node {receiver} of graph {owner[receiver]}"
            words = f"An edge leads from {ends}."
            return Broken(words, edges, call.expected[0])
    return None


@law("one graph alone stays as it is")
def alone(call: Call) -> Broken | None:
    """Joining a single graph changes nothing."""
    for size, edges in zip(call.inputs["sizes"], call.inputs["edges"], strict=True):
        result = call.again(sizes=[size], edges=[edges])
        expected = (edges, torch.zeros(size, dtype=torch.long))
        if not same(result, expected):
            return Broken("You were given a single graph, and it comes back changed.", result, expected)
    return None


@exercise("w12.join_graphs", title="A batch without padding", section="12.5", points=3, minutes=8, difficulty=2,
          importance=4, forbid=LIBRARY)  # fmt: skip
class JoinGraphs:
    """Make one large graph of many: number the nodes through, and remember whose they are."""

    reference = batching.join_graphs
    returns = ("edges", "owner")

    def inputs(self, draw: Draw) -> dict[str, Any]:
        none = torch.zeros(2, 0, dtype=torch.long)
        if draw.tiny:
            pairs = [[[0, 1], [1, 0]], [[1, 0, 1], [0, 1, 0]]]  # the last node of the first graph is isolated
            return {"sizes": [3, 1, 2], "edges": [torch.tensor(pairs[0]), none, torch.tensor(pairs[1])]}
        sizes = [draw.integer(5, 9) for _ in range(4)]
        edges = [draw_edges(draw, size, size + draw.integer(1, 5)) for size in sizes]
        place = draw.integer(1, 4)
        return {"sizes": [*sizes[:place], 2, *sizes[place:]], "edges": [*edges[:place], none, *edges[place:]]}

    laws = [owners_count_nodes, nothing_leaks, alone, equals_reference]
    mistakes = {
        "nobody is moved": mistake(
            not_moved,
            "The edges of all your graphs lie among the first few nodes. What is node 0 of the second graph now?",
        ),
        "moved by the number of edges": mistake(
            moved_by_edges, "What stands in front of a graph's nodes: the edges of the earlier graphs, or their nodes?"
        ),
        "moved by the number of the graph": mistake(
            moved_by_place,
            "The second graph moves by 1, whatever the first one's size. How many nodes stand before it?",
        ),
        "moved by its own nodes, too": mistake(
            moved_by_itself, "Even your first graph moves. How many nodes stand before it?"
        ),
        "moved by the graph before it alone": mistake(
            moved_by_the_last_one, "The third graph stands behind two others. Whose nodes do you count?"
        ),
        "nodes without edges are not counted": mistake(
            isolated_forgotten,
            "A node that no edge names is a node all the same. Where can you read how many there are?",
        ),
        "only the senders move": mistake(
            senders_alone, "Your edges start in the right graph and end in the first one. Which row did not move?"
        ),
        "an owner for every edge": mistake(
            owner_of_edges, "Your owner has one entry an edge. Who is to be added up in a readout, edges or nodes?"
        ),
    }
    hints = [
        "How many nodes stand before graph g? All those of the graphs before it.",
        "A running total that starts at 0 gives each graph its offset; add the offset to both rows of its edges.",
        "torch.arange(graphs).repeat_interleave(torch.tensor(sizes)) says each number as often as the graph has nodes.",
    ]
