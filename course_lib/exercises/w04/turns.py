"""Augmentation that moves the mask, too."""

from typing import Any

import torch
from torch import Tensor

from course_lib.exercises.author import *
from course_lib.train import augment as turns

WAYS = [(0, True), (1, False), (3, True), (-1, False), (5, True)]


@law("every pixel keeps its label")
def together(call: Call) -> Broken | None:
    """Each pixel's number is its label: they must still agree after every way to move."""
    mask, channels = call.inputs["mask"], call.inputs["image"].shape[0]
    for quarter_turns, flip in WAYS[:3]:
        image = mask.float().expand(channels, -1, -1).clone()
        image, labels = call.again(image=image, quarter_turns=quarter_turns, flip=flip)
        if image.shape[1:] != labels.shape or not bool((image == labels).all()):
            return elsewhere(
                call,
                f"The image is given its own labels as numbers. With quarter_turns={quarter_turns}, flip={flip} the "
                "two move apart. Below: your mask, and what your image says.",
                labels,
                image[0].to(labels.dtype),
            )
    return None


@law("one pixel goes where it should")
def one_pixel(call: Call) -> Broken | None:
    """Anticlockwise, the last column becomes the first row; a flip puts the first column last."""
    image, mask = torch.zeros_like(call.inputs["image"]), torch.zeros_like(call.inputs["mask"])
    height, width = mask.shape
    row, column = call.draw.integer(0, height - 1), call.draw.integer(0, width - 1)
    image[:, row, column], mask[row, column] = 1.0, 1
    ends = {
        (0, True): (row, width - 1 - column),
        (1, False): (width - 1 - column, row),
        (1, True): (width - 1 - column, height - 1 - row),
        (2, False): (height - 1 - row, width - 1 - column),
        (3, False): (column, height - 1 - row),
    }
    for (quarter_turns, flip), wanted in ends.items():
        _, labels = call.again(image=image, mask=mask, quarter_turns=quarter_turns, flip=flip)
        if (found := [tuple(place) for place in labels.nonzero().tolist()]) != [wanted]:
            high, wide = (width, height) if quarter_turns % 2 else (height, width)
            right = torch.zeros(high, wide, dtype=mask.dtype)
            right[wanted] = 1
            return elsewhere(
                call,
                f"In a mask of {height} by {width}, label 1 lies at {(row, column)}. With quarter_turns="
                f"{quarter_turns}, flip={flip} it should come to {wanted}; yours is at {found}.",
                labels,
                right,
            )
    return None


@law("four quarter turns bring everything back, and so does a second flip")
def there_and_back(call: Call) -> Broken | None:
    """4 turns change nothing; what was turned and turned back, or flipped twice, is as before."""
    given = call.inputs["image"], call.inputs["mask"]
    for quarter_turns in (4, 0):
        if not same(found := call.again(quarter_turns=quarter_turns, flip=False), given):
            words = f"With quarter_turns={quarter_turns}, flip=False, nothing should change, and it does."
            return elsewhere(call, words, found, given)
    for first, second, flip in ((0, 0, True), (1, -1, False)):
        image, mask = call.again(quarter_turns=first, flip=flip)
        if not same(found := call.again(image=image, mask=mask, quarter_turns=second, flip=flip), given):
            way = f"{first} and then {second} quarter turns" if not flip else "Two flips"
            return elsewhere(call, f"{way} should bring everything back, and yours do not.", found, given)
    return None


@law("turned first, mirrored then")
def in_this_order(call: Call) -> Broken | None:
    """With an odd number of turns the order shows."""
    given = call.inputs["image"], call.inputs["mask"]
    for quarter_turns in (1,) if call.trial.tiny else (3,):
        found = call.again(quarter_turns=quarter_turns, flip=True)
        turned = [torch.rot90(each, quarter_turns, (-2, -1)) for each in given]
        if not same(found, wanted := tuple(each.flip(-1) for each in turned)):
            first = same(found, [torch.rot90(each.flip(-1), quarter_turns, (-2, -1)) for each in given])
            why = "You mirror before you turn." if first else "It should be the turned one, its columns reversed."
            words = f"With quarter_turns={quarter_turns}, flip=True your result is off. {why}"
            return elsewhere(call, words, found, wanted)
    return None


