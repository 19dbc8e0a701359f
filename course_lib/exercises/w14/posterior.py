"""What x_{t-1} was, if x_0 and x_t are known: Bayes' rule for Gaussians."""

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
Both = tuple[Tensor, Tensor]


def bayes_with(
    at_clean: Three = lambda beta, left, before: before.sqrt() * beta / (1 - left),
    at_noisy: Three = lambda beta, left, before: (1 - beta).sqrt() * (1 - before) / (1 - left),
    spread: Three = lambda beta, left, before: beta * (1 - before) / (1 - left),
) -> Callable[..., Both]:
    """The posterior with one part done in another way."""

    def posterior(clean: Tensor, noisy: Tensor, t: Tensor, schedule: Schedule) -> Both:
        numbers = (
            at(schedule.betas, t, clean),
            at(schedule.alpha_bars, t, clean),
            at(schedule.alpha_bars, t - 1, clean),
        )
        return at_clean(*numbers) * clean + at_noisy(*numbers) * noisy, spread(*numbers)

    return posterior


variance_is_beta = bayes_with(spread=lambda beta, left, before: beta)


standard_deviation = bayes_with(spread=lambda beta, left, before: (beta * (1 - before) / (1 - left)).sqrt())


logarithm = bayes_with(spread=lambda beta, left, before: (beta * (1 - before) / (1 - left)).clamp(min=1e-20).log())


upside_down = bayes_with(spread=lambda beta, left, before: beta * (1 - left) / (1 - before).clamp(min=1e-20))


no_roots = bayes_with(
    lambda beta, left, before: before * beta / (1 - left),
    lambda beta, left, before: (1 - beta) * (1 - before) / (1 - left),
)


bar_for_alpha = bayes_with(at_noisy=lambda beta, left, before: left.sqrt() * (1 - before) / (1 - left))


bar_of_now = bayes_with(at_clean=lambda beta, left, before: left.sqrt() * beta / (1 - left))


beta_from_the_bar = bayes_with(
    lambda beta, left, before: before.sqrt(),
    lambda beta, left, before: left.sqrt() * (1 - before) / (1 - left),
    lambda beta, left, before: 1 - before,
)


def clean_and_noisy_exchanged(clean: Tensor, noisy: Tensor, t: Tensor, schedule: Schedule) -> Both:
    return bayes_with()(noisy, clean, t, schedule)


def one_entry_early(clean: Tensor, noisy: Tensor, t: Tensor, schedule: Schedule) -> Both:
    """The tables counted from t = 1: everything one entry early."""
    return bayes_with()(clean, noisy, t - 1, schedule)


MISTAKES = {
    "beta as the variance": mistake(
        variance_is_beta,
        "Knowing x_0 as well as x_t, are you more certain of x_(t-1), or less?",
        "beta is the variance of a step forward; the clean sample tells you something on top.",
    ),
    "the standard deviation instead of the variance": mistake(
        standard_deviation, "Which of the two is asked for? A root is taken when noise is drawn, and not before."
    ),
    "the logarithm of the variance": mistake(
        logarithm, "Is a variance ever negative? Code that has learned variances keeps logarithms; here you need none."
    ),
    "the variance's fraction upside down": mistake(
        upside_down, "At t = 1 nothing is uncertain. What should your factor on beta be there?"
    ),
    "the roots are missing": mistake(
        no_roots,
        "Without any noise in x_t, is your mean the clean sample faded by t - 1 steps?",
        "alpha and alpha_bar are shares of a variance; as factors on a sample they need a root.",
    ),
    "alpha_bar where alpha belongs": mistake(
        bar_for_alpha,
        "From x_(t-1) to x_t it is a single step. Which number describes a single step?",
        "On x_t you use what is left after all steps; one step keeps 1 - beta.",
    ),
    "alpha_bar of the wrong time on the clean sample": mistake(
        bar_of_now,
        "How faded is the clean sample in x_(t-1): as after t steps, or as after t - 1?",
        "You use alpha_bar at t for both.",
    ),
    "1 - alpha_bar taken for beta": mistake(
        beta_from_the_bar,
        "How much noise does the one step from t - 1 to t add, and how much all steps together?",
        "beta is the noise of one step; 1 - alpha_bar is that of all of them.",
    ),
    "clean sample and x_t exchanged": mistake(
        clean_and_noisy_exchanged, "At t = 1 your mean is x_t. Which of the two do you end at?"
    ),
    "one entry early": mistake(
        one_entry_early,
        "The tables have T + 1 entries. Which time does their first one stand for?",
        "You read all of the tables at t - 1.",
    ),
}


