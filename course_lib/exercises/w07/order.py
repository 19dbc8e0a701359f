"""A test of order that can fail."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from course_lib.exercises.author import *
from course_lib.layers import attention, reading

Layer = Callable[[Tensor], Tensor]


def invariance_instead(layer: Layer, x: Tensor, order: Tensor) -> float:
    return float((layer(x[order]) - layer(x)).detach().abs().max())


def compared_with_itself(layer: Layer, x: Tensor, order: Tensor) -> float:
    return float((layer(x)[order] - layer(x)[order]).detach().abs().max())


def signs_cancel(layer: Layer, x: Tensor, order: Tensor) -> float:
    return float((layer(x[order]) - layer(x)[order]).detach().max())


def features_shuffled(layer: Layer, x: Tensor, order: Tensor) -> float:
    shuffled = torch.arange(x.shape[1]).roll(1)
    return float((layer(x[:, shuffled]) - layer(x)[:, shuffled]).detach().abs().max())


def mean_instead_of_worst(layer: Layer, x: Tensor, order: Tensor) -> float:
    return float((layer(x[order]) - layer(x)[order]).detach().abs().mean())


def order_undone(layer: Layer, x: Tensor, order: Tensor) -> float:
    back = order.argsort()
    return float((layer(x[order]) - layer(x)[back]).detach().abs().max())


class Marked(nn.Module):
    """Attention over a sequence that knows, or does not know, where its positions stand."""

    def __init__(self, marks: Tensor) -> None:
        super().__init__()
        self.marks = marks

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.marks
        return attention.attend(x, x, x)[0]

    def __repr__(self) -> str:
        return "attention with positions" if bool(self.marks.any()) else "attention without positions"


@law("an equivariant layer gets an error of 0")
def innocent_is_acquitted(call: Call) -> Broken | None:
    """Plain attention does not know order."""
    error = float(call.again(layer=Marked(torch.zeros_like(call.inputs["x"]))))
    if abs(error) < 1e-5:
        return None
    return Broken(f"Attention without positions is equivariant, yet your error for it is {error:.3f}.", error, 0.0)


@law("a layer that knows positions gets an error well above 0")
def guilty_is_caught(call: Call) -> Broken | None:
    """The test can fail."""
    error = float(call.yours)
    caught = error > 1e-3
    return None if caught else Broken(f"This layer knows where things stand, yet your error for it is {error:.3f}.")


@exercise(
    "w07.order",
    function="equivariance_error",
    title="A test that can fail",
    section="7.6",
    points=3,
    minutes=10,
    difficulty=3,
    importance=4,
)
class Order:
    """The largest difference between shuffling before and shuffling after."""

    reference = reading.equivariance_error

    def inputs(self, draw: Draw) -> dict[str, Any]:
        length, width = draw.size(3, 5), draw.size(2, 4)
        marks = draw.normal(length, width, scale=2.0)
        order = torch.arange(length).roll(draw.integer(1, length))  # a roll by less than a prime is not its own reverse
        x, layer = draw.normal(length, width), Marked(marks)
        difference = layer(x[order]) - layer(x)[order]
        if difference.max() > -difference.min():  # the worst difference shall be negative, or lost signs could hide
            x, layer = -x, Marked(-marks)
        return {"layer": layer, "x": x, "order": order}

    laws = [innocent_is_acquitted, guilty_is_caught, equals_reference]
    mistakes = {
        "invariance instead of equivariance": mistake(
            invariance_instead,
            "You ask whether the output stays the same. It should be shuffled in the same way.",
        ),
        "compared with itself": mistake(
            compared_with_itself,
            "Both sides shuffle the output, so they are always equal. Where is the input shuffled?",
        ),
        "signs cancel": mistake(
            signs_cancel, "A difference of -5 is an error of 5. What does your maximum make of it?"
        ),
        "features shuffled": mistake(
            features_shuffled, "You exchange columns. The order is about positions, and those are the rows."
        ),
        "the mean instead of the worst": mistake(
            mean_instead_of_worst, "A mean hides one large error among many small ones."
        ),
        "the order undone on one side": mistake(
            order_undone, "One side is shuffled by the order, the other by its reverse."
        ),
    }
    hints = [
        "There are two ways to get a shuffled output: shuffle the input first, or the output afterwards.",
        "x[order] shuffles the positions. Compare layer(x[order]) with the other way, and take the worst difference.",
    ]
