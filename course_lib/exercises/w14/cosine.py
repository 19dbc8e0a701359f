"""A schedule that fades along a cosine."""

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from course_lib.exercises.author import *
from course_lib.exercises.w14.drawing import LIBRARY
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


def cosine_betas(steps: int, offset: float) -> Tensor:
    """The betas of the cosine schedule.   -> (T + 1,), betas[0] = 0."""
    return noise_schedule.cosine(steps, offset).betas


def in_full(steps: int, offset: float) -> Tensor:
    share = torch.arange(steps + 1) / steps
    left = torch.cos((share + offset) / (1 + offset) * math.pi / 2) ** 2
    betas = 1 - left[1:] / left[:-1]  # left[0] would cancel in alpha_bar(t) / alpha_bar(t - 1)
    return torch.cat([torch.zeros(1), betas.clamp(max=0.999)])


def bars(betas: Tensor) -> Tensor:
    """What is left at each time."""
    return (1 - betas.double()).cumprod(0)


@law("at t = 0 nothing has happened")
def begins_at_one(call: Call) -> Broken | None:
    """betas[0] = 0."""
    first = float(call.yours[0])
    return None if first == 0 else Broken(f"Your first beta is {number(first)}; it stands for t = 0 and should be 0.")


@law("no beta above 0.999")
def never_everything(call: Call) -> Broken | None:
    """Then something of the picture, however little, is left at T."""
    worst = float(call.yours.max())
    if worst > 0.9991:
        return Broken(f"Your largest beta is {number(worst)}. A step that takes everything cannot be undone.")
    return None


@law("what is left falls from step to step")
def falls(call: Call) -> Broken | None:
    """Every beta after the first lies between 0 and 1."""
    outside = ((call.yours[1:] <= 0) | (call.yours[1:] >= 1)).nonzero()
    if not len(outside):
        return None
    t = int(outside[0]) + 1
    return Broken(f"Your beta at t = {t} is {number(float(call.yours[t]))}; it should lie between 0 and 1.")


@law("what is left follows the cosine")
def follows(call: Call) -> Broken | None:
    """alpha_bar, multiplied up from the betas, against the curve, at every time but the last."""
    steps, offset = call.inputs["steps"], call.inputs["offset"]
    mine = bars(call.yours)
    for t in range(1, steps):
        wanted = (
            math.cos((t / steps + offset) / (1 + offset) * math.pi / 2)
            / math.cos(offset / (1 + offset) * math.pi / 2)
        ) ** 2  # fmt: skip
        if abs(float(mine[t]) - wanted) > 1e-3:
            return Broken(
                f"Multiplied up to t = {t}, your betas leave {number(float(mine[t]))} of the variance; the curve "
                f"leaves {number(wanted)}."
            )
    return None


@law("without an offset, half is left half way")
def half_way(call: Call) -> Broken | None:
    """The cosine of 45 degrees, squared; and with the paper's 1,000 steps and offset a little less."""
    for steps, offset, wanted in ((8, 0.0, 0.5), (1000, 0.008, 0.4938)):
        mine = float(bars(call.again(steps=steps, offset=offset))[steps // 2])
        if abs(mine - wanted) > 2e-3:
            return elsewhere(
                call,
                f"With {steps} steps and offset {offset:g}, {number(wanted)} of the variance should be left half way; "
                f"yours leaves {number(mine)}.",
            )
    return None


@exercise("w14.cosine_betas", title="The cosine schedule", section="14.2", points=3, minutes=10, difficulty=2,
          importance=3, forbid=("course_lib.layers.noise_schedule.cosine", *LIBRARY))  # fmt: skip
class CosineBetas:
    """The betas of the cosine schedule, for t = 0 to T."""

    reference = cosine_betas
    answer = in_full

    def use(self, candidate: Callable[..., Any], steps: int, offset: float) -> Any:
        """float32 is as good as float64."""
        args, options = bind(candidate, {"steps": steps, "offset": offset})
        betas = candidate(*args, **options)
        return betas.double() if isinstance(betas, Tensor) and betas.is_floating_point() else betas

    def inputs(self, draw: Draw) -> dict[str, Any]:
        return {"steps": draw.size(3, draw.choice([7, 9, 11])), "offset": draw.choice([0.05, 0.1, 0.15, 0.2])}

    laws = [begins_at_one, falls, never_everything, follows, half_way, equals_reference(tolerance=1e-3)]
    mistakes = MISTAKES
    hints = [
        "First what is left at the times 0 to T: T + 1 angles, a cosine, a square.",
        "What one step leaves is alpha_bar(t) / alpha_bar(t - 1): two slices of one table, left[1:] and left[:-1].",
        "clamp(max=0.999) keeps the last step from taking everything; torch.cat puts the 0 in front.",
    ]
