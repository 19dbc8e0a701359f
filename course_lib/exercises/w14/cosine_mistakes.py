"""Cosine schedules that go wrong, each in one way."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from course_lib.exercises.engine.mistakes import mistake
from course_lib.layers import noise_schedule


def fading(
    left: Callable[[Tensor, float, int], Tensor],
    largest: float = 0.999,
) -> Callable[[int, float], Tensor]:
    """Betas of another curve: left(t, offset, steps) is what is left at the times t = 0 to T."""

    def betas(steps: int, offset: float) -> Tensor:
        curve = left(torch.arange(steps + 1, dtype=torch.float64), offset, steps)
        return torch.cat([curve.new_zeros(1), (1 - curve[1:] / curve[:-1]).clamp(max=largest)])

    return betas


def curve(t: Tensor, offset: float, steps: int) -> Tensor:
    return torch.cos((t / steps + offset) / (1 + offset) * math.pi / 2) ** 2


not_clipped = fading(curve, largest=1.0)


not_squared = fading(lambda t, offset, steps: curve(t, offset, steps).sqrt())


offset_left_out = fading(lambda t, offset, steps: curve(t, 0.0, steps))


offset_in_steps = fading(lambda t, offset, steps: torch.cos((t + offset) / (steps + offset) * math.pi / 2) ** 2)


not_divided = fading(lambda t, offset, steps: torch.cos((t / steps + offset) * math.pi / 2) ** 2)


half_a_turn = fading(lambda t, offset, steps: torch.cos((t / steps + offset) / (1 + offset) * math.pi) ** 2)


one_step_more = fading(lambda t, offset, steps: curve(t, offset, steps + 1))


def first_left_out(steps: int, offset: float) -> Tensor:
    return noise_schedule.cosine(steps, offset).betas[1:]


def what_is_left(steps: int, offset: float) -> Tensor:
    left = curve(torch.arange(steps + 1, dtype=torch.float64), offset, steps)
    return left / left[0]


def clipped_far_down(steps: int, offset: float) -> Tensor:
    return noise_schedule.cosine(steps, offset).betas.clamp(max=0.02)


def lost_since_the_start(steps: int, offset: float) -> Tensor:
    left = what_is_left(steps, offset)
    return (1 - left).clamp(max=0.999)


MISTAKES = {
    "the last step takes everything": mistake(
        not_clipped, "What is alpha_bar at t = T in yours, and can it be divided by?"
    ),
    "the cosine is not squared": mistake(
        not_squared, "What is left half way: a half, or a root of a half?", "Your curve is the cosine itself."
    ),
    "the offset left out": mistake(
        offset_left_out, "Does your result change when `offset` does?", "Your curve begins with its flat top."
    ),
    "the offset counted in steps": mistake(
        offset_in_steps,
        "Is `offset` added to t, or to t / T?",
        "With 1,000 steps an offset of 0.008 steps would be nothing at all.",
    ),
    "the offset not divided out": mistake(
        not_divided,
        "Which angle do you reach at t = T, and which should it be?",
        "You add the offset and never divide by 1 + offset, so the curve turns back up at the end.",
    ),
    "half a turn instead of a quarter": mistake(
        half_a_turn,
        "At which angle is the cosine 0 for the first time?",
        "Your angle runs to pi, so the curve falls to 0 and rises again.",
    ),
    "one step too many below the line": mistake(
        one_step_more, "What is t / T at the last step?", "You divide by T + 1, so the curve never arrives."
    ),
    "no beta for t = 0": mistake(
        first_left_out, "How many times are there from 0 to T?", "Your table begins at t = 1."
    ),
    "alpha_bar instead of beta": mistake(
        what_is_left,
        "Which of the two is what one step adds?",
        "You return what is left at each time.",
    ),
    "all that is lost so far": mistake(
        lost_since_the_start,
        "With respect to what does a single step lose its share: to the start, or to the step before?",
        "You return 1 - alpha_bar, the noise of all steps together.",
    ),
    "cut off as in the linear schedule": mistake(
        clipped_far_down,
        "How large may a beta be here?",
        "0.02 is where the linear schedule of 1,000 steps ends; with few steps a beta has to be larger.",
    ),
}
