"""Homework, question 4: a variance that the network chooses, between the two that are known."""

from typing import Any

import torch

from course_lib.exercises.engine.laws import Broken, Call, equals_reference, law, same
from course_lib.exercises.engine.other_inputs import elsewhere
from course_lib.exercises.engine.registry import exercise
from course_lib.exercises.engine.seeded_draw import Draw
from course_lib.exercises.engine.value_text import number
from course_lib.exercises.w14 import log_variance_mistakes as wrong
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
    mistakes = wrong.MISTAKES
    hints = [
        "First bring the answer from -1 ... 1 to a share from 0 to 1.",
        "Then mix two logarithms with that share: of schedule.posterior_variances() and of schedule.betas. `at` shapes "
        "them.",
        "The posterior's variance at t = 1 is 0 and has no logarithm. Look it up at t.clamp(min=2).",
    ]
