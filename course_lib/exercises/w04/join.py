"""The skip connection: what came up is fitted to the skip's size and laid beside it."""

from collections.abc import Callable, Iterator
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from course_lib.exercises.author import *
from course_lib.layers import skips

Parts = Callable[[int], tuple[int, int]]  # what is missing along an axis -> how much in front, how much behind


def joined(up: Tensor, skip: Tensor, parts: Parts, mode: str = "constant") -> Tensor:
    """The join with another rule for what goes in front and what behind; negative numbers cut off."""
    rows, columns = (parts(skip.shape[axis] - up.shape[axis]) for axis in (2, 3))
    cut = F.pad(up, [min(amount, 0) for amount in (*columns, *rows)])
    return torch.cat([F.pad(cut, [max(amount, 0) for amount in (*columns, *rows)], mode=mode), skip], 1)


def half(missing: int) -> tuple[int, int]:
    return missing // 2, missing - missing // 2


def skip_first(up: Tensor, skip: Tensor) -> Tensor:
    return joined(up, skip, half).roll(skip.shape[1], 1)


def everything_behind(up: Tensor, skip: Tensor) -> Tensor:
    return joined(up, skip, lambda missing: (0, missing))


def everything_in_front(up: Tensor, skip: Tensor) -> Tensor:
    return joined(up, skip, lambda missing: (missing, 0))


def odd_one_in_front(up: Tensor, skip: Tensor) -> Tensor:
    return joined(up, skip, lambda missing: half(missing)[::-1])


def odd_one_cut_behind(up: Tensor, skip: Tensor) -> Tensor:
    return joined(up, skip, lambda missing: half(missing) if missing > 0 else half(missing)[::-1])


def edges_repeated(up: Tensor, skip: Tensor) -> Tensor:
    return joined(up, skip, half, "replicate")


def stretched(up: Tensor, skip: Tensor) -> Tensor:
    return torch.cat([F.interpolate(up, skip.shape[2:]), skip], 1)


def smaller_of_the_two(up: Tensor, skip: Tensor) -> Tensor:
    height, width = (min(up.shape[axis], skip.shape[axis]) for axis in (2, 3))
    return torch.cat([up[:, :, :height, :width], skip[:, :, :height, :width]], 1)


def only_filled_up(up: Tensor, skip: Tensor) -> Tensor:
    return joined(up, skip, lambda missing: half(max(missing, 0)))


def added(up: Tensor, skip: Tensor) -> Tensor:
    return joined(up, skip, half)[:, : up.shape[1]] + skip


GAPS = (-3, -2, -1, 0, 1, 2, 3)


@law("the skip stands behind, untouched")
def skip_is_untouched(call: Call) -> Broken | None:
    """Its channels come last, and not one of its numbers has changed."""
    first, skip = call.inputs["up"].shape[1], call.inputs["skip"]
    mine = call.yours[:, first:]
    if torch.equal(mine, skip):
        return None
    return Broken(f"Channels {first} to {call.yours.shape[1] - 1} of your result should be the skip.", mine, skip)


def places(missing: int, size: int) -> Iterator[tuple[int, int]]:
    """Where an axis of `up` comes to lie: (place in the skip, place in up) for everything that is kept."""
    for place in range(size + missing):
        if 0 <= place - missing // 2 < size:
            yield place, place - missing // 2


@law("row 0 of `up` comes to lie on row (H - h) // 2 of the skip")
def in_the_middle(call: Call) -> Broken | None:
    """Columns alike; what is not covered is 0."""
    up, skip = call.inputs["up"], call.inputs["skip"]
    wanted = torch.zeros(*up.shape[:2], *skip.shape[2:])
    for row, from_row in places(skip.shape[2] - up.shape[2], up.shape[2]):
        for column, from_column in places(skip.shape[3] - up.shape[3], up.shape[3]):
            wanted[:, :, row, column] = up[:, :, from_row, from_column]
    mine = call.yours[:, : up.shape[1]]
    if same(mine, wanted):
        return None
    return Broken(
        f"`up` is {tuple(up.shape[2:])} and the skip {tuple(skip.shape[2:])}. The first {up.shape[1]} channels of your "
        "result should be `up`, in the middle, with 0 around it where it is too small.",
        mine,
        wanted,
    )