def one_a_sample(variance: Any, mean: Any) -> Any:
    """A variance as (B, 1, ...), whether it came so, as (B), or spread over the whole sample."""
    if not isinstance(variance, Tensor) or not isinstance(mean, Tensor) or mean.dim() == 0:
        return variance
    if variance.shape == mean.shape and mean.dim() > 1 and mean[0].numel() > 1:
        flat = variance.reshape(len(mean), -1)
        return over(flat[:, 0], mean) if bool((flat == flat[:, :1]).all()) else variance
    return over(variance, mean) if variance.numel() == len(mean) else variance


def log_normal(x: Tensor, mean: Tensor, variance: Tensor) -> Tensor:
    """The logarithm of a Gaussian's density, up to a constant that does not depend on x."""
    return -((x - mean) ** 2) / (2 * variance)


@law("it is what Bayes' rule gives")
def bayes(call: Call) -> Broken | None:
    """q(x_{t-1} | x_t, x_0) is proportional to q(x_t | x_{t-1}) q(x_{t-1} | x_0): tried at several x_{t-1}."""
    clean, noisy, t = call.inputs["clean"].double(), call.inputs["noisy"].double(), call.inputs["t"]
    betas, bars = call.inputs["schedule"].betas, call.inputs["schedule"].alpha_bars
    mean, variance = call.yours[0].double(), call.yours[1].double()
    for b in (t > 1).nonzero()[:, 0].tolist():
        beta, before = betas[t[b]], bars[t[b] - 1]
        if not bool((variance[b] > 0).all()):
            least = number(float(variance[b].min()))
            return Broken(f"At t = {int(t[b])} x_(t-1) is not certain yet, but your variance is {least}.")
        left = [
            log_normal(noisy[b], (1 - beta).sqrt() * x, beta) + log_normal(x, before.sqrt() * clean[b], 1 - before)
            for x in (clean[b] + step for step in (-0.7, 0.0, 0.7))
        ]
        right = [log_normal(clean[b] + step, mean[b], variance[b]) for step in (-0.7, 0.0, 0.7)]
        for i in (0, 2):  # differences, because a density is known up to a factor
            wanted, mine = left[i] - left[1], right[i] - right[1]
            if bool(((mine - wanted).abs() > 2e-3 * (1 + wanted.abs())).any()):
                return Broken(
                    f"At t = {int(t[b])} your Gaussian is not the product of the two that Bayes' rule multiplies: how "
                    "likely x_(t-1) is after x_0, and how likely x_t is after x_(t-1)."
                )
    return None


@law("at t = 1 nothing is uncertain")
def certain_at_one(call: Call) -> Broken | None:
    """x_{t-1} is x_0 there."""
    mean, variance = call.again(t=torch.ones_like(call.inputs["t"]))
    clean = call.inputs["clean"]
    if not same(mean, clean, 1e-3):
        return elsewhere(call, "At t = 1, x_(t-1) is the clean sample; so should your mean be.", mean, clean)
    if bool((variance.abs() > 1e-5).any()):
        return elsewhere(call, "At t = 1, x_(t-1) is the clean sample, and your variance is not 0.")
    return None


