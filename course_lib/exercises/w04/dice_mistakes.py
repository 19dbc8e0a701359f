"""Dice losses that go wrong, each in one way.

Sizes   B batch   K classes   H, W height and width
"""

import torch
import torch.nn.functional as F
from torch import Tensor

PIXELS = (0, 2, 3)


def truth_of(probabilities: Tensor, target: Tensor) -> Tensor:
    return F.one_hot(target, probabilities.shape[1]).movedim(-1, 1).to(probabilities.dtype)


def loss_over(axes: tuple[int, ...], probabilities: Tensor, target: Tensor, eps: float) -> Tensor:
    """The loss with the sums over other axes."""
    truth = truth_of(probabilities, target)
    both = (probabilities * truth).sum(axes)
    return 1 - ((2 * both + eps) / (probabilities.sum(axes) + truth.sum(axes) + eps)).mean()


def scores(probabilities: Tensor, target: Tensor, eps: float) -> Tensor:
    truth = truth_of(probabilities, target)
    both = (probabilities * truth).sum(PIXELS)
    return (2 * both + eps) / (probabilities.sum(PIXELS) + truth.sum(PIXELS) + eps)


def picture_by_picture(probabilities: Tensor, target: Tensor, eps: float) -> Tensor:
    return loss_over((2, 3), probabilities, target, eps)


def all_classes_in_one(probabilities: Tensor, target: Tensor, eps: float) -> Tensor:
    return loss_over((0, 1, 2, 3), probabilities, target, eps)


def score_instead(probabilities: Tensor, target: Tensor, eps: float) -> Tensor:
    return scores(probabilities, target, eps).mean()


def minus_the_score(probabilities: Tensor, target: Tensor, eps: float) -> Tensor:
    return -scores(probabilities, target, eps).mean()


def two_forgotten(probabilities: Tensor, target: Tensor, eps: float) -> Tensor:
    truth = truth_of(probabilities, target)
    both = (probabilities * truth).sum(PIXELS)
    return 1 - ((both + eps) / (probabilities.sum(PIXELS) + truth.sum(PIXELS) + eps)).mean()


def two_times_eps(probabilities: Tensor, target: Tensor, eps: float) -> Tensor:
    truth = truth_of(probabilities, target)
    both = (probabilities * truth).sum(PIXELS)
    return 1 - (2 * (both + eps) / (probabilities.sum(PIXELS) + truth.sum(PIXELS) + eps)).mean()


def eps_below_alone(probabilities: Tensor, target: Tensor, eps: float) -> Tensor:
    truth = truth_of(probabilities, target)
    both = (probabilities * truth).sum(PIXELS)
    return 1 - (2 * both / (probabilities.sum(PIXELS) + truth.sum(PIXELS) + eps)).mean()


def decided_first(probabilities: Tensor, target: Tensor, eps: float) -> Tensor:
    decided = truth_of(probabilities, probabilities.argmax(1))
    return 1 - scores(decided, target, eps).mean()


def background_left_out(probabilities: Tensor, target: Tensor, eps: float) -> Tensor:
    return 1 - scores(probabilities, target, eps)[1:].mean()


def absent_classes_left_out(probabilities: Tensor, target: Tensor, eps: float) -> Tensor:
    there = torch.bincount(target.flatten(), minlength=probabilities.shape[1]) > 0
    return 1 - scores(probabilities, target, eps)[there].mean()


def union_below(probabilities: Tensor, target: Tensor, eps: float) -> Tensor:
    truth = truth_of(probabilities, target)
    both = (probabilities * truth).sum(PIXELS)
    return 1 - ((both + eps) / (probabilities.sum(PIXELS) + truth.sum(PIXELS) - both + eps)).mean()


def squares_below(probabilities: Tensor, target: Tensor, eps: float) -> Tensor:
    truth = truth_of(probabilities, target)
    both = (probabilities * truth).sum(PIXELS)
    return 1 - ((2 * both + eps) / (probabilities.square().sum(PIXELS) + truth.sum(PIXELS) + eps)).mean()
