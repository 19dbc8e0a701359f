"""The one exercise of `start_here`: two minutes, to feel what a check is."""

from typing import Any

import torch
from torch import Tensor

from course_lib.exercises.engine.laws import Broken, Call, equals_reference, law
from course_lib.exercises.engine.mistakes import mistake
from course_lib.exercises.engine.registry import exercise
from course_lib.exercises.engine.seeded_draw import Draw
from course_lib.layers.reading import mean_squared_difference


def added_up(a: Tensor, b: Tensor) -> Tensor:
    return ((a - b) ** 2).sum()


def not_squared(a: Tensor, b: Tensor) -> Tensor:
    return (a - b).mean()


def only_distance(a: Tensor, b: Tensor) -> Tensor:
    return (a - b).abs().mean()


def rooted(a: Tensor, b: Tensor) -> Tensor:
    return ((a - b) ** 2).mean().sqrt()


def squared_apart(a: Tensor, b: Tensor) -> Tensor:
    return (a**2 - b**2).mean()


@law("a thing does not differ from itself")
def no_self_difference(call: Call) -> Broken | None:
    """With the same tensor twice, the difference is 0."""
    result = call.again(b=call.inputs["a"])
    if not bool(torch.as_tensor(result) != 0):
        return None
    return Broken("With the same tensor given twice, your result is not 0.", result, 0.0)


@exercise("w00.difference", title="How different?", section="start", points=1, minutes=2, difficulty=1, importance=1)
class Difference:
    """The mean of the squared differences of two tensors."""

    reference = mean_squared_difference

    def inputs(self, draw: Draw) -> dict[str, Any]:
        shape = (draw.size(2, 5), draw.size(1, 3))
        return {"a": draw.normal(*shape, scale=2.0), "b": draw.normal(*shape)}

    laws = [no_self_difference, equals_reference]
    mistakes = {
        "added up instead of averaged": mistake(
            added_up, "A larger tensor should not differ more just for being larger."
        ),
        "not squared": mistake(not_squared, "Differences of +3 and -3 cancel. What makes both of them count?"),
        "distance instead of square": mistake(
            only_distance, "You average distances. Which power does the text ask for?"
        ),
        "root taken": mistake(rooted, "Close: this is the root of what is asked for."),
        "squared before the difference": mistake(squared_apart, "First the difference, then the square."),
    }
    hints = [
        "Three small steps, each one operation on a whole tensor: subtract, square, average.",
        "`**` squares every entry, and `.mean()` averages all of them.",
    ]
