"""Learned variances that go wrong, each in one way."""

from collections.abc import Callable

import torch
from torch import Tensor

from course_lib.exercises.engine.mistakes import mistake
from course_lib.layers.noise_schedule import Schedule, at


def chosen(
    share: Callable[[Tensor], Tensor] = lambda answer: (answer + 1) / 2,
    mix: Callable[[Tensor, Tensor, Tensor], Tensor] = lambda s, low, high: s * high.log() + (1 - s) * low.log(),
    small: Callable[[Schedule, Tensor], tuple[Tensor, Tensor]] = lambda schedule, t: (
        schedule.posterior_variances(),
        t.clamp(min=2),
    ),
    large: Callable[[Schedule], Tensor] = lambda schedule: schedule.betas,
) -> Callable[..., Tensor]:
    """The log-variance with one part done in another way."""

    def log_variance(answer: Tensor, t: Tensor, schedule: Schedule) -> Tensor:
        return mix(share(answer), at(*small(schedule, t), answer), at(large(schedule), t, answer))

    return log_variance


answer_as_share = chosen(share=lambda answer: answer)


squeezed = chosen(share=torch.sigmoid)


ends_exchanged = chosen(share=lambda answer: (1 - answer) / 2)


variances_mixed = chosen(mix=lambda s, low, high: (s * high + (1 - s) * low).log())


the_variance = chosen(mix=lambda s, low, high: high**s * low ** (1 - s))


the_standard_deviation = chosen(mix=lambda s, low, high: (s * high.log() + (1 - s) * low.log()) / 2)


minus_infinity = chosen(small=lambda schedule, t: (schedule.posterior_variances(), t))


a_tiny_number = chosen(small=lambda schedule, t: (schedule.posterior_variances().clamp(min=1e-20), t))


beta_at_both_ends = chosen(small=lambda schedule, t: (schedule.betas, t))


all_the_noise = chosen(large=lambda schedule: 1 - schedule.alpha_bars)


noise_before = chosen(small=lambda schedule, t: ((1 - schedule.alpha_bars), t.clamp(min=2) - 1))


cut_off = chosen(share=lambda answer: ((answer + 1) / 2).clamp(0.25, 0.75))


MISTAKES = {
    "the answer itself as the share": mistake(
        answer_as_share, "What does the answer -1 stand for, and what share do you make of it?"
    ),
    "squeezed by a sigmoid": mistake(
        squeezed, "At the answer 1 the variance should be beta itself. Does your share ever get to 1?"
    ),
    "the ends exchanged": mistake(ends_exchanged, "Which answer stands for beta in yours, and which one should?"),
    "variances mixed, not logarithms": mistake(
        variances_mixed,
        "Half way between 0.001 and 0.1: is it 0.05 or 0.01?",
        "You mix first and take the logarithm afterwards; then the small end hardly counts.",
    ),
    "the variance, not its logarithm": mistake(the_variance, "Is your result ever negative? A logarithm would be."),
    "the logarithm of the standard deviation": mistake(
        the_standard_deviation, "By how much does a square root change a logarithm?"
    ),
    "the logarithm of 0": mistake(
        minus_infinity,
        "How large is the posterior's variance at t = 1? What did the text say about it?",
        "It is 0 there, so its logarithm is minus infinity.",
    ),
    "a tiny number in place of 0": mistake(
        a_tiny_number,
        "Which number stands in at t = 1?",
        "With 1e-20 there, the answers at t = 1 would run over fifty powers of e, and training would never settle.",
    ),
    "beta at both ends": mistake(beta_at_both_ends, "Does your result change with the answer at all?"),
    "all the noise so far at the large end": mistake(
        all_the_noise, "Is the large end the noise of one step, or of all steps up to t?", "You use 1 - alpha_bar."
    ),
    "all the noise before at the small end": mistake(
        noise_before,
        "What is known at the small end: x_0 alone, or x_0 and x_t?",
        "You use 1 - alpha_bar at t - 1.",
    ),
    "cut off before the ends": mistake(
        cut_off, "May a network ask for exactly beta?", "Answers near -1 and 1 have no effect in yours."
    ),
}
