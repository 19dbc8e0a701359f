"""Overlaps of masks that go wrong, each in one way.

Sizes   K classes   H, W height and width
"""

import torch
from torch import Tensor


def areas(predicted: Tensor, truth: Tensor, classes: int) -> tuple[Tensor, Tensor, Tensor]:
    """Pixels of each class in both masks, in the first, in the second."""
    here, there = (mask.flatten()[:, None] == torch.arange(classes) for mask in (predicted, truth))
    return (here & there).sum(0).float(), here.sum(0).float(), there.sum(0).float()


def zero_for_absent(predicted: Tensor, truth: Tensor, classes: int) -> Tensor:
    both, here, there = areas(predicted, truth, classes)
    return both / (here + there - both).clamp(min=1)


def one_for_absent(predicted: Tensor, truth: Tensor, classes: int) -> Tensor:
    both, here, there = areas(predicted, truth, classes)
    return torch.where(here + there == 0, 1.0, both / (here + there - both))


def dice_instead(predicted: Tensor, truth: Tensor, classes: int) -> Tensor:
    both, here, there = areas(predicted, truth, classes)
    return 2 * both / (here + there)


def common_pixels_twice(predicted: Tensor, truth: Tensor, classes: int) -> Tensor:
    both, here, there = areas(predicted, truth, classes)
    return both / (here + there)


def share_of_the_truth(predicted: Tensor, truth: Tensor, classes: int) -> Tensor:
    both, _, there = areas(predicted, truth, classes)
    return both / there


def share_of_the_predicted(predicted: Tensor, truth: Tensor, classes: int) -> Tensor:
    both, here, _ = areas(predicted, truth, classes)
    return both / here


def absent_from_the_truth_is_nan(predicted: Tensor, truth: Tensor, classes: int) -> Tensor:
    both, here, there = areas(predicted, truth, classes)
    return torch.where(there == 0, torch.nan, both / (here + there - both))


def agreement_of_all_pixels(predicted: Tensor, truth: Tensor, classes: int) -> Tensor:
    both, here, there = areas(predicted, truth, classes)
    return (truth.numel() - here - there + 2 * both) / truth.numel()


def areas_instead_of_places(predicted: Tensor, truth: Tensor, classes: int) -> Tensor:
    _, here, there = areas(predicted, truth, classes)
    return torch.minimum(here, there) / torch.maximum(here, there)


def background_left_out(predicted: Tensor, truth: Tensor, classes: int) -> Tensor:
    both, here, there = areas(predicted, truth, classes)
    return (both / (here + there - both))[1:]
