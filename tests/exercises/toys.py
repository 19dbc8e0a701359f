"""Toy exercises of a week that does not exist (w99), so that the engine is tested without any lesson."""

from typing import Any

import torch
from torch import Tensor, nn

from course_lib.exercises.engine import registry
from course_lib.exercises.engine.laws import (
    Broken,
    Call,
    equals_reference,
    hidden_positions_get_no_weight,
    law,
    rows_sum_to_one,
)
from course_lib.exercises.engine.mistakes import mistake
from course_lib.exercises.engine.registry import exercise
from course_lib.exercises.engine.seeded_draw import Draw


def share(scores: Tensor, mask: Tensor | None = None) -> Tensor:
    """Softmax over the last axis, hidden positions left out."""
    hidden = scores if mask is None else scores.masked_fill(~mask, -torch.inf)
    return hidden.softmax(-1)


def over_rows(scores: Tensor, mask: Tensor | None = None) -> Tensor:
    hidden = scores if mask is None else scores.masked_fill(~mask, -torch.inf)
    return hidden.softmax(-2)


def masked_late(scores: Tensor, mask: Tensor) -> Tensor:
    return scores.softmax(-1) * mask


def no_mask(scores: Tensor, mask: Tensor) -> Tensor:
    return scores.softmax(-1)


def in_place(scores: Tensor, mask: Tensor) -> Tensor:
    scores[~mask] = -torch.inf
    return scores.softmax(-1)


@exercise(
    "w99.share",
    title="Share out attention",
    points=4,
    minutes=5,
    difficulty=2,
    importance=3,
    section="1",
    forbid=["torch.nn.functional.scaled_dot_product_attention", "torch.nn.Softmax"],
)
class Share:
    """Turn scores into weights."""

    reference = share
    returns = ("weights",)

    def inputs(self, draw: Draw) -> dict[str, Any]:
        rows, columns = draw.size(2, 5), draw.size(3, 7)
        return dict(scores=draw.normal(rows, columns), mask=draw.mask(rows, columns))

    laws = [rows_sum_to_one, hidden_positions_get_no_weight, equals_reference]  # noqa: RUF012
    mistakes = {  # noqa: RUF012
        "softmax over the rows": mistake(over_rows, "Which axis should sum to 1?"),
        "mask after the softmax": mistake(masked_late, "Hidden positions get 0, but does the rest still sum to 1?"),
        "mask forgotten": mistake(no_mask, "Who said the mask was for decoration?"),
        "writes into its input": mistake(in_place, "Whose tensor is it?"),
    }
    hints = ("What should sum to 1?", "Which score becomes weight 0?")


def both(x: Tensor) -> tuple[Tensor, float]:
    return x.mean(-1), float(x.mean())


@law("adding a constant to x adds it to the means")
def moves_along(call: Call) -> Broken | None:
    moved = call.again(x=call.inputs["x"] + 2)
    return None if torch.allclose(moved[0], call.yours[0] + 2, atol=1e-4) else Broken("The means do not move along.")


@exercise("w99.means", title="Means", points=2, minutes=2, difficulty=1, importance=1, section="2")
class Means:
    """The mean of every row, and of all."""

    reference = both
    returns = ("row means", "mean")

    def inputs(self, draw: Draw) -> dict[str, Any]:
        return dict(x=draw.normal(draw.size(2, 5), draw.size(3, 7)))

    laws = [moves_along, equals_reference]  # noqa: RUF012
    mistakes = {  # noqa: RUF012
        "mean of the columns": mistake(lambda x: (x.mean(0), float(x.mean())), "One number a row, not a column."),
        "sum": mistake(lambda x: (x.sum(-1), float(x.sum())), "Divide by how many there are."),
        "wrong axis raises": mistake(lambda x: x.mean(5), "How many axes does x have?"),
    }
    hints = ("A mean over an axis removes it.", "float() makes a number of a tensor.")


def unevenness(layer: Any, x: Tensor, order: Tensor) -> float:
    return float((layer(x[order]) - layer(x)[order]).abs().max().detach())


@exercise("w99.tester", title="A tester", points=1, minutes=5, difficulty=3, importance=2, section="3")
class Tester:
    """How far a layer is from being equivariant."""

    reference = unevenness

    def inputs(self, draw: Draw) -> dict[str, Any]:
        rows, width = draw.size(2, 5), draw.size(3, 7)
        layer = draw.build(nn.Linear, width, width) if draw.flip() else named_cumsum
        return dict(layer=layer, x=draw.normal(rows, width), order=draw.permutation(rows))

    laws = [equals_reference]  # noqa: RUF012
    mistakes = {  # noqa: RUF012
        "mean instead of max": mistake(
            lambda layer, x, order: float((layer(x[order]) - layer(x)[order]).abs().mean()), "Worst case."
        ),
        "order forgotten": mistake(
            lambda layer, x, order: float((layer(x) - layer(x)[order]).abs().max()), "Who moves?"
        ),
        "always zero": mistake(lambda layer, x, order: 0.0, "Try a layer that looks at positions."),
    }
    hints = ("Move, then apply. Apply, then move.", "The largest difference.")


def named_cumsum(x: Tensor) -> Tensor:
    return x.cumsum(0)


class Scale(nn.Module):
    """Multiply by one learned number."""

    def __init__(self, start: float) -> None:
        super().__init__()
        self.factor = nn.Parameter(torch.tensor(start))

    def forward(self, x: Tensor) -> Tensor:
        return self.factor * x


class AddScale(Scale):
    def forward(self, x: Tensor) -> Tensor:
        return self.factor + x


class Forgot(Scale):
    def forward(self, x: Tensor) -> Tensor:
        return x


class Squared(Scale):
    def forward(self, x: Tensor) -> Tensor:
        return self.factor**2 * x


@exercise(
    "w99.module", title="A module", points=1, minutes=5, difficulty=3, importance=2, section="4", notebook="homework"
)
class Module:
    """Write a class."""

    reference = Scale

    def inputs(self, draw: Draw) -> dict[str, Any]:
        return dict(start=3.0, x=draw.normal(draw.size(2, 5)))

    def use(self, candidate: Any, start: float, x: Tensor) -> Tensor:
        return candidate(start)(x)

    laws = [equals_reference]  # noqa: RUF012
    mistakes = {  # noqa: RUF012
        "adds": mistake(AddScale, "Times, not plus."),
        "forgets": mistake(Forgot, "What is the number for?"),
        "squares": mistake(Squared, "Once."),
    }
    hints = ("nn.Parameter", "forward multiplies.")


TOYS = {each.id: each for each in (Share, Means, Tester, Module)}
for name in TOYS:
    registry._known.pop(name)  # tests of other things must not see them; the fixture `toys` puts them in