@law("certainties add up")
def precisions_add(call: Call) -> Broken | None:
    """1 / variance is the sum of what x_0 tells, 1 / (1 - alpha_bar before), and what x_t tells, alpha / beta."""
    t, schedule = call.inputs["t"], call.inputs["schedule"]
    for b in (t > 1).nonzero()[:, 0].tolist():
        beta, before = float(schedule.betas[t[b]]), float(schedule.alpha_bars[t[b] - 1])
        wanted = 1 / (1 / (1 - before) + (1 - beta) / beta)
        mine = float(call.yours[1][b].reshape(-1)[0])
        if abs(mine - wanted) > 1e-3 * wanted:
            return Broken(
                f"At t = {int(t[b])}: from x_0 alone the variance of x_(t-1) is {number(1 - before)}. From x_t alone "
                f"it is {number(beta / (1 - beta))}. Both together leave {number(wanted)}; yours is {number(mine)}."
            )
    return None


@law("noise put in and taken out again")
def closes_the_circle(call: Call) -> Broken | None:
    """Draw x_t after x_0, then x_{t-1} by the posterior: mean and variance must be those of t - 1 steps."""
    clean, t, bars = call.inputs["clean"], call.inputs["t"], call.inputs["schedule"].alpha_bars
    left, before = over(bars[t], clean), over(bars[t - 1], clean)
    without, _ = call.again(noisy=left.sqrt() * clean)
    with_one, variance = call.again(noisy=left.sqrt() * clean + (1 - left).sqrt())
    if not same(without, before.sqrt() * clean, 1e-3):
        return elsewhere(call, "With no noise in x_t, your mean should be sqrt(alpha_bar) at t - 1 times x_0.")
    total = (with_one - without) ** 2 + variance
    if bool(((total - (1 - before)).abs() > 1e-3).any()):
        return elsewhere(
            call,
            "Over all x_t and all draws from your posterior, x_(t-1) should have the variance 1 - alpha_bar at t - 1. "
            f"For the first sample that is {number(float((1 - before).reshape(-1)[0]))}, and yours has "
            f"{number(float(total.reshape(len(t), -1)[0, 0]))}.",
        )
    return None


@exercise("w14.posterior", title="One step back, if you knew", section="14.4", points=4, minutes=12, difficulty=3,
          importance=5,
          forbid=(*LIBRARY, "course_lib.layers.noise_schedule.Schedule.posterior_variances",
                  "course_lib.layers.diffusion.ddpm_step"))  # fmt: skip
class Posterior:
    """Mean and variance of x_{t-1}, when the clean sample and x_t are both known."""

    reference = diffusion.posterior
    returns = ("mean", "variance")

    def use(self, candidate: Callable[..., Any], clean: Tensor, noisy: Tensor, t: Tensor, schedule: Schedule) -> Any:
        """One variance a sample; which axes of size 1 it has is free."""
        args, options = bind(candidate, {"clean": clean, "noisy": noisy, "t": t, "schedule": schedule})
        result = candidate(*args, **options)
        if not isinstance(result, (tuple, list)) or len(result) != 2:
            return result
        return result[0], one_a_sample(result[1], result[0])

    def inputs(self, draw: Draw) -> dict[str, Any]:
        steps, size = draw.size(4, 11), shape(draw)
        t = draw_times(draw, size[0], steps - 1) + 1
        return {
            "clean": draw.normal(*size),
            "noisy": draw.normal(*size) + 0.3,
            "t": t,
            "schedule": draw_schedule(draw, steps),
        }

    laws = [
        certain_at_one,
        precisions_add,
        closes_the_circle,
        bayes,
        samples_apart(clean=2.0, noisy=-1.0),
        laid_out("clean", "noisy"),
        thousand_steps,
        equals_reference,
    ]
    mistakes = MISTAKES
    hints = [
        "The mean is a sum of two products, one with the clean sample and one with x_t. Both factors have the same "
        "number below the line: the noise that is in x_t, 1 - alpha_bar at t.",
        "Above the line at the clean sample stands sqrt(alpha_bar at t - 1) times beta; at x_t it is sqrt(1 - beta) "
        "times the noise that was there at t - 1.",
        "The variance is beta, made smaller by (1 - alpha_bar at t - 1) / (1 - alpha_bar at t). "
        "at(schedule.betas, t, noisy) shapes a number for each sample.",
    ]
