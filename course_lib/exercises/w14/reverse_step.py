"""One step of the way back: to the posterior's mean, then a little fresh noise."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from course_lib.exercises.author import *
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
from course_lib.layers.noise_schedule import Schedule, at

Three = Callable[[Tensor, Tensor, Tensor], Tensor]  # beta, alpha_bar at t, alpha_bar at t - 1


def step_with(
    out: Three = lambda beta, left, before: beta / (1 - left).sqrt(),
    grow: Three = lambda beta, left, before: 1 / (1 - beta).sqrt(),
    sigma: Three = lambda beta, left, before: (beta * (1 - before) / (1 - left)).sqrt(),
    when: int = 0,
) -> Callable[..., Tensor]:
    """One step back with one part done in another way; `when` shifts the time of all tables."""

    def reverse_step(noisy: Tensor, predicted_noise: Tensor, t: Tensor, schedule: Schedule, fresh: Tensor) -> Tensor:
        times = (t + when).clamp(1, schedule.steps)
        numbers = (
            at(schedule.betas, times, noisy),
            at(schedule.alpha_bars, times, noisy),
            at(schedule.alpha_bars, times - 1, noisy),
        )
        return grow(*numbers) * (noisy - out(*numbers) * predicted_noise) + sigma(*numbers) * fresh

    return reverse_step


noise_at_the_end = step_with(sigma=lambda beta, left, before: beta.sqrt())


def beta_but_quiet(noisy: Tensor, predicted_noise: Tensor, t: Tensor, schedule: Schedule, fresh: Tensor) -> Tensor:
    return noise_at_the_end(noisy, predicted_noise, t, schedule, fresh * over(t > 1, fresh))


variance_as_factor = step_with(sigma=lambda beta, left, before: beta * (1 - before) / (1 - left))


no_fresh_noise = step_with(sigma=lambda beta, left, before: torch.zeros_like(beta))


noise_put_in = step_with(out=lambda beta, left, before: -beta / (1 - left).sqrt())


bar_for_alpha = step_with(grow=lambda beta, left, before: 1 / left.sqrt())


not_grown = step_with(grow=lambda beta, left, before: torch.ones_like(beta))


all_noise_out = step_with(out=lambda beta, left, before: (1 - left).sqrt())


no_root_below = step_with(out=lambda beta, left, before: beta / (1 - left))


root_of_beta = step_with(out=lambda beta, left, before: beta.sqrt())


a_time_early = step_with(when=-1)


def fresh_noise_grown(noisy: Tensor, predicted_noise: Tensor, t: Tensor, schedule: Schedule, fresh: Tensor) -> Tensor:
    return step_with(
        sigma=lambda beta, left, before: (beta * (1 - before) / (1 - left)).sqrt() / (1 - beta).sqrt()
    )(noisy, predicted_noise, t, schedule, fresh)  # fmt: skip


def all_the_way(noisy: Tensor, predicted_noise: Tensor, t: Tensor, schedule: Schedule, fresh: Tensor) -> Tensor:
    left = at(schedule.alpha_bars, t, noisy)
    return (noisy - (1 - left).sqrt() * predicted_noise) / left.sqrt()


MISTAKES = {
    "noise even at the last step": mistake(
        noise_at_the_end,
        "From t = 1 the way ends. Would you leave noise in a finished picture?",
        "Your fresh noise has the variance beta at every step, also at the one that ends at the clean sample.",
    ),
    "beta instead of the posterior's variance": mistake(
        beta_but_quiet,
        "Which variance did you find in `posterior`?",
        "This is the paper's other choice, and works, too; the question asks for the smaller one.",
    ),
    "the variance as a factor": mistake(
        variance_as_factor,
        "If z has variance 1, what is the variance of c times z?",
        "Fresh noise is multiplied by a standard deviation, and you use its square.",
    ),
    "no fresh noise": mistake(
        no_fresh_noise,
        "Does your result depend on `fresh`?",
        "You return the mean. Step after step of means loses the variance that x_(t-1) should have.",
    ),
    "noise put in, not taken out": mistake(noise_put_in, "Is the predicted noise to be added or taken away?"),
    "alpha_bar where alpha belongs": mistake(
        bar_for_alpha,
        "By how much did a single step make the sample fade?",
        "You divide by the root of what is left after all steps, as if this were the only step back.",
    ),
    "the sample does not grow back": mistake(
        not_grown,
        "A step forward multiplies by sqrt(1 - beta). What undoes that?",
        "You take noise out and leave the sample as faded as it was.",
    ),
    "all the noise at once": mistake(
        all_noise_out,
        "How much of the noise should still be there at t - 1?",
        "You take out all of the predicted noise in one step.",
    ),
    "no root below beta": mistake(
        no_root_below,
        "Which number multiplies the noise in x_t: a variance, or its root?",
        "You divide by 1 - alpha_bar.",
    ),
    "the root of beta": mistake(
        root_of_beta,
        "The noise in x_t came in many steps. Which share of it did the last one bring?",
        "You take out as much as one step puts in; but the prediction is about all of the noise.",
    ),
    "one entry early": mistake(
        a_time_early,
        "The tables have T + 1 entries. Which time does their first one stand for?",
        "You read the tables at t - 1.",
    ),
    "fresh noise grows, too": mistake(
        fresh_noise_grown,
        "In which order do they come: growing back, and fresh noise?",
        "You add fresh noise first and then divide by sqrt(1 - beta).",
    ),
    "straight to the clean sample": mistake(
        all_the_way,
        "How noisy should x_(t-1) still be?",
        "You return the clean sample that the prediction implies, whatever t is.",
    ),
}


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
    mistakes = MISTAKES
    hints = [
        "Two ways to the mean. As in `posterior`: the clean sample that x_t and the noise imply, and for it the "
        "mean. Or directly: (x_t - beta / sqrt(1 - alpha_bar) * noise) / sqrt(1 - beta). Both are the same numbers.",
        "Fresh noise is multiplied by a standard deviation: the root of the posterior's variance.",
        "At t = 1 alpha_bar at t - 1 is 1, so the posterior's variance is 0 of its own accord.",
    ]
