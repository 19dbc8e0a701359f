"""Homework, question 1: what a node's edges say about it before any message is sent."""

from typing import Any

import torch
from torch import Tensor

from course_lib.exercises.author import *
from course_lib.exercises.w12.drawing import LIBRARY, draw_edges
from course_lib.exercises.w12.symmetry import edge_order, renaming
from course_lib.layers import directed

COLUMNS = ("in-degree", "out-degree", "in-strength", "out-strength")


def picked(*columns: int) -> Any:
    """The four columns in another order."""

    def degrees(edges: Tensor, strength: Tensor, size: int) -> Tensor:
        return directed.degrees(edges, strength, size)[:, list(columns)]

    return degrees


in_and_out_exchanged = picked(1, 0, 3, 2)


one_pair_each_way = picked(0, 2, 1, 3)


counts_twice = picked(0, 1, 0, 1)


strengths_twice = picked(2, 3, 2, 3)


def both_ends_together(edges: Tensor, strength: Tensor, size: int) -> Tensor:
    table = directed.degrees(edges, strength, size)
    return (table + table[:, [1, 0, 3, 2]]).contiguous()


def mean_strength(edges: Tensor, strength: Tensor, size: int) -> Tensor:
    table = directed.degrees(edges, strength, size)
    return torch.cat([table[:, :2], table[:, 2:] / table[:, :2].clamp(min=1)], 1)


def as_many_as_edges_name(edges: Tensor, strength: Tensor, size: int) -> Tensor:
    return directed.degrees(edges, strength, int(edges.max()) + 1)


@law("what goes out comes in")
def conserved(call: Call) -> Broken | None:
    """Over all nodes: in-degrees and out-degrees sum to E, both strengths to the sum of all strengths."""
    count, strong = call.inputs["edges"].shape[1], float(call.inputs["strength"].sum())
    for column, (name, wanted) in enumerate(zip(COLUMNS, (count, count, strong, strong), strict=True)):
        if abs((total := float(call.yours[:, column].sum())) - wanted) > 1e-3 * wanted:
            return Broken(
                f"Your column {column} ({name}) sums to {total:.3f} over all nodes; it should be {wanted:.3f}."
            )
    return None


@law("turning every edge round exchanges in and out")
def turned(call: Call) -> Broken | None:
    """What was received is now sent."""
    result, expected = call.again(edges=call.inputs["edges"].flip(0)), call.yours[:, [1, 0, 3, 2]]
    if same(result, expected, 1e-3):
        return None
    return Broken("With every edge turned round, in and out should change places in your result.", result, expected)


@exercise("w12.degrees", title="Degrees and strengths", notebook="homework", section="1", points=3, minutes=8,
          difficulty=2, importance=4, forbid=LIBRARY)  # fmt: skip
class Degrees:
    """How many edges come in and go out, and how strong they are together."""

    reference = directed.degrees

    def inputs(self, draw: Draw) -> dict[str, Any]:
        size = draw.size(5, 11)
        edges = draw_edges(draw, size, draw.size(5, 23))
        return {"edges": edges, "strength": draw.integers(2, 30, edges.shape[1]).float(), "size": size}

    laws = [conserved, turned, renaming, edge_order, equals_reference]
    mistakes = {
        "in and out exchanged": mistake(
            in_and_out_exchanged, "The first row of `edges` sends. Does sending an edge raise the in-degree?"
        ),
        "columns in another order": mistake(
            one_pair_each_way, "The right numbers in other columns: first both counts, then both strengths."
        ),
        "the counts twice": mistake(
            counts_twice, "Your last two columns count edges. Where does `strength` come into it?"
        ),
        "the strengths twice": mistake(
            strengths_twice, "Your first two columns add up strengths. A degree counts edges."
        ),
        "both ends counted together": mistake(
            both_ends_together, "An edge from 2 to 0 goes into node 0 and out of node 2. Yours does both at both ends."
        ),
        "the mean strength": mistake(mean_strength, "Two connections of 10 are a strength of 20. What divides it?"),
        "the last nodes are missing": mistake(
            as_many_as_edges_name,
            "The last node has no edge, and it is there all the same. Where do you get the size from?",
        ),
    }
    hints = [
        "Four sums over the edges: at the receivers and at the senders, of ones and of strengths.",
        "torch.zeros(size).index_add(0, edges[1], values) adds values up at the receivers.",
        "torch.stack([...], dim=1) puts four columns side by side.",
    ]
