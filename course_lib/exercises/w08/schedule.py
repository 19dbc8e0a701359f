"""The learning rate of the paper: up in a line, down like one over a root."""

from collections.abc import Callable
from numbers import Real
from typing import Any

import torch
from torch import Tensor

from course_lib.exercises.author import *
from course_lib.train import schedules


def no_warm_up(step: int, width: int, warmup: int) -> float:
    return width**-0.5 * step**-0.5


def no_way_down(step: int, width: int, warmup: int) -> float:
    return width**-0.5 * step * warmup**-1.5


def the_larger(step: int, width: int, warmup: int) -> float:
    return width**-0.5 * max(step**-0.5, step * warmup**-1.5)


def width_under_the_root(step: int, width: int, warmup: int) -> float:
    return width**0.5 * min(step**-0.5, step * warmup**-1.5)


def width_left_out(step: int, width: int, warmup: int) -> float:
    return min(step**-0.5, step * warmup**-1.5)


def lines_that_do_not_meet(step: int, width: int, warmup: int) -> float:
    return width**-0.5 * min(step**-0.5, step * warmup**-0.5)


def up_to_one(step: int, width: int, warmup: int) -> float:
    return width**-0.5 * min(step**-0.5, step / warmup)


def one_step_late(step: int, width: int, warmup: int) -> float:
    return schedules.noam(step + 1, width, warmup)


def rates(candidate: Callable[..., Any], steps: list[int], **others: Any) -> Tensor | None:
    """The candidate's rate at each step, as one tensor."""
    found = []
    for step in steps:
        args, options = bind(candidate, {"step": step, **others})
        rate = candidate(*args, **options)
        if rate is None:
            return None
        if not isinstance(rate, (Real, Tensor)) or (isinstance(rate, Tensor) and rate.numel() != 1):
            raise TypeError(f"a rate is one number, and at step {step} yours is {type_name(rate)}")
        found.append(float(rate))
    return torch.tensor(found, dtype=torch.float64)


@law("it rises up to the end of the warm-up and falls from there on")
def one_peak(call: Call) -> Broken | None:
    """The largest rate is that of step = warmup."""
    warmup = call.inputs["warmup"]
    result = call.again(steps=list(range(1, 3 * warmup)))
    rising, falling = result[:warmup].diff(), result[warmup - 1 :].diff()
    if bool((rising > 0).all()) and bool((falling < 0).all()):
        return None
    place, what = ("before", "rise") if not bool((rising > 0).all()) else ("after", "fall")
    return Broken(f"With warmup = {warmup} the rate should {what} at every step {place} step {warmup}; yours does not.")


@law("the paper's own sizes")
def sizes_of_the_paper(call: Call) -> Broken | None:
    """Width 512 and 4,000 steps of warm-up: 1.7e-7 at the first step, 7.0e-4 at the peak."""
    steps = [1, 2000, 4000, 100_000]
    result = call.again(steps=steps, width=512, warmup=4000)
    wanted = torch.tensor([schedules.noam(step, 512, 4000) for step in steps], dtype=torch.float64)
    if bool(((result / wanted - 1).abs() < 1e-3).all()):
        return None
    said = f"For width 512 and warmup 4000, at the steps {steps}, the rates are off (here in millionths)."
    return elsewhere(call, said, result * 1e6, wanted * 1e6)


@exercise("w08.noam", title="Noam's schedule", section="8.5", points=2, minutes=5, difficulty=1, importance=3)
class Noam:
    """The learning rate at a step, counted from 1."""

    reference = schedules.noam

    def use(self, candidate: Callable[..., Any], steps: list[int], width: int, warmup: int) -> Tensor | None:
        return rates(candidate, steps, width=width, warmup=warmup)

    def inputs(self, draw: Draw) -> dict[str, Any]:
        warmup = draw.size(4, draw.integer(7, 12))
        return {"steps": [1, warmup - 1, warmup, warmup + 2, 5 * warmup], "width": draw.integer(2, 7), "warmup": warmup}

    laws = [one_peak, sizes_of_the_paper, equals_reference]
    mistakes = {
        "no warm-up": mistake(
            no_warm_up, "Which of the two terms is the smaller one at step 1?", "The rate is largest at the first step."
        ),
        "no way down": mistake(
            no_way_down, "Which of the two terms is the smaller one after the warm-up?", "The rate rises for ever."
        ),
        "the larger of the two": mistake(
            the_larger, "Which of the two curves should win at step 1?", "You take the larger term where they differ."
        ),
        "the root of the width above the line": mistake(
            width_under_the_root, "Should a wider model step further or less far?", "Your rate grows with the width."
        ),
        "the width left out": mistake(width_left_out, "What is `width` for?", "The rate is the same for every width."),
        "two lines that do not meet": mistake(
            lines_that_do_not_meet,
            "At step = warmup both terms should be equal; which power of warmup makes them so?",
            "The rising term is too steep, so it crosses the falling one long before the warm-up ends.",
        ),
        "a rise to 1": mistake(
            up_to_one,
            "At step = warmup both terms should be equal; which power of warmup makes them so?",
            "Your rising term ends at 1, far above the falling one.",
        ),
        "one step late": mistake(
            one_step_late, "What is the number of the first step here?", "You add 1 to steps that count from 1 already."
        ),
    }
    hints = [
        "Two curves, and always the lower of the two: one rises with the step, one falls like 1 over its root.",
        "A power of -0.5 is one over a root: step ** -0.5.",
    ]
