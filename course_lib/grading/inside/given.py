"""The marker's own functions, as a student's code meets them: they are asked over the line, gradients included."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from course_lib.grading.protocol.connection import Line
from course_lib.grading.protocol.values import Opaque

ERRORS = {
    each.__name__: each
    for each in (TypeError, ValueError, RuntimeError, IndexError, KeyError, AttributeError, NotImplementedError)
}


class Given:
    """A function that was handed in and lives with the marker."""

    def __init__(self, line: Line, what: Opaque) -> None:
        self._line, self._what = line, what

    def __call__(self, *args: Any, **options: Any) -> Any:
        keep: list[Tensor] = [each for each in (*args, *options.values()) if isinstance(each, Tensor)]
        needs = torch.is_grad_enabled() and any(each.requires_grad for each in keep)
        answer = ask(self._line, {"ask": self._what.number, "args": args, "options": options, "grad": needs})
        gives = answer["gives"]
        if not needs or not isinstance(gives, Tensor) or not gives.requires_grad:
            return gives.detach() if isinstance(gives, Tensor) else gives
        leaves = [each for each in keep if each.requires_grad]
        return Through.apply(pull_from(self._line, answer["graph"]), [gives.detach()], *leaves)[0]  # type: ignore[no-untyped-call]

    def __repr__(self) -> str:
        return self._what.label


def ask(line: Line, message: dict[str, Any]) -> dict[str, Any]:
    """Ask the marker; an error there is an error here."""
    line.say(message)
    answer = line.hear(lambda what: Given(line, what))
    if "fails" in answer:
        raise ERRORS.get(str(answer["fails"]), RuntimeError)(answer["says"])
    return answer


def pull_from(line: Line, graph: int) -> Callable[[list[Tensor | None]], list[Tensor | None]]:
    """How to ask the marker for slopes through what it once gave."""
    return lambda slopes: ask(line, {"pull": graph, "slopes": slopes})["slopes"]


class Through(torch.autograd.Function):
    """Values that came over the line, with a way back for their gradients."""

    @staticmethod
    def forward(ctx: Any, pull: Any, values: list[Tensor], *leaves: Tensor) -> tuple[Tensor, ...]:
        """The values as they are."""
        ctx.pull = pull
        return tuple(value.clone() for value in values)

    @staticmethod
    def backward(ctx: Any, *slopes: Tensor | None) -> tuple[Any, ...]:
        """Ask the other end, which kept the graph."""
        return (None, None, *ctx.pull([None if each is None else each.detach() for each in slopes]))
