"""One vector for each graph of a batch."""

from typing import Any

import torch
from torch import Tensor

from course_lib.exercises.author import *
from course_lib.exercises.w12.drawing import LIBRARY
from course_lib.layers import readout


def halves(nodes: Tensor, owner: Tensor, graphs: int) -> tuple[Tensor, Tensor]:
    return readout.mean_nodes(nodes, owner, graphs), readout.sum_nodes(nodes, owner, graphs)


def sum_in_front(nodes: Tensor, owner: Tensor, graphs: int) -> Tensor:
    return torch.cat(halves(nodes, owner, graphs)[::-1], 1)


def mean_twice(nodes: Tensor, owner: Tensor, graphs: int) -> Tensor:
    return torch.cat([halves(nodes, owner, graphs)[0]] * 2, 1)


def sum_twice(nodes: Tensor, owner: Tensor, graphs: int) -> Tensor:
    return torch.cat([halves(nodes, owner, graphs)[1]] * 2, 1)


def one_size_for_all(nodes: Tensor, owner: Tensor, graphs: int) -> Tensor:
    sums = halves(nodes, owner, graphs)[1]
    return torch.cat([sums * graphs / len(nodes), sums], 1)


def everybody_in_every_mean(nodes: Tensor, owner: Tensor, graphs: int) -> Tensor:
    return torch.cat([nodes.mean(0).expand(graphs, -1), nodes.sum(0).expand(graphs, -1)], 1)


def taken_for_sorted(nodes: Tensor, owner: Tensor, graphs: int) -> Tensor:
    return readout.mean_and_sum(nodes, owner.sort().values, graphs)


def empty_graph_divides_by_zero(nodes: Tensor, owner: Tensor, graphs: int) -> Tensor:
    sums = halves(nodes, owner, graphs)[1]
    return torch.cat([sums / torch.bincount(owner, minlength=graphs)[:, None], sums], 1)


def largest_instead(nodes: Tensor, owner: Tensor, graphs: int) -> Tensor:
    mean, _ = halves(nodes, owner, graphs)
    largest = torch.zeros_like(mean).scatter_reduce(
        0, owner[:, None].expand_as(nodes), nodes, "amax", include_self=False
    )
    return torch.cat([mean, largest], 1)


@law("the order of the nodes does not matter")
def node_order(call: Call) -> Broken | None:
    """A readout is invariant: nodes and owners shuffled alike give the same vectors."""
    nodes, owner = call.inputs["nodes"], call.inputs["owner"]
    order = call.draw.permutation(len(nodes))
    moved = call.again(nodes=nodes[order], owner=owner[order])
    if same(moved, call.yours, 1e-3):
        return None
    return Broken(
        "With nodes and owners listed in another order, your result changes. Below: the two.", moved, call.yours
    )


@law("a graph's vector depends on its own nodes alone")
def no_leak(call: Call) -> Broken | None:
    """Changing the nodes of one graph leaves the rows of the others as they were."""
    nodes, owner = call.inputs["nodes"], call.inputs["owner"]
    changed = int(owner[0])
    result = call.again(nodes=torch.where((owner == changed)[:, None], nodes + 3, nodes))
    others = torch.arange(call.inputs["graphs"]) != changed
    if same(result[others], call.yours[others], 1e-3):
        return None
    return Broken(
        f"Only the nodes of graph {changed} were changed, and the vectors of other graphs changed with them.",
        result[others],
        call.yours[others],
    )


@law("every node twice: the mean stays, the sum doubles")
def doubled(call: Call) -> Broken | None:
    """Mean and sum say different things about size."""
    nodes, owner = call.inputs["nodes"], call.inputs["owner"]
    result = call.again(nodes=torch.cat([nodes, nodes]), owner=torch.cat([owner, owner]))
    width = nodes.shape[1]
    expected = torch.cat([call.yours[:, :width], 2 * call.yours[:, width:]], 1)
    if same(result, expected, 1e-3):
        return None
    return Broken(
        f"With every node there twice, the first {width} columns should stay and the others double.", result, expected
    )


@exercise("w12.readout", title="Mean beside sum", section="12.6", points=3, minutes=8, difficulty=2, importance=4,
          forbid=(*LIBRARY, "course_lib.layers.readout.mean_nodes", "course_lib.layers.readout.sum_nodes"))  # fmt: skip
class Readout:
    """One vector for each graph: the mean of its nodes beside their sum."""

    reference = readout.mean_and_sum

    def inputs(self, draw: Draw) -> dict[str, Any]:
        graphs = draw.size(3, 7)
        empty = draw.integer(0, graphs - 1) if draw.flip() else graphs - 1  # often the last, which no owner names
        others = [graph for graph in range(graphs) if graph != empty]
        owner = torch.tensor([others[0], *others, others[-1], others[0], *([] if draw.tiny else others[1:4])])
        while bool((owner.diff() >= 0).all()) or bool((owner.diff() <= 0).all()):  # anything but sorted
            owner = owner[draw.permutation(len(owner))]
        return {"nodes": draw.normal(len(owner), draw.size(2, 3)), "owner": owner, "graphs": graphs}

    laws = [node_order, no_leak, doubled, equals_reference]
    mistakes = {
        "the sum in front": mistake(sum_in_front, "The right numbers in another order. Which half comes first?"),
        "the mean twice": mistake(
            mean_twice, "Both halves say what a node is like. Which one says how many there are?"
        ),
        "the sum twice": mistake(sum_twice, "Both halves grow with the graph. Which one should not?"),
        "the same size for all graphs": mistake(
            one_size_for_all, "You divide every sum by the same number. How many nodes does each graph have?"
        ),
        "all graphs in every vector": mistake(
            everybody_in_every_mean, "All your rows are alike. Where does `owner` come into it?"
        ),
        "owner taken for sorted": mistake(
            taken_for_sorted,
            "You cut the nodes into runs. Look at `owner`: do the nodes of a graph stand next to each other?",
        ),
        "an empty graph divides by zero": mistake(
            empty_graph_divides_by_zero,
            "One graph has no nodes, and its mean became 0 / 0. What could you divide by instead?",
        ),
        "the largest instead of the sum": mistake(
            largest_instead, "Your second half does not grow when a graph has every node twice. What should?"
        ),
    }
    hints = [
        "It is the scatter of the first exercise once more: nodes instead of messages, owners instead of receivers.",
        "torch.bincount(owner, minlength=graphs) says how many nodes each graph has.",
        "clamp(min=1) keeps the division safe: the sum of an empty graph is 0 already.",
    ]
