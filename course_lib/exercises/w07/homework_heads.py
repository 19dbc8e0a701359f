"""Homework, questions 3 and 4: how wide a head listens, and switching it off."""

import math
from typing import Any

import torch
from torch import Tensor

from course_lib.exercises.author import *
from course_lib.layers import reading


def natural_units(weights: Tensor) -> Tensor:
    return torch.special.entr(weights).sum(-1)


def sign_forgotten(weights: Tensor) -> Tensor:
    return -torch.special.entr(weights).sum(-1) / math.log(2)


def mean_over_answers(weights: Tensor) -> Tensor:
    return torch.special.entr(weights).mean(-1) / math.log(2)


def zero_times_infinity(weights: Tensor) -> Tensor:
    return -(weights * weights.log2()).sum(-1)


def over_the_asking(weights: Tensor) -> Tensor:
    return torch.special.entr(weights).sum(-2) / math.log(2)


def smoothed(weights: Tensor) -> Tensor:
    return -(weights * (weights + 1e-3).log2()).sum(-1)


def time_silenced(per_head: Tensor, head: int) -> Tensor:
    quiet = per_head.clone()
    quiet[:, :, head] = 0
    return quiet


def all_the_others(per_head: Tensor, head: int) -> Tensor:
    quiet = torch.zeros_like(per_head)
    quiet[:, head] = per_head[:, head]
    return quiet


def head_removed(per_head: Tensor, head: int) -> Tensor:
    return torch.cat([per_head[:, :head], per_head[:, head + 1 :]], dim=1)


def first_of_the_batch(per_head: Tensor, head: int) -> Tensor:
    quiet = per_head.clone()
    quiet[0, head] = 0
    return quiet


def original_damaged(per_head: Tensor, head: int) -> Tensor:
    per_head[:, head] = 0
    return per_head


@law("one answer is 0 bits, four alike are 2 bits")
def known_ends(call: Call) -> Broken | None:
    """Both ends of the scale, with the zeros that make it hard."""
    ends = torch.tensor([[1.0, 0.0, 0.0, 0.0], [0.25, 0.25, 0.25, 0.25]])
    result, expected = call.again(weights=ends), torch.tensor([0.0, 2.0])
    good = isinstance(result, torch.Tensor) and result.shape == (2,) and bool(((result - expected).abs() < 1e-3).all())
    return (
        None if good else Broken("For the rows (1, 0, 0, 0) and (¼, ¼, ¼, ¼) the entropies are off.", result, expected)
    )


@exercise("w07.entropy", title="How wide does a head listen?", notebook="homework", section="3",
          points=4, minutes=8, difficulty=2, importance=3)  # fmt: skip
class Entropy:
    """The entropy of each row of weights, in bits."""

    reference = reading.entropy

    def inputs(self, draw: Draw) -> dict[str, Any]:
        lead = (draw.size(2, 5),) if draw.tiny else (3, 2, 5)
        scores = draw.normal(*lead, draw.size(3, 7), scale=2.0)
        return {"weights": scores.masked_fill(~draw.mask(*scores.shape), -torch.inf).softmax(-1)}

    laws = [known_ends, equals_reference]
    mistakes = {
        "natural units": mistake(natural_units, "Two answers alike should give 1. Which logarithm gives 1 for 2?"),
        "the sign forgotten": mistake(
            sign_forgotten, "An entropy below 0? The logarithm of a weight is never positive."
        ),
        "a mean over the answers": mistake(mean_over_answers, "The weights do the averaging already."),
        "0 times minus infinity": mistake(zero_times_infinity, "Some weights are exactly 0. What is their logarithm?"),
        "summed over those who ask": mistake(
            over_the_asking, "Each row has an entropy of its own. Which axis goes away?"
        ),
        "a small number added to every weight": mistake(
            smoothed, "Your logarithm is taken of a weight that is a little too large, and the result shows it."
        ),
    }
    hints = [
        "Term by term, then a sum over the answers. Which terms are dangerous?",
        "A weight of 0 contributes 0. Make sure that its logarithm is finite, or put the 0 in by hand.",
    ]


@exercise("w07.silence", function="silence_head", title="Switch a head off", notebook="homework", section="4",
          points=4, minutes=6, difficulty=2, importance=5)  # fmt: skip
class Silence:
    """One head hears nothing, the others hear what they heard."""

    reference = reading.silence_head

    def inputs(self, draw: Draw) -> dict[str, Any]:
        heads = draw.size(2, 3)
        x = draw.normal(draw.size(1, 2), heads, draw.size(3, 5), draw.size(2, 4))
        return {"per_head": x, "head": draw.integer(0, heads)}

    @law("the head is silent")
    def is_silent(call: Call) -> Broken | None:
        """All its numbers are 0, for every sequence."""
        head = call.inputs["head"]
        left = call.yours[:, head].abs().sum()
        return Broken(f"Head {head} still says something.", call.yours[:, head]) if left > 0 else None

    laws = [is_silent, equals_reference]
    mistakes = {
        "a position silenced instead": mistake(
            time_silenced, "The axes are batch, head, position, width. Which did you take?"
        ),
        "all the others silenced": mistake(all_the_others, "You kept the one head that should go."),
        "the head cut out": mistake(head_removed, "The layer after this one expects H heads. How many are left?"),
        "only the first sequence": mistake(
            first_of_the_batch, "The second sequence of the batch still hears the head."
        ),
        "the given tensor changed": mistake(
            original_damaged, "Whoever gave you the tensor finds it changed. Work on a copy."
        ),
    }
    hints = [
        "Start from a copy, or multiply by something that is 1 for all heads but one.",
        "The head axis is the second one: per_head[:, head] is all that this head heard.",
    ]
