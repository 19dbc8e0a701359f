"""Homework, question 2: a warm-up whose height you choose."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from course_lib.exercises.author import *
from course_lib.exercises.w08.schedule import one_peak, rates
from course_lib.train import schedules


def stays_up(step: int, warmup: int, peak: float) -> float:
    return peak * min(step / warmup, 1.0)


def falls_too_fast(step: int, warmup: int, peak: float) -> float:
    return peak * min(step / warmup, warmup / step)


def never_turns(step: int, warmup: int, peak: float) -> float:
    return peak * step / warmup


def no_rise(step: int, warmup: int, peak: float) -> float:
    return peak * (warmup / max(step, warmup)) ** 0.5


def counted_from_zero(step: int, warmup: int, peak: float) -> float:
    return peak * min((step - 1) / warmup, (warmup / step) ** 0.5)


def root_on_both_sides(step: int, warmup: int, peak: float) -> float:
    return peak * min(step / warmup, warmup / step) ** 0.5


def counted_again(step: int, warmup: int, peak: float) -> float:
    return peak * (step / warmup if step <= warmup else (step - warmup) ** -0.5)


def peak_left_out(step: int, warmup: int, peak: float) -> float:
    return min(step / warmup, (warmup / step) ** 0.5)


@law("the peak is the peak")
def peak_is_reached(call: Call) -> Broken | None:
    """At step = warmup the rate is exactly what was asked for, also with a realistic size."""
    result = call.again(steps=[100, 1600], warmup=400, peak=3e-4) * 1e4
    at_peak = call.again(steps=[400], warmup=400, peak=3e-4) * 1e4
    wanted = torch.tensor([0.75, 1.5, 3.0], dtype=torch.float64)
    result = torch.cat([result, at_peak])
    if bool(((result / wanted - 1).abs() < 1e-3).all()):
        return None
    said = "With warmup 400 and peak 3e-4, the rates at the steps 100, 1600 and 400 are off (here times 10,000)."
    return elsewhere(call, said, result, wanted)


@exercise("w08.warm_up", title="A warm-up of your own", notebook="homework", section="2", points=3, minutes=5,
          difficulty=1, importance=4)  # fmt: skip
class WarmUp:
    """Up in a line to a peak, down like one over a root."""

    reference = schedules.warm_up

    def use(self, candidate: Callable[..., Any], steps: list[int], warmup: int, peak: float) -> Tensor | None:
        return rates(candidate, steps, warmup=warmup, peak=peak)

    def inputs(self, draw: Draw) -> dict[str, Any]:
        warmup = draw.size(4, draw.integer(7, 12))
        steps = [1, warmup - 1, warmup, warmup + 2, 5 * warmup]
        return {"steps": steps, "warmup": warmup, "peak": float(draw.integer(2, 7))}

    laws = [one_peak, peak_is_reached, equals_reference]
    mistakes = {
        "it stays up": mistake(
            stays_up, "What should happen after step = warmup?", "The rate reaches the peak and stays there."
        ),
        "it falls too fast": mistake(
            falls_too_fast,
            "At four times the warm-up, is half the peak left, or a quarter?",
            "Your rate falls like 1/step.",
        ),
        "it never turns": mistake(
            never_turns, "Which of the two rules holds after the warm-up?", "The rate rises beyond the peak."
        ),
        "no rise": mistake(no_rise, "What should the rate be at step 1?", "The rate begins at the peak."),
        "counted from 0": mistake(
            counted_from_zero,
            "What is the rate at step 1, and can a step of rate 0 learn?",
            "Your first step has rate 0.",
        ),
        "a root on both sides": mistake(
            root_on_both_sides,
            "Half way up, is the rate half the peak?",
            "Your rise bends; it should be a straight line.",
        ),
        "counted again after the warm-up": mistake(
            counted_again,
            "Do both rules give the same rate at step = warmup?",
            "After the warm-up you count from 0 again, so the rate jumps.",
        ),
        "the peak left out": mistake(peak_left_out, "What is `peak` for?", "Your rate never rises above 1."),
    }
    hints = [
        "Two rules, one up to step = warmup and one from there on. Check that they agree where they meet.",
        "Both are the peak times a number that is at most 1. Which of the two numbers is the smaller one at a step?",
    ]
