"""Weights of classes that go wrong, each in one way."""

import torch
from torch import Tensor

from course_lib.train import overlap


def counts(mask: Tensor, classes: int) -> Tensor:
    return torch.bincount(mask.flatten(), minlength=classes).float()


def scaled(weights: Tensor, there: Tensor) -> Tensor:
    """Weights with mean 1 over those that are there, and 0 elsewhere."""
    return torch.where(there, weights / weights[there].mean(), 0.0)


def absent_divides_by_zero(mask: Tensor, classes: int) -> Tensor:
    inverse = 1 / counts(mask, classes)
    return inverse / inverse[torch.isfinite(inverse)].mean()


def absent_counted_as_one(mask: Tensor, classes: int) -> Tensor:
    inverse = 1 / counts(mask, classes).clamp(min=1)
    return inverse / inverse.mean()


def mean_over_all(mask: Tensor, classes: int) -> Tensor:
    weights = overlap.class_weights(mask, classes)
    return weights / weights.mean()


def sum_is_one(mask: Tensor, classes: int) -> Tensor:
    weights = overlap.class_weights(mask, classes)
    return weights / weights.sum()


def frequency(mask: Tensor, classes: int) -> Tensor:
    found = counts(mask, classes)
    return scaled(found, found > 0)


def not_scaled(mask: Tensor, classes: int) -> Tensor:
    found = counts(mask, classes)
    return torch.where(found > 0, found.sum() / found, 0.0)


def balanced(mask: Tensor, classes: int) -> Tensor:
    found = counts(mask, classes)
    return torch.where(found > 0, found.sum() / (found * classes), 0.0)


def one_minus_the_share(mask: Tensor, classes: int) -> Tensor:
    found = counts(mask, classes)
    return scaled(1 - found / found.sum(), found > 0)


def root(mask: Tensor, classes: int) -> Tensor:
    found = counts(mask, classes)
    return scaled(found.rsqrt(), found > 0)


def largest_is_one(mask: Tensor, classes: int) -> Tensor:
    weights = overlap.class_weights(mask, classes)
    return weights / weights.max()
