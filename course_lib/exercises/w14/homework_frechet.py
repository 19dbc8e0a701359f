"""Homework, question 1: how far apart are two sets of samples, as Gaussians?"""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from course_lib.exercises.author import *
from course_lib.train import frechet

Two = Callable[[Tensor, Tensor], Tensor]


def root_trace(a: Tensor, b: Tensor) -> Tensor:
    """The trace of the root of a product."""
    return torch.linalg.eigvals(a @ b).real.clamp(min=0).sqrt().sum()


def by_parts(
    means: Two = lambda a, b: (a - b).square().sum(),
    covariance: Callable[[Tensor], Tensor] = lambda rows: torch.cov(rows.T),
    spreads: Two = lambda a, b: a.trace() + b.trace() - 2 * root_trace(a, b),
) -> Callable[[Tensor, Tensor], float]:
    """The distance with one part done in another way."""

    def frechet(a: Tensor, b: Tensor) -> float:
        a, b = a.double(), b.double()
        return float(means(a.mean(0), b.mean(0)) + spreads(covariance(a), covariance(b)))

    return frechet


def root(matrix: Tensor) -> Tensor:
    """The root of a symmetric matrix."""
    values, vectors = torch.linalg.eigh(matrix)
    return (vectors * values.clamp(min=0).sqrt()) @ vectors.T


means_alone = by_parts(spreads=lambda a, b: torch.zeros(()))


means_ignored = by_parts(means=lambda a, b: torch.zeros(()))


length_not_squared = by_parts(means=lambda a, b: (a - b).norm())


nothing_taken_off = by_parts(spreads=lambda a, b: a.trace() + b.trace())


taken_off_once = by_parts(spreads=lambda a, b: a.trace() + b.trace() - root_trace(a, b))


root_of_each_number = by_parts(spreads=lambda a, b: a.trace() + b.trace() - 2 * (a @ b).clamp(min=0).sqrt().trace())


roots_multiplied = by_parts(spreads=lambda a, b: a.trace() + b.trace() - 2 * (root(a) @ root(b)).trace())


no_root = by_parts(spreads=lambda a, b: a.trace() + b.trace() - 2 * (a @ b).trace())


variances_alone = by_parts(spreads=lambda a, b: (a.diagonal().sqrt() - b.diagonal().sqrt()).square().sum())


difference_of_covariances = by_parts(spreads=lambda a, b: (a - b).square().sum())


not_centred = by_parts(covariance=lambda rows: rows.T @ rows / (len(rows) - 1))


divided_by_all = by_parts(covariance=lambda rows: torch.cov(rows.T, correction=0))


def root_of_it_all(a: Tensor, b: Tensor) -> float:
    return max(by_parts()(a, b), 0.0) ** 0.5


MISTAKES = {
    "only the means": mistake(
        means_alone, "Two sets around the same mean, one three times as wide: are they the same to you?"
    ),
    "only the covariances": mistake(
        means_ignored, "Move one of the sets far away. Does your distance change?", "The means have no say in yours."
    ),
    "the length, not its square": mistake(
        length_not_squared, "A covariance is in squared units. In which units is your first part?"
    ),
    "nothing taken off": mistake(
        nothing_taken_off,
        "How far is a set from itself in yours?",
        "The two traces are added up, and what the sets have in common is not taken off.",
    ),
    "taken off once": mistake(
        taken_off_once, "Between a set and itself, how often does the trace of its covariance have to come off?"
    ),
    "a root of every number": mistake(
        root_of_each_number,
        "Multiply your root with itself. Is it the matrix again?",
        "The root of a matrix is not the matrix of the roots.",
    ),
    "the product of the roots": mistake(
        roots_multiplied,
        "Does it matter whether you multiply first and take the root afterwards?",
        "The roots of A and B, multiplied, are the root of A B only where A and B have the same directions.",
    ),
    "no root at all": mistake(
        no_root, "In which units is the product of two covariances, and in which is a trace of one?"
    ),
    "only the variances": mistake(
        variances_alone,
        "Turn both sets in the same way. Does your distance stay?",
        "You compare feature by feature and leave out how the features go together.",
    ),
    "the difference of the covariances": mistake(
        difference_of_covariances, "In which units is the square of a covariance?"
    ),
    "not centred": mistake(
        not_centred,
        "Move both sets far away, together. Does your distance stay?",
        "Your covariances are taken around 0 instead of around the mean.",
    ),
    "divided by N": mistake(
        divided_by_all,
        "Which of the two does torch.cov divide by when it is not told?",
        "A convention, and a fair one; the question asks for N - 1, as the published code does.",
    ),
    "the root of it all": mistake(
        root_of_it_all, "The number that is quoted as a Fréchet distance is a square. Did you take its root?"
    ),
}


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
    mistakes = MISTAKES
    hints = [
        "Three parts: the squared distance of the means, the two traces, and minus twice the trace of a root.",
        "torch.cov wants a feature in each row: torch.cov(a.T). It divides by N - 1.",
        "The root of a matrix has the roots of its eigenvalues, and a trace is the sum of eigenvalues. So take the "
        "eigenvalues of the product A B (torch.linalg.eigvals, their real parts, none below 0), and sum the roots.",
    ]
