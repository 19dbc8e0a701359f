"""Noise put in at once: q(x_t | x_0)."""

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
from course_lib.layers.noise_schedule import Schedule

Factor = Callable[[Tensor], Tensor]


def mixed(
    keep: Factor = torch.sqrt,
    add: Factor = lambda left: (1 - left).sqrt(),
    pick: Callable[[Schedule, Tensor], Tensor] = lambda schedule, t: schedule.alpha_bars[t],
) -> Callable[..., Tensor]:
    """The mix of sample and noise with one part done in another way."""

    def noised(clean: Tensor, noise: Tensor, t: Tensor, schedule: Schedule) -> Tensor:
        left = over(pick(schedule, t), clean)
        return keep(left) * clean + add(left) * noise

    return noised


no_roots = mixed(lambda left: left, lambda left: 1 - left)


noise_without_root = mixed(add=lambda left: 1 - left)


clean_without_root = mixed(keep=lambda left: left)


exchanged = mixed(lambda left: (1 - left).sqrt(), torch.sqrt)


one_minus_the_root = mixed(add=lambda left: 1 - left.sqrt())


noise_at_full_strength = mixed(add=torch.ones_like)


clean_at_full_strength = mixed(keep=torch.ones_like)


one_step_only = mixed(pick=lambda schedule, t: 1 - schedule.betas[t])


a_time_early = mixed(pick=lambda schedule, t: schedule.alpha_bars[t - 1])


one_time_for_all = mixed(pick=lambda schedule, t: schedule.alpha_bars[t[:1]].expand(len(t)))


def along_the_last_axis(clean: Tensor, noise: Tensor, t: Tensor, schedule: Schedule) -> Tensor:
    left = schedule.alpha_bars[t].float()
    return left.sqrt() * clean + (1 - left).sqrt() * noise


def for_pictures_only(clean: Tensor, noise: Tensor, t: Tensor, schedule: Schedule) -> Tensor:
    left = schedule.alpha_bars[t].float()[:, None, None, None]
    return left.sqrt() * clean + (1 - left).sqrt() * noise


MISTAKES = {
    "the roots are missing": mistake(
        no_roots,
        "If a number has variance 1 and you multiply it by c, what is its variance then?",
        "alpha_bar and 1 - alpha_bar are shares of the variance, and you use them as factors.",
    ),
    "no root for the noise": mistake(
        noise_without_root,
        "What is the variance of your noise, and what should it be?",
        "You multiply the noise by a variance; a factor is a standard deviation.",
    ),
    "no root for the clean sample": mistake(
        clean_without_root,
        "Add up the squares of your two factors. What should they sum to?",
        "You multiply the clean sample by its share of the variance.",
    ),
    "sample and noise exchanged": mistake(
        exchanged, "Near t = 0 your result is nearly all noise. Which of the two should be left there?"
    ),
    "one minus the root": mistake(
        one_minus_the_root,
        "What has to sum to 1: your two factors, or their squares?",
        "Your factors sum to 1, so a mix of two independent parts loses variance.",
    ),
    "noise at full strength": mistake(
        noise_at_full_strength, "Your noise is as strong at t = 1 as at t = T. What makes it grow?"
    ),
    "the sample at full strength": mistake(
        clean_at_full_strength,
        "What is left of the sample at t = T?",
        "The sample never fades in yours; noise only comes on top.",
    ),
    "the noise of one step": mistake(
        one_step_only,
        "Which number says what is left after all steps up to t?",
        "1 - beta is what a single step keeps; you use it where alpha_bar belongs.",
    ),
    "one time early": mistake(
        a_time_early,
        "The tables have T + 1 entries. Which time does their first one stand for?",
        "You read the table at t - 1.",
    ),
    "one time for the whole batch": mistake(
        one_time_for_all, "Every sample has its own t. How many numbers alpha_bar does the batch need?"
    ),
    "the times run along the last axis": mistake(
        along_the_last_axis,
        "torch lines axes up from the right. Where does the batch stand in your (B) numbers, and where in the samples?",
        "Your factors were not given axes of size 1 for what a sample is made of.",
    ),
    "for pictures only": mistake(
        for_pictures_only,
        "A batch of points has two axes, not four. How many axes of size 1 do your factors need?",
        "You add three axes whatever a sample looks like.",
    ),
}


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
    mistakes = MISTAKES
    hints = [
        "Two factors, one for the sample and one for the noise. Their squares sum to 1, and the first one's is in "
        "schedule.alpha_bars.",
        "at(schedule.alpha_bars, t, clean) picks one number for each sample and shapes it so that it multiplies them.",
        "By hand: schedule.alpha_bars[t].float(), then reshape it to (B, 1, ...) with one 1 for each other axis.",
    ]
