"""Cutting the width into heads, and putting it together again."""

from typing import Any

import torch
from torch import Tensor

from course_lib.exercises.author import *
from course_lib.layers import attention


def cut_across_time(x: Tensor, heads: int) -> Tensor:
    b, t, d = x.shape
    return x.reshape(b, heads, t, d // heads)


def heads_interleaved(x: Tensor, heads: int) -> Tensor:
    b, t, d = x.shape
    return x.reshape(b, t, d // heads, heads).permute(0, 3, 1, 2)


def heads_behind_time(x: Tensor, heads: int) -> Tensor:
    b, t, d = x.shape
    return x.reshape(b, t, heads, d // heads)


def width_before_time(x: Tensor, heads: int) -> Tensor:
    b, t, d = x.shape
    return x.reshape(b, t, heads, d // heads).permute(0, 2, 3, 1)


def glued_across_time(x: Tensor) -> Tensor:
    b, h, t, k = x.shape
    return x.reshape(b, t, h * k)


def merged_interleaved(x: Tensor) -> Tensor:
    b, h, t, k = x.shape
    return x.permute(0, 2, 3, 1).reshape(b, t, h * k)


def summed_heads(x: Tensor) -> Tensor:
    return x.sum(dim=1)


def averaged_heads(x: Tensor) -> Tensor:
    return x.mean(dim=1)


@law("each position keeps its own numbers")
def positions_stay_apart(call: Call) -> Broken | None:
    """Whatever the heads are, position t of the result holds exactly the numbers of position t."""
    x, heads = call.inputs["x"], call.yours
    if heads.dim() != 4 or heads.shape[2] != x.shape[1]:
        return Broken("The result should have a position axis of the same length, third of four.", heads)
    for t in range(x.shape[1]):
        mine, given = heads[:, :, t].flatten(1).sort(1).values, x[:, t].sort(1).values
        if mine.shape != given.shape or not torch.equal(mine, given):
            return Broken(f"Position {t} of your heads holds numbers that came from other positions.", mine, given)
    return None


@exercise(
    "w07.split",
    function="split_heads",
    title="Split into heads",
    section="7.5",
    points=2,
    minutes=6,
    difficulty=3,
    importance=5,
)
class Split:
    """Each head owns K neighbouring columns of every position."""

    reference = attention.split_heads

    def inputs(self, draw: Draw) -> dict[str, Any]:
        heads, width = draw.size(2, 3), draw.size(2, 4)
        return {"x": draw.normal(draw.size(1, 2), draw.size(3, 5), heads * width), "heads": heads}

    laws = [positions_stay_apart, equals_reference]
    mistakes = {
        "cut across positions": mistake(
            cut_across_time,
            "The shape is right, but head 0 holds only the first positions. What does reshape keep?",
        ),
        "heads interleaved": mistake(
            heads_interleaved, "Your head 0 owns every H-th column. It should own neighbours."
        ),
        "heads behind positions": mistake(heads_behind_time, "The axes are all there. In which order are they asked?"),
        "head width before positions": mistake(width_before_time, "The last two axes have changed places."),
    }
    hints = [
        "Two steps. First cut the last axis in two, without touching the others; then move an axis.",
        "x.reshape(B, T, H, K) cuts only the width. What has to be exchanged to get (B, H, T, K)?",
    ]


@exercise(
    "w07.merge",
    function="merge_heads",
    title="Merge the heads",
    section="7.5",
    points=2,
    minutes=4,
    difficulty=3,
    importance=5,
)
class Merge:
    """Lay the heads side by side again."""

    reference = attention.merge_heads

    def inputs(self, draw: Draw) -> dict[str, Any]:
        return {"x": draw.normal(draw.size(1, 2), draw.size(2, 3), draw.size(3, 5), draw.size(2, 4))}

    laws = [equals_reference]
    mistakes = {
        "glued without moving the axis": mistake(
            glued_across_time,
            "The shape is right, but position 0 is filled from one head alone. Undo the steps in reverse.",
        ),
        "heads interleaved": mistake(
            merged_interleaved, "The numbers of different heads alternate. Each head should stand in one piece."
        ),
        "heads added up": mistake(summed_heads, "The width came out K. Side by side means H times K."),
        "heads averaged": mistake(averaged_heads, "The width came out K. Side by side means H times K."),
    }
    hints = [
        "Splitting was: cut, then exchange two axes. Merging is both undone, in the opposite order.",
        "After the exchange the axes are (B, T, H, K); only then may the last two become one.",
    ]
