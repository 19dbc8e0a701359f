"""Overlap: how well two masks agree, class by class, as a score and as a loss.

Sizes   B batch   K classes   (Z,) H, W what an image measures
"""

import torch
import torch.nn.functional as F
from torch import Tensor


def soft_dice(probabilities: Tensor, target: Tensor, eps: float = 1.0) -> Tensor:
    """Compute the Dice loss: 1 minus the overlap of probabilities with the truth, each class counting alike.

    probabilities (B, K, H, W), sums to 1 over the classes   target (B, H, W), long   (or with Z before H)
    eps   added above and below, so that a class which nobody sees counts as agreed on
    -> scalar, 0 for a perfect answer: 1 - mean over K of (2 sum(p y) + eps) / (sum(p) + sum(y) + eps), where the sums
    run over all pixels of all images of the batch
    Raises ValueError for shapes that do not fit each other.
    Source: Milletari et al. 2016 (arXiv:1606.04797), section 3, without their squares; Drozdzal et al. 2016
    (arXiv:1608.04117), section 3.3.
    """
    if probabilities.shape[:1] + probabilities.shape[2:] != target.shape:
        shapes = f"{tuple(probabilities.shape)} and {tuple(target.shape)}"
        raise ValueError(f"probabilities and target have shapes {shapes}; expected (B, K, H, W) and (B, H, W)")
    truth = F.one_hot(target, probabilities.shape[1]).movedim(-1, 1).to(probabilities.dtype)
    pixels = [axis for axis in range(probabilities.ndim) if axis != 1]
    both = (probabilities * truth).sum(pixels)
    sizes = probabilities.sum(pixels) + truth.sum(pixels)
    return 1 - ((2 * both + eps) / (sizes + eps)).mean()


def dice_score(predicted: Tensor, truth: Tensor, classes: int) -> Tensor:
    """Compute twice what both marked over the sum of what each marked, for every class.

    predicted, truth (H, W) or any other equal shape, long -> (K,) from 0 to 1; nan for a class that is in neither
    Raises ValueError for shapes that differ and for numbers that are no class.
    Source: Dice, Ecology 26, 297 (1945).
    """
    both, here, there = _areas(predicted, truth, classes)
    return 2 * both / (here + there)


def iou(predicted: Tensor, truth: Tensor, classes: int) -> Tensor:
    """Compute what both marked over what at least one marked (Jaccard's index), for every class.

    predicted, truth (H, W) or any other equal shape, long -> (K,) from 0 to 1; nan for a class that is in neither
    It ranks answers as Dice does, and is the smaller number: iou = dice / (2 - dice). Raises as `dice_score`.
    """
    both, here, there = _areas(predicted, truth, classes)
    return both / (here + there - both)


def class_weights(mask: Tensor, classes: int) -> Tensor:
    """Weigh a loss so that every class counts alike, however few pixels it has.

    mask, long, any shape -> (K,) float: in proportion to 1 / number of pixels, mean 1 over the classes that are there,
    0 for one that is not
    Raises ValueError for an empty mask and for numbers that are no class.
    """
    _check(mask, classes)
    counts = torch.bincount(mask.flatten(), minlength=classes).double()
    inverse = torch.where(counts > 0, 1 / counts, 0.0)
    return (inverse / inverse[counts > 0].mean()).float()


def _areas(predicted: Tensor, truth: Tensor, classes: int) -> tuple[Tensor, Tensor, Tensor]:
    """Pixels of each class in both, in the first, in the second. -> three times (K,), float"""
    if predicted.shape != truth.shape:
        raise ValueError(f"predicted {tuple(predicted.shape)} and truth {tuple(truth.shape)} must have equal shapes")
    _check(predicted, classes)
    _check(truth, classes)
    pairs = torch.bincount(classes * predicted.flatten() + truth.flatten(), minlength=classes**2)
    table = pairs.view(classes, classes).double()
    return tuple(part.float() for part in (table.diagonal(), table.sum(1), table.sum(0)))  # type: ignore[return-value]


def _check(mask: Tensor, classes: int) -> None:
    if mask.numel() == 0 or mask.min() < 0 or mask.max() >= classes:
        held = "is empty" if mask.numel() == 0 else f"holds {int(mask.min())} to {int(mask.max())}"
        raise ValueError(f"the mask {held}; expected class numbers from 0 to {classes - 1}")