@law("rows and columns are treated alike")
def transposed(call: Call) -> Broken | None:
    """Both inputs mirrored along the diagonal give the result mirrored along the diagonal."""
    turned = {name: call.inputs[name].transpose(2, 3).contiguous() for name in ("up", "skip")}
    mine, wanted = call.again(**turned), call.yours.transpose(2, 3)
    if same(mine, wanted):
        return None
    return elsewhere(
        call, "With rows and columns of both inputs exchanged, yours are not merely exchanged.", mine, wanted
    )


@law("every gap is closed, from 3 too many to 3 too few")
def every_gap(call: Call) -> Broken | None:
    """Also none at all, and along each axis another."""
    up = call.draw.normal(*call.inputs["up"].shape[:2], 5, 7)
    for missing in GAPS:
        skip = call.draw.normal(*call.inputs["skip"].shape[:2], 5 + missing, 7 - missing)
        mine, wanted = call.again(up=up, skip=skip), skips.join(up, skip)
        if not same(mine, wanted):
            return elsewhere(
                call, f"With up (5, 7) and a skip of {(5 + missing, 7 - missing)} it is off.", mine, wanted
            )
    return None


@exercise("w04.join_skip", title="Join a skip", section="4.2", points=3, minutes=10, difficulty=2, importance=5)
class JoinSkip:
    """Bring `up` to the skip's height and width, centred, and put the skip's channels behind it."""

    reference = skips.join

    def inputs(self, draw: Draw) -> dict[str, Any]:
        """The large ones are too short along one axis and too long along the other."""
        rows, columns = draw.choice([(1, -1), (1, 3)] if draw.tiny else [(3, -3), (-1, 3), (1, -3), (-3, 2)])
        batch, below, beside = draw.size(1, 2), draw.size(1, 3), draw.size(2, 5)
        height, width = draw.size(2, 5), draw.size(4, 7)
        return {
            "up": draw.normal(batch, below, height, width),
            "skip": draw.normal(batch, beside, height + rows, width + columns),
        }

    laws = [skip_is_untouched, in_the_middle, transposed, every_gap, equals_reference, gradients_reach("up", "skip")]
    mistakes = {
        "the skip in front": mistake(
            skip_first,
            "Whose channels does the next layer expect first?",
            "The right channels stand in another order.",
        ),
        "everything missing is added behind": mistake(
            everything_behind,
            "Where is the middle of `up`, and where is the middle of the skip?",
            "`up` lies in the upper left corner.",
        ),
        "everything missing is added in front": mistake(
            everything_in_front,
            "Where is the middle of `up`, and where is the middle of the skip?",
            "`up` lies in the lower right corner.",
        ),
        "the odd row in front": mistake(
            odd_one_in_front,
            "Of three missing rows, how many belong in front when you round down?",
            "When an odd number is missing, your larger half stands in front.",
        ),
        "too long is cut by another rule": mistake(
            odd_one_cut_behind,
            "What is -1 // 2 in Python, and what does that say about a single row too many?",
            "What is too short is right; of an odd number of rows too many, you cut the larger half off behind.",
        ),
        "edges repeated": mistake(
            edges_repeated,
            "What should a place hold of which `up` knows nothing?",
            "You fill up with copies of the last row and column.",
        ),
        "stretched": mistake(
            stretched,
            "Is a pixel of your `up` still beside the pixel of the skip that it belongs to?",
            "You resize `up`, and its pixels move.",
        ),
        "both cut to what they share": mistake(
            smaller_of_the_two,
            "Which of the two sizes should the result have, also where it is the larger one?",
            "Your skip loses rows or columns.",
        ),
        "never cut, only filled up": mistake(
            only_filled_up,
            "Print both shapes just before torch.cat. In F.pad the first pair of numbers is for the last axis, and a "
            "negative number cuts off.",
            "The two sizes still differ when you join them.",
        ),
        "the skip added to it": mistake(
            added,
            "How does the next layer tell what came up from what came across?",
            "You add the numbers of the skip where they should only stand beside.",
        ),
    }
    hints = [
        "Along each axis, missing = size of the skip - size of up. Half of it, rounded down, goes in front.",
        "torch.nn.functional.pad(up, (left, right, top, bottom)) adds zeros, and cuts off where a number is negative.",
        "Only then torch.cat([..., ...], dim=1): the channels.",
    ]
