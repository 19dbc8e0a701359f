"""Homework, question 2: from a mask to a number of objects."""

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor

from course_lib.exercises.author import *
from course_lib.train import objects

WINDING = ("#######", "......#", "#####.#", "#...#.#", "#.###.#", "#.....#", "#######")
TREE = ("#.#.#.#", "#.#.#.#", "###.###", "..###..")
RING = ("#####", "#...#", "#.#.#", "#...#", "#####")
EVERY_KIND = ("##....##", "#..##...", "...#..#.", ".#.....#", "..#.##..")
SPECKS = ("..##.#.", "#....##", ".##.#..", "#..##.#")


def picture(rows: tuple[str, ...]) -> Tensor:
    """A mask from a drawing: True where a # stands."""
    return torch.tensor([[each == "#" for each in row] for row in rows])


def turned(mask: Tensor) -> list[Tensor]:
    """A mask as it is, mirrored, upside down and with rows and columns exchanged."""
    return [mask, mask.flip(1), mask.flip(0), mask.T.contiguous()]


def draw_pieces(draw: Draw) -> Tensor:
    """A mask (H, W) with pieces of many sizes, mirrored by chance: (5, 8) in a tiny trial, else (11, 17)."""
    if draw.tiny:
        mask = picture(EVERY_KIND)
    else:
        mask = torch.zeros(11, 17, dtype=torch.bool)
        mask[:7, :7], mask[6:, 12:], mask[1:5, 9:16] = picture(WINDING), picture(RING), picture(SPECKS)
        mask[9:, :10] = draw.uniform(2, 10) < 0.5
    for axis in (0, 1):
        mask = mask.flip(axis) if draw.flip() else mask
    return mask


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


LIBRARIES = ("scipy.*", "skimage.*", "cv2.*", "cc3d.*", "monai.*", "networkx.*")
"""They have connected components ready made."""


@law("a winding path, a tree and a ring are one piece, a dot in the ring another")
def shapes_hold_together(call: Call) -> Broken | None:
    """However far it is from one end to the other; in all directions (all four in the tiny trial)."""
    for name, rows, wanted in (("winding path", WINDING, 1), ("tree", TREE, 1), ("ring with a dot inside", RING, 2)):
        for mask in turned(picture(rows))[:: 1 if call.trial.tiny else 3]:
            if (found := call.again(mask=mask, smallest=1)) != wanted:
                drawn = "\n".join("".join(".#"[each] for each in row) for row in mask.int().tolist())
                return elsewhere(
                    call, f"A {name} should count as {wanted}, and you count {found}:\n{drawn}\n", found, wanted
                )
    return None


@law("corners do not connect")
def corners_do_not(call: Call) -> Broken | None:
    """On a chessboard every field is an object of one pixel."""
    board = (torch.arange(5)[:, None] + torch.arange(6)) % 2 == 0
    for smallest, wanted in ((1, int(board.sum())), (2, 0)):
        if (found := call.again(mask=board, smallest=smallest)) != wanted:
            words = f"A chessboard of 5 by 6 with smallest={smallest} should count {wanted}, and you count {found}."
            return elsewhere(call, words, found, wanted)
    return None


@law("`smallest` pixels are enough, one less is not")
def size_limit(call: Call) -> Broken | None:
    """Bars of 2, 3, 4 and 5 pixels, two of each; a ring, of which not its box counts but its pixels."""
    bars = torch.zeros(9, 11, dtype=torch.bool)
    for place, size in enumerate((2, 3, 4, 5)):
        bars[2 * place, :size] = bars[2 * place, 11 - size :] = True
    for mask, smallest, wanted in (
        *((bars, smallest, wanted) for smallest, wanted in ((2, 8), (3, 6), (5, 2), (6, 0))),
        (picture(RING), 16, 1),
        (picture(RING), 17, 0),
    ):
        if (found := call.again(mask=mask, smallest=smallest)) != wanted:
            what = "bars of 2, 3, 4 and 5 pixels, two each" if mask is bars else "a ring of 16 pixels and a dot"
            words = f"Of {what}, smallest={smallest} leaves {wanted}; you count {found}."
            return elsewhere(call, words, found, wanted)
    return None


@law("nothing is none, and everything is one")
def empty_and_full(call: Call) -> Broken | None:
    """A mask without a True, and one without a False."""
    for value, smallest, wanted in ((False, 1, 0), (True, 1, 1), (True, 35, 1), (True, 36, 0)):
        if (found := call.again(mask=torch.full((5, 7), value), smallest=smallest)) != wanted:
            words = (
                f"A mask of 5 by 7 that is {value} everywhere, smallest={smallest}: {wanted}, and you count {found}."
            )
            return elsewhere(call, words, found, wanted)
    return None


@law("two pictures side by side count as their sum")
def side_by_side(call: Call) -> Broken | None:
    """With an empty column between; so no edge is special, and mirrored ones count alike."""
    mask = call.inputs["mask"]
    column = torch.zeros(len(mask), 1, dtype=torch.bool)
    found = call.again(mask=torch.cat([mask, column, mask.flip(0)], 1))
    if found == 2 * int(call.yours):
        return None
    words = f"The mask, an empty column and the mask upside down: {2 * int(call.yours)} are to be expected from your "
    return Broken(words + f"own count, and you count {found}.", found, 2 * int(call.yours))


def easy(mask: Tensor, smallest: int) -> bool:
    """Do labels that are never merged, or spread too few times, make no difference here?"""
    counts = [count(mask, smallest) for count in (objects.count_objects, never_merged, spread_too_few_times)]
    return len(set(counts)) < 3


@exercise("w04.count_objects", title="Count objects", notebook="homework", section="2", points=5, minutes=20,
          difficulty=4, importance=4, forbid=LIBRARIES, seconds=15.0)  # fmt: skip
class CountObjects:
    """How many pieces of at least `smallest` pixels there are; pixels are connected by their sides."""

    reference = objects.count_objects

    def inputs(self, draw: Draw) -> dict[str, Any]:
        """The tiny one tells most mistakes apart; the large ones are for those that lose their way."""
        mask, smallest = draw_pieces(draw), 2 if draw.tiny else draw.integer(2, 4)
        while not draw.tiny and easy(mask, smallest):
            mask = draw_pieces(draw)
        return {"mask": mask, "smallest": smallest}

    laws = [shapes_hold_together, corners_do_not, size_limit, empty_and_full, side_by_side, equals_reference]
    mistakes = MISTAKES
    hints = [
        "Take a True pixel that is not yet counted and walk to everything connected with it. How large is it?",
        "Keep a list of pixels still to visit. Tick off a pixel when you put it on the list, not when you take it off.",
        "Or spread labels: each True pixel its own number, then again and again the largest of itself and its sides, "
        "until nothing changes. Then torch.unique with return_counts=True.",
    ]
