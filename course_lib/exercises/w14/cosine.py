"""A schedule that fades along a cosine."""

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from course_lib.exercises.engine.laws import Broken, Call, equals_reference, law
from course_lib.exercises.engine.other_inputs import elsewhere
from course_lib.exercises.engine.registry import exercise
from course_lib.exercises.engine.seeded_draw import Draw
from course_lib.exercises.engine.trials import bind
from course_lib.exercises.values.value_text import number
from course_lib.exercises.w14 import cosine_mistakes as wrong
from course_lib.exercises.w14.drawing import LIBRARY
from course_lib.layers import noise_schedule


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
    mistakes = wrong.MISTAKES
    hints = [
        "First what is left at the times 0 to T: T + 1 angles, a cosine, a square.",
        "What one step leaves is alpha_bar(t) / alpha_bar(t - 1): two slices of one table, left[1:] and left[:-1].",
        "clamp(max=0.999) keeps the last step from taking everything; torch.cat puts the 0 in front.",
    ]
