"""Laws of every graph layer: names and order mean nothing, and where nothing arrives stands nothing."""

import torch
from torch import Tensor

from course_lib.exercises.author import *


def size_of(call: Call) -> int:
    """How many nodes the graph of this trial has."""
    nodes = call.inputs.get("nodes")
    return len(nodes) if isinstance(nodes, Tensor) else int(call.inputs["size"])


@law("renaming the nodes renames the result")
def renaming(call: Call) -> Broken | None:
    """Permutation equivariance: the numbers that nodes go by are an accident."""
    order = call.draw.permutation(size_of(call))  # node order[n] is now called n
    changed = {"edges": order.argsort()[call.inputs["edges"]]}
    if "nodes" in call.inputs:
        changed["nodes"] = call.inputs["nodes"][order]
    moved = call.again(**changed)
    if same(moved, call.yours[order], 1e-3):
        return None
    return Broken(
        "The nodes are given other numbers, and it is the same graph, yet your result is not merely renumbered. Below: "
        "yours for the renumbered graph, beside your first result, renumbered.",
        moved,
        call.yours[order],
    )


@law("the order of the edges does not matter")
def edge_order(call: Call) -> Broken | None:
    """The columns of `edges` are a set in which an edge may occur twice."""
    edges = call.inputs["edges"]
    order = call.draw.permutation(edges.shape[1])
    per_edge = {name: call.inputs[name][order] for name in ("edge_features", "strength") if name in call.inputs}
    moved = call.again(edges=edges[:, order], **per_edge)
    if same(moved, call.yours, 1e-3):
        return None
    return Broken(
        "The edges are listed in another order, and it is the same graph, yet your result changes. Below: the two.",
        moved,
        call.yours,
    )


@law("where nothing arrives stand zeros")
def silence(call: Call) -> Broken | None:
    """A node that nobody writes to has the empty sum."""
    arrivals = torch.bincount(call.inputs["edges"][1], minlength=size_of(call))
    loud = (call.yours != 0) & (arrivals == 0)[:, None]
    if not bool(loud.any()):
        return None
    place = tuple(int(i) for i in loud.nonzero()[0])
    return Broken(
        f"Nobody writes to node {place[0]}: it is not in row 1 of `edges`. Yet your result has "
        f"{number(float(call.yours[place]))} there.",
        call.yours,
        call.expected,
        place,
    )
