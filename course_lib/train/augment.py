"""Augmentation that moves the mask with the picture: turned and mirrored, the same cells are cells again.

Sizes   C channels   H, W what an image measures
"""

import torch
from torch import Tensor


def turn_together(image: Tensor, mask: Tensor, quarter_turns: int, flip: bool) -> tuple[Tensor, Tensor]:
    """Turn a picture and its mask by the same quarter turns, then mirror both left to right if `flip`.

    image (C, H, W)   mask (H, W)   quarter_turns, counter-clockwise, any whole number
    -> image (C, H, W) or (C, W, H), and its mask: every pixel still lies under its own class
    Four turns times two flips are all eight ways to lay a square; none makes a number up, as other angles would.
    Raises ValueError when picture and mask are not equally large.
    """
    if image.shape[-2:] != mask.shape[-2:]:
        sides = f"{tuple(image.shape[-2:])} and {tuple(mask.shape[-2:])}"
        raise ValueError(f"picture and mask measure {sides}; they must be equally large")
    turned = [torch.rot90(each, quarter_turns % 4, dims=(-2, -1)) for each in (image, mask)]
    picture, labels = (each.flip(-1) if flip else each for each in turned)
    return picture, labels
