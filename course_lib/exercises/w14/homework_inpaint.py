"""Homework, question 3: pixels that are known are put back at every step, as noisy as the rest."""

from typing import Any

import torch
from torch import Tensor

from course_lib.exercises.engine.laws import Broken, Call, equals_reference, law, same
from course_lib.exercises.engine.other_inputs import elsewhere
from course_lib.exercises.engine.registry import exercise
from course_lib.exercises.engine.seeded_draw import Draw
from course_lib.exercises.engine.value_text import number
from course_lib.exercises.w14 import inpaint_mistakes as wrong
from course_lib.exercises.w14.drawing import LIBRARY, draw_schedule
from course_lib.layers.diffusion import noised
from course_lib.layers.noise_schedule import Schedule


def inpaint_step(
    noisy: Tensor, known: Tensor, mask: Tensor, t: int, schedule: Schedule, fresh: Tensor
) -> Tensor:  # fmt: skip
    """Put the known pixels back, as noisy as everything is at time t.

    noisy, known, fresh (B, C, H, W)   mask (H, W), True = known   t 0 to T   -> (B, C, H, W)
    Source: Lugmayr et al. 2022 (arXiv:2201.09865), equation 8.
    """
    return torch.where(mask, noised(known, fresh, t, schedule), noisy)


@law("at t = 0 the known pixels are exactly the known ones")
def ends_at_known(call: Call) -> Broken | None:
    """The last thing that happens to a picture."""
    result = call.again(t=0)
    wanted = torch.where(call.inputs["mask"], call.inputs["known"], call.inputs["noisy"])
    return None if same(result, wanted) else elsewhere(
        call, "At t = 0 the known pixels should stand there without any noise, the others as they were.", result, wanted
    )  # fmt: skip


@law("unknown pixels stay as they are")
def unknown_stay(call: Call) -> Broken | None:
    """They are what the model is painting."""
    outside = ~call.inputs["mask"]
    mine, wanted = call.yours[..., outside], call.inputs["noisy"][..., outside]
    if same(mine, wanted):
        return None
    return Broken("Where the mask is False nothing should happen, and yours has other numbers there.")


@law("known pixels are as noisy as the time says")
def as_noisy_as_the_time(call: Call) -> Broken | None:
    """Known pixels of 1 and noise of plus and minus 1: their mean and spread."""
    ones, mask = torch.ones_like(call.inputs["known"]), call.inputs["mask"]
    up, down = (call.again(known=ones, fresh=sign * ones)[..., mask].double() for sign in (1, -1))
    left = float(call.inputs["schedule"].alpha_bars[call.inputs["t"]])
    for what, mine, wanted in (
        ("mean", (up + down) / 2, left**0.5),
        ("variance", ((up - down) / 2).square(), 1 - left),
    ):
        if float((mine - wanted).abs().max()) > 1e-3:
            return elsewhere(
                call,
                f"A known pixel of 1 should have the {what} {number(wanted)} at t = {call.inputs['t']}, over many "
                f"draws of `fresh`; yours has {number(float(mine.reshape(-1)[0]))}.",
            )
    return None


@law("what the model painted over known pixels is forgotten")
def painted_over(call: Call) -> Broken | None:
    """And what stands in `known` where nothing is known is never looked at."""
    mask = call.inputs["mask"]
    for name, where, words in (
        ("noisy", mask, "what stood there in `noisy`"),
        ("known", ~mask, "what stands in `known` where the mask is False"),
    ):
        changed = torch.where(where, call.inputs[name] * 2 + 1, call.inputs[name])
        if not same(call.again(**{name: changed}), call.yours):
            return elsewhere(call, f"The result should not depend on {words}, and yours does.")
    return None


@law("every picture has fresh noise of its own")
def noise_of_its_own(call: Call) -> Broken | None:
    """Other noise for the last picture changes the last picture alone."""
    fresh = call.inputs["fresh"].clone()
    fresh[-1] += 1
    changed = (call.again(fresh=fresh) - call.yours)[..., call.inputs["mask"]].abs() > 1e-4
    if bool(changed[:-1].any()):
        return elsewhere(call, "Only the noise of the last picture was changed, and other pictures change with it.")
    if not bool(changed[-1].all()):
        return elsewhere(call, "Other noise for the last picture does not reach its known pixels.")
    return None


@exercise("w14.inpaint_step", title="Put back what is known", notebook="homework", section="3", points=4, minutes=12,
          difficulty=3, importance=4, forbid=LIBRARY)  # fmt: skip
class InpaintStep:
    """The known pixels as they look at time t, the others as they are."""

    reference = inpaint_step

    def inputs(self, draw: Draw) -> dict[str, Any]:
        size = (2, 1, 2, 3) if draw.tiny else (3, 2, 5, 7)
        steps = draw.size(4, 9)
        mask = draw.mask(*size[-2:])
        return {
            "noisy": draw.normal(*size),
            "known": draw.normal(*size) + 0.5,
            "mask": mask,
            "t": draw.integer(2, steps),
            "schedule": draw_schedule(draw, steps),
            "fresh": draw.normal(*size),
        }

    laws = [unknown_stay, ends_at_known, as_noisy_as_the_time, painted_over, noise_of_its_own, equals_reference]
    mistakes = wrong.MISTAKES
    hints = [
        "Two pictures and a choice between them, pixel by pixel: the one the model has, and the known one, noised.",
        "noised(known, fresh, t, schedule) is the known picture at time t; a single number t serves the whole batch.",
        "torch.where(mask, a, b) takes a where the mask is True. The mask (H, W) serves all pictures and colours.",
    ]
