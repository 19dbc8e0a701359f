"""Who may look at whom."""

from typing import Any

import torch
from torch import Tensor

from course_lib.exercises.author import *
from course_lib.layers import masks


def _lower(size: int, diagonal: int = 0) -> Tensor:
    return torch.ones(size, size, dtype=torch.bool).tril(diagonal)


def _real(lengths: Tensor, size: int) -> Tensor:
    return torch.arange(size) < lengths[:, None]  # (B, T)


def only_the_future(lengths: Tensor, size: int) -> Tensor:
    return _lower(size).T & _real(lengths, size)[:, None, :]


def not_even_itself(lengths: Tensor, size: int) -> Tensor:
    return _lower(size, -1) & _real(lengths, size)[:, None, :]


def padding_asks(lengths: Tensor, size: int) -> Tensor:
    return _lower(size) & _real(lengths, size)[:, :, None]


def either_rule(lengths: Tensor, size: int) -> Tensor:
    return _lower(size) | _real(lengths, size)[:, None, :]


def padding_forgotten(lengths: Tensor, size: int) -> Tensor:
    return _lower(size).expand(len(lengths), size, size)


def future_forgotten(lengths: Tensor, size: int) -> Tensor:
    return _real(lengths, size)[:, None, :].expand(len(lengths), size, size)


def true_hides(lengths: Tensor, size: int) -> Tensor:
    return ~(_lower(size) & _real(lengths, size)[:, None, :])


def one_too_many(lengths: Tensor, size: int) -> Tensor:
    return _lower(size) & (torch.arange(size) <= lengths[:, None])[:, None, :]


@exercise("w07.may_look", title="Who may look", section="7.4", points=3, minutes=8, difficulty=2, importance=4)
class MayLook:
    """Not ahead, and not at padding."""

    reference = masks.may_look

    def inputs(self, draw: Draw) -> dict[str, Any]:
        if draw.tiny:
            return {"lengths": torch.tensor([2]), "size": 3}
        return {"lengths": torch.cat([draw.integers(1, 5, 2), torch.tensor([5])]), "size": 5}

    laws = [equals_reference]
    mistakes = {
        "only the future": mistake(only_the_future, "Row 0 should see itself and nothing else. What does yours see?"),
        "not even itself": mistake(not_even_itself, "Row 0 of your mask is all False: it has nobody to listen to."),
        "padding as the one who asks": mistake(
            padding_asks, "You silence the rows of padding. Who must not be looked at: rows or columns?"
        ),
        "either rule is enough": mistake(
            either_rule, "A position must be in the past, and it must be real. Which word joins the two?"
        ),
        "padding forgotten": mistake(padding_forgotten, "Every sequence of your batch has the same mask."),
        "future forgotten": mistake(future_forgotten, "Row 0 looks at what comes later."),
        "True where it should be hidden": mistake(true_hides, "True means may look; yours is exactly the reverse."),
        "one padding position too many": mistake(
            one_too_many, "A sequence of length 2 has the positions 0 and 1. Is position 2 real?"
        ),
    }
    hints = [
        "Write each rule as a comparison of positions: s against t, and s against the length.",
        "torch.arange(size) is s along a row; with [:, None] it becomes t down the rows.",
        "lengths[:, None] > s is (B, T). An axis in the middle lets it hide columns for every row.",
    ]
