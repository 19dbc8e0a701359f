"""Masks for trials: classes that are present and absent, and objects that touch each other and the border."""

import torch
from torch import Tensor

from course_lib.exercises.author import *


def as_lists(value: object) -> object:
    """Tuples and ranges as lists, at every depth."""
    return [as_lists(each) for each in value] if isinstance(value, (list, tuple, range)) else value


def is_the_expected_list(call: Call) -> Broken | None:
    """Every entry, and as many of them."""
    if as_lists(call.yours) == as_lists(call.expected):
        return None
    return Broken("Your list is not the expected one.", call.yours, call.expected)


list_equals_reference = Law("equals the reference", -1.0, is_the_expected_list, about_values=True)
"""Weighs as much as all the other laws of its exercise together."""


def draw_classes(draw: Draw, height: int, width: int, shown: list[int]) -> Tensor:
    """A mask (H, W) in which every class of `shown` is there, and no other; the first ones have more pixels."""
    order = torch.tensor(shown)
    shares = draw.uniform(height, width).square() * len(shown)
    mask = order[shares.long().clamp(max=len(shown) - 1)]
    places = torch.randperm(height * width, generator=draw.chance)[: len(shown)]
    mask.view(-1)[places] = order
    return mask


def draw_objects(draw: Draw) -> Tensor:
    """Labelled objects (H, W), 0 where there is none: two that touch in a tiny trial, up to seven in the others.

    Labels are neither consecutive nor in order. In the large ones the second object bites a corner out of the first,
    the third lies below it, one fills a corner of the picture, one is a thin line, and the first has a hole; all of it
    is mirrored by chance.
    """
    labels = (torch.randperm(30, generator=draw.chance)[:7] + 2).tolist()
    if draw.tiny:
        mask = torch.zeros(4, 5, dtype=torch.long)
        mask[:3, :2], mask[1:, 2:4] = labels[:2]
        return mask
    mask = torch.zeros(11, 13, dtype=torch.long)
    mask[1:6, 1:6], mask[1:3, 4:9], mask[6:8, 3:6], mask[8:, 9:] = labels[:4]
    mask[4, 2] = 0
    for label in labels[4:]:
        top, left = draw.integer(0, 8), draw.integer(0, 11)
        patch = mask[top : top + draw.integer(1, 4), left : left + draw.integer(2, 5)]
        patch[patch == 0] = label
    mask[4, 7:] = labels[-1]
    mask[3:6, 6] = mask[5, 7:] = mask[3, 7:] = 0
    return mask.flip([axis for axis in (0, 1) if draw.flip()])
