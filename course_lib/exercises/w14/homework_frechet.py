"""Homework, question 1: how far apart are two sets of samples, as Gaussians?"""

from typing import Any

import torch
from torch import Tensor

from course_lib.exercises.engine.laws import Broken, Call, equals_reference, law
from course_lib.exercises.engine.other_inputs import elsewhere
from course_lib.exercises.engine.registry import exercise
from course_lib.exercises.engine.seeded_draw import Draw
from course_lib.exercises.engine.value_text import number
from course_lib.exercises.w14 import frechet_mistakes as wrong
from course_lib.train import frechet


def in_full(a: Tensor, b: Tensor) -> float:
    mean_a, mean_b, cov_a, cov_b = a.mean(0), b.mean(0), torch.cov(a.T), torch.cov(b.T)
    of_product = torch.linalg.eigvals(cov_a.double() @ cov_b.double()).real.clamp(min=0)
    root_trace = of_product.sqrt().sum()  # a root of a matrix has the roots of its eigenvalues
    return float((mean_a - mean_b).square().sum() + cov_a.trace() + cov_b.trace() - 2 * root_trace)


def off(mine: float, wanted: float, slack: float = 2e-3) -> bool:
    """Is it another number, and not merely rounded?   (nan is)"""
    return not abs(mine - wanted) <= slack * (1 + abs(wanted))


@law("a set has no distance from itself")
def nothing_from_itself(call: Call) -> Broken | None:
    """In whatever order its samples come."""
    a = call.inputs["a"]
    found = float(call.again(b=a[call.draw.permutation(len(a))]))
    if not off(found, 0.0):
        return None
    return elsewhere(
        call, f"Between a set and the same samples in another order the distance should be 0; yours is {number(found)}."
    )


@law("a shift adds the square of its length")
def shifted(call: Call) -> Broken | None:
    """The same set, moved: the covariances agree."""
    a = call.inputs["a"]
    way = 1 + call.draw.uniform(a.shape[1])
    found, wanted = float(call.again(b=a + way)), float(way.square().sum())
    if not off(found, wanted):
        return None
    return elsewhere(
        call,
        f"Between a set and the same set, moved by a way of length {number(wanted**0.5)}, the distance should be "
        f"{number(wanted)}; yours is {number(found)}.",
    )


@law("a set and its enlargement")
def enlarged(call: Call) -> Broken | None:
    """Three times as wide around the same mean: 4 times the trace of the covariance."""
    a = call.inputs["a"]
    mean = a.mean(0)
    found, wanted = float(call.again(b=mean + 3 * (a - mean))), float(4 * torch.cov(a.T).trace())
    if not off(found, wanted):
        return None
    return elsewhere(
        call,
        f"Between a set and the same set, three times as wide around its mean, the distance should be "
        f"{number(wanted)}, 4 times the trace of its covariance; yours is {number(found)}.",
    )


@law("which set comes first does not matter")
def symmetric(call: Call) -> Broken | None:
    """A distance is the same both ways."""
    found = float(call.again(a=call.inputs["b"], b=call.inputs["a"]))
    if not off(found, float(call.yours)):
        return None
    return Broken(f"With the sets exchanged yours gives {number(found)} instead of {number(float(call.yours))}.")


@law("turned together, the distance stays")
def turned(call: Call) -> Broken | None:
    """Which features are called first means nothing, nor any mixture of them."""
    turn = call.draw.orthogonal(call.inputs["a"].shape[1])
    found = float(call.again(a=call.inputs["a"] @ turn, b=call.inputs["b"] @ turn))
    if not off(found, float(call.yours)):
        return None
    return Broken(
        f"Both sets are turned in the same way, and your distance changes to {number(found)} from "
        f"{number(float(call.yours))}."
    )


@law("works with fewer samples than features, and with a feature that never changes")
def few_samples(call: Call) -> Broken | None:
    """Then the covariances have eigenvalues of 0, which rounding may push below."""
    wide = call.draw.normal(7, 7) + 1
    small, large = call.draw.normal(4, 7) @ wide, call.draw.normal(5, 7).flip(0) @ wide.T
    small[:, 3] = large[:, 3] = 2.0
    found, wanted = float(call.again(a=small, b=large)), frechet.frechet(small, large)
    if not off(found, wanted, 2e-2):
        return None
    return elsewhere(
        call,
        f"For sets of 4 and 5 samples with 7 features, one of which never changes, the distance should be "
        f"{number(wanted)}; yours is {number(found)}. Is a root taken of a number that rounding made negative?",
    )


@exercise("w14.frechet", title="The distance of two crowds", notebook="homework", section="1", points=5, minutes=15,
          difficulty=3, importance=4)  # fmt: skip
class Frechet:
    """The squared Fréchet distance of two Gaussians: those with the means and covariances of two sets."""

    reference = frechet.frechet
    answer = in_full

    def inputs(self, draw: Draw) -> dict[str, Any]:
        size = draw.size(2, 5)
        first, second = draw.normal(size, size), draw.normal(size, size)
        return {
            "a": draw.normal(draw.size(4, 13), size) @ first + draw.normal(size),
            "b": draw.normal(draw.size(5, 17), size) @ second + draw.normal(size) + 0.5,
        }

    laws = [nothing_from_itself, shifted, enlarged, symmetric, turned, few_samples, equals_reference(tolerance=2e-3)]
    mistakes = wrong.MISTAKES
    hints = [
        "Three parts: the squared distance of the means, the two traces, and minus twice the trace of a root.",
        "torch.cov wants a feature in each row: torch.cov(a.T). It divides by N - 1.",
        "The root of a matrix has the roots of its eigenvalues, and a trace is the sum of eigenvalues. So take the "
        "eigenvalues of the product A B (torch.linalg.eigvals, their real parts, none below 0), and sum the roots.",
    ]
