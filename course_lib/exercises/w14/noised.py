"""Noise put in at once: q(x_t | x_0)."""

from typing import Any

import torch

from course_lib.exercises.engine.laws import Broken, Call, equals_reference, law, same
from course_lib.exercises.engine.other_inputs import elsewhere
from course_lib.exercises.engine.registry import exercise
from course_lib.exercises.engine.seeded_draw import Draw
from course_lib.exercises.values.value_text import number
from course_lib.exercises.w14 import noised_mistakes as wrong
from course_lib.exercises.w14.drawing import (
    LIBRARY,
    draw_schedule,
    draw_times,
    laid_out,
    samples_apart,
    shape,
    thousand_steps,
)
from course_lib.layers import diffusion
from course_lib.layers.noise_schedule import Schedule


def chain(schedule: Schedule, t: int) -> tuple[float, float]:
    """What t single steps do to a sample: the factor on what it was, and the variance of the noise in it."""
    factor, variance = 1.0, 0.0
    for beta in schedule.betas[1 : t + 1].tolist():
        factor, variance = factor * (1 - beta) ** 0.5, variance * (1 - beta) + beta
    return factor, variance


@law("mean and variance are those of t single steps")
def as_step_by_step(call: Call) -> Broken | None:
    """Measured with a sample of ones and noise of plus and minus one, against the chain of the single steps."""
    t, schedule = call.inputs["t"], call.inputs["schedule"]
    ones = torch.ones_like(call.inputs["clean"])
    up, down = call.again(clean=ones, noise=ones), call.again(clean=ones, noise=-ones)
    for b, time in enumerate(t.tolist()):
        factor, variance = chain(schedule, time)
        mean, spread = float(((up + down) / 2)[b].mean()), float(((up - down) / 2)[b].square().mean())
        for what, mine, wanted in (("mean", mean, factor), ("variance", spread, variance)):
            if abs(mine - wanted) > 1e-3:
                return elsewhere(
                    call,
                    f"A sample that is 1 everywhere, after {time} step{'s' * (time != 1)}: over all noises its {what} "
                    f"should be {number(wanted)}, and yours is {number(mine)}.",
                )
    return None


@law("at t = 0 nothing has happened")
def clean_at_zero(call: Call) -> Broken | None:
    """alpha_bar is 1 there."""
    result = call.again(t=torch.zeros_like(call.inputs["t"]))
    if same(result, call.inputs["clean"]):
        return None
    return elsewhere(call, "At t = 0 the sample should come back as it was.", result, call.inputs["clean"])


@law("where nothing is left there is only noise")
def noise_at_the_end(call: Call) -> Broken | None:
    """A schedule whose single step takes everything."""
    schedule = Schedule(torch.tensor([0.0, 1 - 1e-12], dtype=torch.float64))
    result = call.again(t=torch.ones_like(call.inputs["t"]), schedule=schedule)
    if same(result, call.inputs["noise"], 1e-3):
        return None
    return elsewhere(call, "With an alpha_bar of 0 only the noise should be left.", result, call.inputs["noise"])


@exercise("w14.noised", function="q_sample", title="Noise in one jump",
          section="14.1", points=3, minutes=8, difficulty=2, importance=5,
          forbid=LIBRARY)  # fmt: skip
class Noised:
    """What a clean sample looks like after t steps of noise."""

    reference = diffusion.q_sample

    def inputs(self, draw: Draw) -> dict[str, Any]:
        steps, size = draw.size(3, 11), shape(draw)
        t = draw_times(draw, size[0], steps)
        return {
            "clean": draw.normal(*size),
            "noise": draw.normal(*size),
            "t": t,
            "schedule": draw_schedule(draw, steps),
        }

    laws = [
        clean_at_zero,
        noise_at_the_end,
        as_step_by_step,
        samples_apart(clean=2.0, noise=-1.0),
        laid_out("clean", "noise"),
        thousand_steps,
        equals_reference,
    ]
    mistakes = wrong.MISTAKES
    hints = [
        "Two factors, one for the sample and one for the noise. Their squares sum to 1, and the first one's is in "
        "schedule.alpha_bars.",
        "at(schedule.alpha_bars, t, clean) picks one number for each sample and shapes it so that it multiplies them.",
        "By hand: schedule.alpha_bars[t].float(), then reshape it to (B, 1, ...) with one 1 for each other axis.",
    ]
