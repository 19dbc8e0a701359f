"""Clock hands for positions."""

from typing import Any

import torch
from torch import Tensor

from course_lib.exercises.author import *
from course_lib.layers import positions


def _angle(length: int, width: int, step: int = 2, start: int = 0) -> Tensor:
    speed = 10_000.0 ** (-torch.arange(0, width // 2) * step / width)
    return torch.arange(start, length + start)[:, None] * speed


def _pairs(first: Tensor, second: Tensor) -> Tensor:
    return torch.stack([first, second], -1).flatten(-2)


def cosine_first(length: int, width: int) -> Tensor:
    return _pairs(_angle(length, width).cos(), _angle(length, width).sin())


def halves_side_by_side(length: int, width: int) -> Tensor:
    return torch.cat([_angle(length, width).sin(), _angle(length, width).cos()], -1)


def half_the_exponent(length: int, width: int) -> Tensor:
    return _pairs(_angle(length, width, step=1).sin(), _angle(length, width, step=1).cos())


def counted_from_one(length: int, width: int) -> Tensor:
    return _pairs(_angle(length, width, start=1).sin(), _angle(length, width, start=1).cos())


def a_speed_for_each_column(length: int, width: int) -> Tensor:
    speed = 10_000.0 ** (-torch.arange(width) / width)
    angle = torch.arange(length)[:, None] * speed
    return torch.where(torch.arange(width) % 2 == 0, angle.sin(), angle.cos())


def faster_and_faster(length: int, width: int) -> Tensor:
    speed = 10_000.0 ** (torch.arange(0, width, 2) / width)
    angle = torch.arange(length)[:, None] * speed
    return _pairs(angle.sin(), angle.cos())


@law("position 0 is 0, 1, 0, 1, ...")
def clocks_start_at_noon(call: Call) -> Broken | None:
    """At t = 0 every sine is 0 and every cosine is 1."""
    start = torch.tensor([0.0, 1.0]).repeat(call.yours.shape[1] // 2)
    off = (call.yours[0] - start).abs().max() > 1e-5
    return (
        Broken("At position 0 every angle is 0. Sine of 0 is 0, cosine of 0 is 1.", call.yours[0], start)
        if off
        else None
    )


@law("each pair of columns lies on the unit circle")
def pairs_are_on_a_circle(call: Call) -> Broken | None:
    """Sine and cosine of one and the same angle."""
    length = call.yours[:, 0::2] ** 2 + call.yours[:, 1::2] ** 2
    off = (length - 1).abs() > 1e-4
    if not bool(off.any()):
        return None
    t, pair = (int(i) for i in off.nonzero()[0])
    return Broken(
        f"At position {t}, the squares of columns {2 * pair} and {2 * pair + 1} add up to {length[t, pair]:.3f}, "
        "not 1. Do both use the same angle?"
    )


@exercise(
    "w07.positions",
    function="sinusoids",
    title="Positions",
    section="7.6",
    points=3,
    minutes=10,
    difficulty=3,
    importance=4,
)
class Positions:
    """A clock hand for every pair of columns."""

    reference = positions.sinusoids

    def inputs(self, draw: Draw) -> dict[str, Any]:
        return {"length": draw.size(3, 23), "width": draw.size(4, 10)}

    laws = [clocks_start_at_noon, pairs_are_on_a_circle, equals_reference(tolerance=1e-4)]
    mistakes = {
        "cosine first": mistake(
            cosine_first, "At position 0 the first column should be 0. Which of the two is 0 there?"
        ),
        "all sines, then all cosines": mistake(
            halves_side_by_side,
            "Right numbers, other columns: sine and cosine of one angle belong together.",
        ),
        "half the exponent": mistake(
            half_the_exponent,
            "Your clocks slow down half as fast as they should. What is 2i for the second pair?",
        ),
        "counted from one": mistake(counted_from_one, "At position 0 all angles should be 0."),
        "a speed for each column": mistake(
            a_speed_for_each_column, "Sine and cosine of a pair turn at different speeds. They should share one."
        ),
        "faster and faster": mistake(
            faster_and_faster, "Your later clocks run faster. What sign does the exponent have?"
        ),
    }
    hints = [
        "How many different speeds are there? One for each pair, so D / 2.",
        "angle = position times speed, as a table (T, D / 2). torch.arange(0, width, 2) is the 2i of the formula.",
        "torch.stack([sines, cosines], dim=-1) puts each pair side by side; a reshape lays the pairs in a row.",
    ]
