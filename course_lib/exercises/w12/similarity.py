"""A meter for over-smoothing."""

from typing import Any

from torch import Tensor
from torch.nn.functional import normalize

from course_lib.exercises.author import *
from course_lib.layers import smoothing


def off_diagonal(table: Tensor) -> float:
    return float((table.sum() - table.trace()) / (len(table) * (len(table) - 1)))


def with_itself(nodes: Tensor) -> float:
    return float(smoothing.cosine_similarities(nodes).mean())


def not_normalised(nodes: Tensor) -> float:
    return off_diagonal(nodes @ nodes.T)


def columns_compared(nodes: Tensor) -> float:
    return smoothing.similarity(nodes.T)


def normalised_by_column(nodes: Tensor) -> float:
    unit = normalize(nodes, dim=0)
    return off_diagonal(unit @ unit.T)


def zero_by_zero(nodes: Tensor) -> float:
    unit = nodes / nodes.norm(dim=1, keepdim=True)
    return off_diagonal(unit @ unit.T)


def sign_lost(nodes: Tensor) -> float:
    return off_diagonal(smoothing.cosine_similarities(nodes).abs())


def sum_of_pairs(nodes: Tensor) -> float:
    return float(smoothing.cosine_similarities(nodes).triu(1).sum())


def half_of_the_mean(nodes: Tensor) -> float:
    return smoothing.similarity(nodes) / 2


def to_the_mean(nodes: Tensor) -> float:
    return float((normalize(nodes, dim=1) @ normalize(nodes.mean(0), dim=0)).mean())


@law("nodes that all say the same have a similarity of 1")
def alike(call: Call) -> Broken | None:
    """One row, repeated."""
    row = call.inputs["nodes"][0]
    result = float(call.again(nodes=row.expand(len(call.inputs["nodes"]), -1).clone()))
    if abs(result - 1) < 1e-4:
        return None
    return Broken(f"With the same features at every node, your similarity is {number(result)}.", result, 1.0)


@law("how long a feature vector is does not matter")
def only_directions(call: Call) -> Broken | None:
    """A cosine is about directions."""
    longer = call.draw.uniform(len(call.inputs["nodes"]), 1, low=0.5, high=4.0)
    result = call.again(nodes=longer * call.inputs["nodes"])
    if same(result, call.yours, 1e-3):
        return None
    return Broken(
        "With every node's features multiplied by a positive number, your result changes.", result, call.yours
    )


@law("it lies between -1 and 1")
def bounded(call: Call) -> Broken | None:
    """As every mean of cosines does."""
    value = float(call.yours)
    return None if abs(value) < 1 + 1e-4 else Broken(f"Your similarity is {number(value)}.")


@exercise("w12.similarity", title="A meter for over-smoothing", section="12.8", points=3, minutes=8, difficulty=2,
          importance=3, forbid=("course_lib.layers.smoothing.cosine_similarities",))  # fmt: skip
class Similarity:
    """The mean cosine similarity of all pairs of two different nodes."""

    reference = smoothing.similarity

    def inputs(self, draw: Draw) -> dict[str, Any]:
        nodes = draw.normal(draw.size(3, 7), draw.size(2, 5)) + 0.4
        if not draw.tiny:
            nodes[draw.integer(1, len(nodes))] = 0.0
        return {"nodes": nodes}

    laws = [alike, only_directions, bounded, equals_reference]
    mistakes = {
        "every node is compared with itself, too": mistake(
            with_itself, "A node is always like itself, and that lifts your mean. Which entries of the table count?"
        ),
        "products of vectors that were not made unit vectors": mistake(
            not_normalised, "Long vectors count more in your mean. What turns a product into a cosine?"
        ),
        "columns compared": mistake(
            columns_compared, "You compare features with each other. Who is to be compared: rows or columns?"
        ),
        "made unit vectors along the wrong axis": mistake(
            normalised_by_column, "Each column of yours has length 1. What should have length 1 is a node."
        ),
        "a row of zeros divides by zero": mistake(
            zero_by_zero,
            "A node whose features are all 0 has no direction, and yours became nan. What could it count as?",
        ),
        "the sign is lost": mistake(
            sign_lost,
            "Two nodes that point in opposite directions are as unlike as can be. What does your mean make of them?",
        ),
        "a sum over the pairs": mistake(
            sum_of_pairs, "Your result grows with the number of nodes. How many pairs are there?"
        ),
        "half of the mean": mistake(
            half_of_the_mean, "Do you count each pair once and divide as if it had been counted twice?"
        ),
        "compared with the mean node": mistake(
            to_the_mean, "You compare each node with the average node. The question is about pairs of nodes."
        ),
    }
    hints = [
        "Divide every row by its length; then the product of the table with itself turned round holds all cosines.",
        "The diagonal holds every node beside itself. Leave it out of the sum and of the count: N (N - 1) are left.",
        "torch.nn.functional.normalize(nodes, dim=1) leaves a row of zeros as it is.",
    ]
