"""Augmentations that go wrong, each in one way.

Sizes   C channels   H, W height and width
"""

import torch
from torch import Tensor

Both = tuple[Tensor, Tensor]
LAST = (-2, -1)


def moved(picture: Tensor, quarter_turns: int, flip: bool, axis: int = -1) -> Tensor:
    turned = torch.rot90(picture, quarter_turns, LAST)
    return turned.flip(axis) if flip else turned


def mask_stays(image: Tensor, mask: Tensor, quarter_turns: int, flip: bool) -> Both:
    return moved(image, quarter_turns, flip), mask


def mask_turned_the_other_way(image: Tensor, mask: Tensor, quarter_turns: int, flip: bool) -> Both:
    return moved(image, quarter_turns, flip), moved(mask, -quarter_turns, flip)


def only_the_image_is_flipped(image: Tensor, mask: Tensor, quarter_turns: int, flip: bool) -> Both:
    return moved(image, quarter_turns, flip), moved(mask, quarter_turns, False)


def clockwise(image: Tensor, mask: Tensor, quarter_turns: int, flip: bool) -> Both:
    return moved(image, -quarter_turns, flip), moved(mask, -quarter_turns, flip)


def upside_down(image: Tensor, mask: Tensor, quarter_turns: int, flip: bool) -> Both:
    return moved(image, quarter_turns, flip, -2), moved(mask, quarter_turns, flip, -2)


def transposed(image: Tensor, mask: Tensor, quarter_turns: int, flip: bool) -> Both:
    """Mirrored along the diagonal once for every quarter turn."""
    if quarter_turns % 2:
        image, mask = image.mT, mask.mT
    return moved(image, 0, flip), moved(mask, 0, flip)


def one_turn_at_most(image: Tensor, mask: Tensor, quarter_turns: int, flip: bool) -> Both:
    turns = int(quarter_turns != 0)
    return moved(image, turns, flip), moved(mask, turns, flip)


def flip_forgotten(image: Tensor, mask: Tensor, quarter_turns: int, flip: bool) -> Both:
    return moved(image, quarter_turns, False), moved(mask, quarter_turns, False)


def channels_turned(image: Tensor, mask: Tensor, quarter_turns: int, flip: bool) -> Both:
    turned = torch.rot90(image, quarter_turns)  # its first two axes: channels and rows
    return turned.flip(-1) if flip else turned, moved(mask, quarter_turns, flip)
