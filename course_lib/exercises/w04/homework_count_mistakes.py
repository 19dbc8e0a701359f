"""Counts of objects that go wrong, each in one way.

Sizes   H, W height and width
"""

from collections.abc import Iterable

import torch
from torch import Tensor

from course_lib.exercises.engine.mistakes import mistake

SIDES = ((-1, 0), (1, 0), (0, -1), (0, 1))
ALL = (*SIDES, (-1, -1), (-1, 1), (1, -1), (1, 1))


def sizes(mask: Tensor, steps: Iterable[tuple[int, int]] = SIDES, globe: bool = False) -> list[int]:
    """The pixels of every connected piece, found by walking from pixel to pixel."""
    (height, width), found = mask.shape, []
    left = {(row, column) for row, column in mask.nonzero().tolist()}
    while left:
        front, size = [left.pop()], 0
        while front:
            row, column = front.pop()
            size += 1
            around = {(row + down, column + right) for down, right in steps}
            around = {(r % height, c % width) for r, c in around} if globe else around
            front += around & left
            left -= around
        found.append(size)
    return found


def corners_connect(mask: Tensor, smallest: int) -> int:
    return sum(size >= smallest for size in sizes(mask, ALL))


def larger_than(mask: Tensor, smallest: int) -> int:
    return sum(size > smallest for size in sizes(mask))


def small_ones_too(mask: Tensor, smallest: int) -> int:
    return len(sizes(mask))


def background_too(mask: Tensor, smallest: int) -> int:
    return 1 + sum(size >= smallest for size in sizes(mask))


def background_pieces(mask: Tensor, smallest: int) -> int:
    return sum(size >= smallest for size in sizes(~mask))


def around_the_globe(mask: Tensor, smallest: int) -> int:
    return sum(size >= smallest for size in sizes(mask, globe=True))


def pixels(mask: Tensor, smallest: int) -> int:
    return int(mask.sum())


def pixels_of_large_pieces(mask: Tensor, smallest: int) -> int:
    return sum(size for size in sizes(mask) if size >= smallest)


def never_merged(mask: Tensor, smallest: int) -> int:
    """One sweep from the upper left: the label above, else that to the left, else a new one."""
    labels = torch.zeros_like(mask, dtype=torch.long)
    for row, column in mask.nonzero().tolist():
        above = int(labels[row - 1, column]) if row else 0
        before = int(labels[row, column - 1]) if column else 0
        labels[row, column] = above or before or int(labels.max()) + 1
    return int((labels.flatten().bincount()[1:] >= smallest).sum())


def spread_too_few_times(mask: Tensor, smallest: int) -> int:
    """Every pixel takes the largest label next to it, as often as the mask is high."""
    labels = torch.arange(1, mask.numel() + 1).view(mask.shape) * mask
    for _ in range(len(mask)):
        around = torch.nn.functional.pad(labels, (1, 1, 1, 1))
        near = [around[1:-1, 1:-1], around[2:, 1:-1], around[:-2, 1:-1], around[1:-1, 2:], around[1:-1, :-2]]
        labels = torch.stack(near).amax(0) * mask
    return int((labels[mask].unique(return_counts=True)[1] >= smallest).sum())


MISTAKES = {
    "corners connect": mistake(
        corners_connect,
        "On a chessboard, how many objects are there?",
        "You walk to all 8 neighbours; here only the 4 at the sides connect.",
    ),
    "larger than `smallest`": mistake(
        larger_than,
        "Does an object of exactly `smallest` pixels count?",
        "Those of exactly the size that is just enough are left out.",
    ),
    "small ones, too": mistake(
        small_ones_too,
        "What is `smallest` there for?",
        "Every speck counts in yours.",
    ),
    "the background, too": mistake(
        background_too,
        "How many objects are there in an empty mask?",
        "You count one too many, as happens when label 0 is counted with the others.",
    ),
    "pieces of the background": mistake(
        background_pieces,
        "Which pixels belong to objects: those that are True or those that are False?",
        "You count the holes and what lies around the objects.",
    ),
    "around the globe": mistake(
        around_the_globe,
        "What is torch.roll's neighbour of a pixel in the first column, and what is index -1?",
        "Objects at opposite edges of the picture are taken for one.",
    ),
    "pixels": mistake(
        pixels,
        "Two objects of 5 pixels each: what does your function give?",
        "You count pixels where pieces are asked for.",
    ),
    "pixels of the objects": mistake(
        pixels_of_large_pieces,
        "Two objects of 5 pixels each: what does your function give?",
        "You find the right pieces and then add up their pixels.",
    ),
    "labels never merged": mistake(
        never_merged,
        "Sweep over a U by hand. How many labels does it have at its bottom?",
        "Two arms that meet further down keep two labels.",
    ),
    "labels spread too few times": mistake(
        spread_too_few_times,
        "How many steps is it along a winding path from one end to the other?",
        "You stop spreading labels before they have come to rest.",
    ),
}
