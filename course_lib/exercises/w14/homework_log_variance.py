"""Homework, question 4: a variance that the network chooses, between the two that are known."""

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
from course_lib.layers import learned_variance
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


def ends(call: Call) -> dict[float, torch.Tensor]:
    """The variances that the answers -1, 0 and 1 stand for, one for each sample; t = 2 stands in for t = 1."""
    t, schedule = call.inputs["t"], call.inputs["schedule"]
    small, large = schedule.posterior_variances()[t.clamp(min=2)], schedule.betas[t]
    return {-1.0: small, 0.0: (small * large).sqrt(), 1.0: large}


@law("the ends are the two variances that are known, and 0 is their geometric mean")
def ends_are_known(call: Call) -> Broken | None:
    """-1 for the posterior's, 1 for beta."""
    for answer, wanted in ends(call).items():
        found = call.again(answer=torch.full_like(call.inputs["answer"], answer)).double()
        gap = (found - over(wanted.log(), found)).abs().reshape(len(wanted), -1).amax(1)
        if bool((gap > 1e-3).any()):
            b = int(gap.argmax())
            return elsewhere(
                call,
                f"At t = {int(call.inputs['t'][b])} the answer {answer:g} stands for the variance "
                f"{number(float(wanted[b]))}, whose logarithm is {number(float(wanted[b].log()))}; yours is "
                f"{number(float(found[b].reshape(-1)[0]))}.",
            )
    return None


@law("the logarithm moves along a line")
def on_a_line(call: Call) -> Broken | None:
    """Equal steps of the answer multiply the variance by the same, also a little beyond the ends."""
    like = torch.ones_like(call.inputs["answer"])
    low, middle, high = (call.again(answer=each * like) for each in (-1.5, 0.25, 2.0))
    if same(middle - low, high - middle, 1e-3):
        return None
    return elsewhere(
        call, "From the answer -1.5 to 0.25 it is as far as from 0.25 to 2; so the logarithm should rise by the same."
    )


@law("a larger answer never means less noise")
def rises(call: Call) -> Broken | None:
    """beta is the larger of the two ends at every t but the first."""
    more = call.again(answer=call.inputs["answer"] + 0.3) - call.yours
    later = over(call.inputs["t"] > 1, more) > 0
    if not bool((more[later.expand_as(more)] <= 0).any()):
        return None
    return elsewhere(call, "With all answers larger by 0.3, the variance should be larger; somewhere yours is not.")


@exercise("w14.log_variance", title="How sure are you?", notebook="homework", section="4", points=3, minutes=10,
          difficulty=2, importance=3,
          forbid=(*LIBRARY, "course_lib.layers.learned_variance.log_variances"))  # fmt: skip
class LogVariance:
    """The log-variance that an answer from -1 to 1 stands for: from the posterior's variance to beta."""

    reference = learned_variance.between

    def inputs(self, draw: Draw) -> dict[str, Any]:
        steps, size = draw.size(4, 11), shape(draw)
        t = draw_times(draw, size[0], steps, include=1)
        return {"answer": draw.uniform(*size, low=-0.9, high=0.9), "t": t, "schedule": draw_schedule(draw, steps)}

    laws = [
        ends_are_known,
        on_a_line,
        rises,
        samples_apart(answer=-0.5),
        laid_out("answer"),
        thousand_steps,
        equals_reference,
    ]
    mistakes = MISTAKES
    hints = [
        "First bring the answer from -1 ... 1 to a share from 0 to 1.",
        "Then mix two logarithms with that share: of schedule.posterior_variances() and of schedule.betas. `at` shapes "
        "them.",
        "The posterior's variance at t = 1 is 0 and has no logarithm. Look it up at t.clamp(min=2).",
    ]
