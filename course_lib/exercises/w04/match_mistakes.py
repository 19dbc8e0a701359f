"""Matches that go wrong, each in one way.

Sizes   P predicted objects   N true objects   H, W height and width
"""

from torch import Tensor

from course_lib.train import objects

Counts = tuple[int, int, int]


def members(mask: Tensor, background: bool = False) -> Tensor:
    """One row of 0 and 1 for every object, (N, H * W)."""
    labels = mask.unique() if background else mask[mask != 0].unique()
    return (mask.flatten() == labels[:, None]).double()


def areas(predicted: Tensor, true: Tensor, background: bool = False) -> tuple[Tensor, Tensor, Tensor]:
    """What two objects share (P, N), and how large they are, (P, 1) and (1, N)."""
    one, other = members(predicted, background), members(true, background)
    return one @ other.T, one.sum(1, keepdim=True), other.sum(1)[None]


def counted(pairs: Tensor) -> Counts:
    """Hits, extra and missed, from a table (P, N) of which pairs belong together."""
    hits = int(pairs.sum())
    return hits, pairs.shape[0] - hits, pairs.shape[1] - hits


def background_too(predicted: Tensor, true: Tensor, least_iou: float) -> Counts:
    both, one, other = areas(predicted, true, background=True)
    return counted(both / (one + other - both) > least_iou)


def equal_is_enough(predicted: Tensor, true: Tensor, least_iou: float) -> Counts:
    both, one, other = areas(predicted, true)
    return counted(both / (one + other - both) >= least_iou)


def dice_instead(predicted: Tensor, true: Tensor, least_iou: float) -> Counts:
    both, one, other = areas(predicted, true)
    return counted(2 * both / (one + other) > least_iou)


def share_of_the_true(predicted: Tensor, true: Tensor, least_iou: float) -> Counts:
    both, _, other = areas(predicted, true)
    return counted(both / other > least_iou)


def share_of_the_predicted(predicted: Tensor, true: Tensor, least_iou: float) -> Counts:
    both, one, _ = areas(predicted, true)
    return counted(both / one > least_iou)


def exchanged(predicted: Tensor, true: Tensor, least_iou: float) -> Counts:
    hits, extra, missed = objects.match(predicted, true, least_iou)
    return hits, missed, extra


def by_number(predicted: Tensor, true: Tensor, least_iou: float) -> Counts:
    names = [set(mask[mask != 0].tolist()) for mask in (predicted, true)]
    hits = 0
    for name in names[0] & names[1]:
        one, other = predicted == name, true == name
        hits += int((one & other).sum() / (one | other).sum() > least_iou)
    return hits, len(names[0]) - hits, len(names[1]) - hits


def any_overlap(predicted: Tensor, true: Tensor, least_iou: float) -> Counts:
    return counted(areas(predicted, true)[0] > 0)


def always_a_half(predicted: Tensor, true: Tensor, least_iou: float) -> Counts:
    hits, extra, missed = objects.match(predicted, true, 0.5)
    return hits, extra, missed


def everybody(predicted: Tensor, true: Tensor, least_iou: float) -> Counts:
    hits, extra, missed = objects.match(predicted, true, least_iou)
    return hits, hits + extra, hits + missed


def largest_number_counts(predicted: Tensor, true: Tensor, least_iou: float) -> Counts:
    hits = objects.match(predicted, true, least_iou).hits
    return hits, int(predicted.max()) - hits, int(true.max()) - hits
