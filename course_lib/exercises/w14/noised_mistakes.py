"""Noise put in at once in ways that go wrong, each in one way."""

from collections.abc import Callable

import torch
from torch import Tensor

from course_lib.exercises.engine.mistakes import mistake
from course_lib.exercises.w14.drawing import over
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
