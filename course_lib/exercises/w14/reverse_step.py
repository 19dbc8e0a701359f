"""One step of the way back: to the posterior's mean, then a little fresh noise."""

from typing import Any

import torch
from torch import Tensor

from course_lib.exercises.engine.laws import Broken, Call, equals_reference, law, same
from course_lib.exercises.engine.other_inputs import elsewhere
from course_lib.exercises.engine.registry import exercise
from course_lib.exercises.engine.seeded_draw import Draw
from course_lib.exercises.values.value_text import number
from course_lib.exercises.w14 import reverse_mistakes as wrong
from course_lib.exercises.w14.drawing import (
    LIBRARY,
    draw_schedule,
    draw_times,
    laid_out,
    over,
    samples_apart,
    shape,
    thousand_steps,
)
from course_lib.layers import diffusion
from course_lib.layers.noise_schedule import Schedule


def reverse_step(noisy: Tensor, predicted_noise: Tensor, t: Tensor, schedule: Schedule, fresh: Tensor) -> Tensor:
    """From x_t to x_{t-1}.   noisy, predicted_noise, fresh (B, ...)   t (B), 1 to T   -> (B, ...)."""
    return diffusion.ddpm_step(noisy, predicted_noise, t, schedule, fresh)


def in_full(noisy: Tensor, predicted_noise: Tensor, t: Tensor, schedule: Schedule, fresh: Tensor) -> Tensor:
    beta, left, before = (
        over(table, noisy)
        for table in (schedule.betas[t], schedule.alpha_bars[t], schedule.alpha_bars[t - 1])
    )  # fmt: skip
    mean = (noisy - beta / (1 - left).sqrt() * predicted_noise) / (1 - beta).sqrt()
    variance = beta * (1 - before) / (1 - left)  # 0 where t = 1
    return mean + variance.sqrt() * fresh


def levels(call: Call) -> tuple[Tensor, Tensor]:
    """alpha_bar at t and at t - 1, shaped like the samples."""
    t, bars = call.inputs["t"], call.inputs["schedule"].alpha_bars
    return over(bars[t], call.inputs["noisy"]), over(bars[t - 1], call.inputs["noisy"])


@law("the step from t = 1 adds no noise")
def last_step_is_quiet(call: Call) -> Broken | None:
    """It ends at the clean sample, for whichever samples are there, whatever `fresh` is."""
    t = call.inputs["t"]
    other = call.again(fresh=call.inputs["fresh"] + 2)
    for b in (t == 1).nonzero()[:, 0].tolist():
        if not same(other[b], call.yours[b]):
            return elsewhere(call, f"Sample {b} is at t = 1, and other fresh noise changes where it ends.")
    left, _ = levels(call)
    noise = call.inputs["predicted_noise"]
    wanted = (call.inputs["noisy"] - (1 - left).sqrt() * noise) / left.sqrt()
    for b in (t == 1).nonzero()[:, 0].tolist():
        if not same(call.yours[b], wanted[b], 1e-3):
            return Broken(
                f"Sample {b} is at t = 1. The step should take the predicted noise out and end at the clean sample; "
                "yours ends elsewhere."
            )
    return None


@law("fresh noise comes with the posterior's standard deviation")
def as_much_noise_as_the_posterior(call: Call) -> Broken | None:
    """How far the result moves when `fresh` moves by one."""
    t, betas = call.inputs["t"], call.inputs["schedule"].betas
    left, before = levels(call)
    wanted = (over(betas[t], left) * (1 - before) / (1 - left)).sqrt().reshape(-1)
    moved = (call.again(fresh=call.inputs["fresh"] + 1) - call.yours).reshape(len(t), -1)
    for b, time in enumerate(t.tolist()):
        mine = float(moved[b].mean())
        if abs(mine - float(wanted[b])) > 1e-3 or float((moved[b] - mine).abs().max()) > 1e-3:
            return elsewhere(
                call,
                f"At t = {time} one unit of fresh noise should move the result by {number(float(wanted[b]))}, the root "
                f"of the posterior's variance; it moves yours by {number(mine)}.",
            )
    return None


@law("with the true noise it is one step less of noise")
def lands_where_it_should(call: Call) -> Broken | None:
    """Over all true noises and all fresh ones, x_{t-1} has the mean and variance of t - 1 steps after x_0."""
    left, before = levels(call)
    ones = torch.ones_like(call.inputs["noisy"])
    ends = [
        call.again(noisy=left.sqrt() * ones + sign * (1 - left).sqrt(), predicted_noise=sign * ones, fresh=new * ones)
        for sign in (1, -1)
        for new in (1, -1)
    ]
    mean = torch.stack(ends).mean(0)
    spread = (torch.stack(ends) - mean).square().mean(0)
    for what, mine, wanted in (("mean", mean, before.sqrt()), ("variance", spread, 1 - before)):
        off = ((mine - wanted).abs() > 1e-3).reshape(len(mean), -1).any(1)
        if bool(off.any()):
            b = int(off.nonzero()[0])
            return elsewhere(
                call,
                f"Sample {b} is at t = {int(call.inputs['t'][b])}. Were x_0 all ones and the noise predicted truly, "
                f"x_(t-1) would have the {what} {number(float(wanted[b].reshape(-1)[0]))} over many draws; yours has "
                f"{number(float(mine[b].reshape(-1)[0]))}.",
            )
    return None


@exercise("w14.reverse_step", title="One step of DDPM", section="14.6", points=4, minutes=12, difficulty=3,
          importance=5, forbid=(*LIBRARY, "course_lib.layers.diffusion.ddpm_step"))  # fmt: skip
class ReverseStep:
    """From x_t to x_{t-1}, with the noise that the network predicts."""

    reference = reverse_step
    answer = in_full

    def inputs(self, draw: Draw) -> dict[str, Any]:
        steps, size = draw.size(4, 11), shape(draw)
        t = draw_times(draw, size[0], steps, include=1)
        return {
            "noisy": draw.normal(*size),
            "predicted_noise": draw.normal(*size),
            "t": t,
            "schedule": draw_schedule(draw, steps),
            "fresh": draw.normal(*size),
        }

    laws = [
        last_step_is_quiet,
        as_much_noise_as_the_posterior,
        lands_where_it_should,
        samples_apart(noisy=2.0, predicted_noise=-1.0, fresh=2.0),
        laid_out("noisy", "predicted_noise", "fresh"),
        thousand_steps,
        equals_reference,
    ]
    mistakes = wrong.MISTAKES
    hints = [
        "Two ways to the mean. As in `posterior`: the clean sample that x_t and the noise imply, and for it the "
        "mean. Or directly: (x_t - beta / sqrt(1 - alpha_bar) * noise) / sqrt(1 - beta). Both are the same numbers.",
        "Fresh noise is multiplied by a standard deviation: the root of the posterior's variance.",
        "At t = 1 alpha_bar at t - 1 is 1, so the posterior's variance is 0 of its own accord.",
    ]
