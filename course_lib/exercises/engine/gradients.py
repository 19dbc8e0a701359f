"""A law about gradients: what is right in its values may still be cut off from training."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from course_lib.exercises.engine.compare import same
from course_lib.exercises.engine.laws import Broken, Call, Law
from course_lib.exercises.engine.other_inputs import elsewhere
from course_lib.exercises.engine.trials import CandidateFailed, ask
from course_lib.exercises.runner.plain_values import fresh


def slopes(call: Call, candidate: Callable[..., Any], names: tuple[str, ...]) -> list[Tensor | None]:
    """The gradient of a fixed mixture of all results with respect to some inputs; None where none comes back."""
    given = fresh(call.inputs)
    asked = [given[name].requires_grad_() for name in names]
    result = ask(call.trial.exercise, candidate, given)
    total = torch.zeros(())
    for part in result if isinstance(result, (tuple, list)) else (result,):
        shares = torch.arange(1.0, part.numel() + 1).sin().view(part.shape)  # all alike would hide what sums to 1
        total = total + (part * shares).sum()
    return list(torch.autograd.grad(total, asked, allow_unused=True)) if total.requires_grad else [None] * len(names)


def gradients_reach(*names: str) -> Law:
    """The law that the gradients with respect to these inputs are those of the reference."""

    def test(call: Call) -> Broken | None:
        outcome = call.guard.run(slopes, call, call.candidate, names)
        if isinstance(outcome.error, RuntimeError) and "inplace" in call.guard.text_of(outcome.error):
            return Broken(
                "It cannot be trained: a line such as `x += ...` writes over numbers that "
                "the gradient still needs. A new tensor does not."
            )
        if outcome.error is not None or outcome.stopped or outcome.forbidden:
            raise CandidateFailed(outcome)
        wanted = slopes(call, call.trial.exercise.reference, names)
        for name, mine, right in zip(names, outcome.value, wanted, strict=True):
            if mine is None or not bool(mine.any()):
                return elsewhere(call, f"No gradient comes back to {name}, so nothing before this step could learn.")
            if not same(mine, right, 1e-3):
                return elsewhere(
                    call,
                    f"The gradient that comes back to {name} is not the right one. Is a part of the work detached, "
                    "rounded or done outside torch? (Below: the gradients.)",
                    mine,
                    right,
                )
        return None

    return Law("gradients get through", 1.0, test)