@law("it holds for every way to move")
def every_way(call: Call) -> Broken | None:
    """From -1 to 5 quarter turns, flipped and not; a single row, too."""
    row = {"image": call.inputs["image"][:, :1], "mask": call.inputs["mask"][:1]}
    for given, ways in (({}, WAYS), (row, WAYS[1:3])):
        for quarter_turns, flip in ways:
            image, mask = ((call.inputs | given)[name] for name in ("image", "mask"))
            wanted = turns.turn_together(image, mask, quarter_turns, flip)
            if not same(found := call.again(**given, quarter_turns=quarter_turns, flip=flip), wanted):
                words = f"A picture of {tuple(mask.shape)}, quarter_turns={quarter_turns}, flip={flip}: it is off."
                return elsewhere(call, words, found, wanted)
    return None


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


@exercise("w04.turn_together", title="Turn both", section="4.6", points=3, minutes=8, difficulty=1, importance=5,
          seconds=10.0)  # fmt: skip
class TurnTogether:
    """Turn image and mask anticlockwise by quarter turns, then mirror both left to right if asked to."""

    reference = turns.turn_together
    returns = ("image", "mask")

    def inputs(self, draw: Draw) -> dict[str, Any]:
        """Odd turns without a flip in the tiny trial, even turns with one in the others; laws try every other way."""
        channels, height, width = draw.size(1, 3), draw.size(2, 5), draw.size(3, 7)
        return {
            "image": draw.normal(channels, height, width),
            "mask": torch.randperm(height * width, generator=draw.chance).view(height, width),
            "quarter_turns": draw.choice([1, 3] if draw.tiny else [2, 6, -2]),
            "flip": not draw.tiny,
        }

    laws = [together, in_this_order, one_pixel, there_and_back, every_way, equals_reference]
    mistakes = {
        "the mask stays": mistake(
            mask_stays,
            "Draw the mask over the picture that comes out. Do its outlines fit?",
            "Only the image moves, so every pixel gets another's label.",
        ),
        "the mask turns the other way": mistake(
            mask_turned_the_other_way,
            "After one turn, where is the pixel that was in the upper right corner, and where is its label?",
            "Image and mask turn in opposite directions.",
        ),
        "only the image is flipped": mistake(
            only_the_image_is_flipped,
            "Which of the two lines that flip is missing?",
            "The mask is turned and not mirrored.",
        ),
        "clockwise": mistake(
            clockwise,
            "One turn: does the last column become the first row, or the last one?",
            "Both turn alike, but the other way round.",
        ),
        "top and bottom exchanged": mistake(
            upside_down,
            "Which axis runs from left to right?",
            "You mirror along the other axis.",
        ),
        "one turn at most": mistake(
            one_turn_at_most,
            "What does your function do when quarter_turns is 2?",
            "Two or three turns are taken for one.",
        ),
        "mirrored along the diagonal": mistake(
            transposed,
            "Write a letter F and exchange rows and columns: can you still read it after turning your head?",
            "Exchanging rows and columns is no turn, it is a mirror.",
        ),
        "the flip forgotten": mistake(
            flip_forgotten,
            "What does your function do when flip is True?",
            "Both are turned and never mirrored.",
        ),
        "channels turned into rows": mistake(
            channels_turned,
            "Which axes of (C, H, W) lie in the picture plane?",
            "torch.rot90 turns the first two axes unless it is told others.",
        ),
    }
    hints = [
        "torch.rot90(picture, k, dims) turns in the plane of two axes; take the last two of both tensors.",
        "picture.flip(-1) mirrors left to right. Which comes first, and for how many tensors?",
    ]
