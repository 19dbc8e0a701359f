"""Fréchet distances that go wrong, each in one way."""

from collections.abc import Callable

import torch
from torch import Tensor

from course_lib.exercises.engine.mistakes import mistake

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
