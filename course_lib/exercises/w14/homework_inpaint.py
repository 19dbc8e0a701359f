"""Homework, question 3: pixels that are known are put back at every step, as noisy as the rest."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from course_lib.exercises.author import *
from course_lib.exercises.w14.drawing import LIBRARY, draw_schedule
from course_lib.layers.diffusion import q_sample
from course_lib.layers.noise_schedule import Schedule


def put_back(
    keep: Callable[[float], float] = lambda left: left**0.5,
    add: Callable[[float], float] = lambda left: (1 - left) ** 0.5,
    when: int = 0,
    noise: Callable[[Tensor], Tensor] = lambda fresh: fresh,
    turn: bool = False,
) -> Callable[..., Tensor]:
    """The step with one part done in another way."""

    def step(noisy: Tensor, known: Tensor, mask: Tensor, t: int, schedule: Schedule, fresh: Tensor) -> Tensor:
        left = float(schedule.alpha_bars[min(max(t + when, 0), schedule.steps)])
        return torch.where(~mask if turn else mask, keep(left) * known + add(left) * noise(fresh), noisy)

    return step


clean_paste = put_back(lambda left: 1.0, lambda left: 0.0)


mask_turned = put_back(turn=True)


no_roots = put_back(lambda left: left, lambda left: 1 - left)


only_faded = put_back(add=lambda left: 0.0)


not_faded = put_back(keep=lambda left: 1.0)


exchanged = put_back(lambda left: (1 - left) ** 0.5, lambda left: left**0.5)


step_just_left = put_back(when=1)


a_time_early = put_back(when=-1)


same_noise_for_all = put_back(noise=lambda fresh: fresh[:1].expand_as(fresh))


def the_noise_that_is_there(
    noisy: Tensor, known: Tensor, mask: Tensor, t: int, schedule: Schedule, fresh: Tensor
) -> Tensor:  # fmt: skip
    return torch.where(mask, q_sample(known, noisy, t, schedule), noisy)


def whole_picture(noisy: Tensor, known: Tensor, mask: Tensor, t: int, schedule: Schedule, fresh: Tensor) -> Tensor:
    return q_sample(torch.where(mask, known, noisy), fresh, t, schedule)


def nothing_but_known(noisy: Tensor, known: Tensor, mask: Tensor, t: int, schedule: Schedule, fresh: Tensor) -> Tensor:
    return mask * q_sample(known, fresh, t, schedule)


def put_on_top(noisy: Tensor, known: Tensor, mask: Tensor, t: int, schedule: Schedule, fresh: Tensor) -> Tensor:
    return noisy + mask * q_sample(known, fresh, t, schedule)


def written_into(noisy: Tensor, known: Tensor, mask: Tensor, t: int, schedule: Schedule, fresh: Tensor) -> Tensor:
    noisy[..., mask] = q_sample(known, fresh, t, schedule)[..., mask]
    return noisy


MISTAKES = {
    "known pixels put back clean": mistake(
        clean_paste,
        "How noisy is the rest of the picture at time t?",
        "The network never saw a picture that is clean in one place and noisy in another.",
    ),
    "the mask turned round": mistake(mask_turned, "Which pixels does True stand for: those known, or those missing?"),
    "the roots are missing": mistake(
        no_roots, "Which factors did the lecture's `noised` multiply by: shares of the variance, or their roots?"
    ),
    "faded, but without noise": mistake(
        only_faded, "What does a picture at time t consist of?", "You fade the known pixels and add nothing."
    ),
    "noisy, but not faded": mistake(
        not_faded, "What happens to the picture itself on its way to time t?", "You only add noise."
    ),
    "picture and noise exchanged": mistake(
        exchanged, "Near t = 0 your known pixels are nearly all noise. Which part should be left?"
    ),
    "the time before the step": mistake(
        step_just_left,
        "`t` is the time that the picture has reached. How noisy is it there?",
        "You mix for t + 1.",
    ),
    "a time too early": mistake(
        a_time_early,
        "The tables have T + 1 entries. Which time does their first one stand for?",
        "You mix for t - 1.",
    ),
    "one noise for all pictures": mistake(
        same_noise_for_all, "Does the second picture's `fresh` matter in yours?", "All get the noise of the first."
    ),
    "the noisy picture taken for noise": mistake(
        the_noise_that_is_there,
        "Is `noisy` pure noise, or does it hold a picture, too?",
        "You mix the known pixels with x_t instead of with `fresh`.",
    ),
    "noise on the whole picture": mistake(
        whole_picture, "What may happen to pixels that are not known?", "You noise the painted part once more."
    ),
    "only the known part": mistake(
        nothing_but_known, "What stands in yours where the mask is False?", "The model's own painting is lost."
    ),
    "put on top": mistake(
        put_on_top, "What becomes of what the model painted over known pixels?", "You add where you should replace."
    ),
    "written into the input": mistake(
        written_into, "Whose tensor is `noisy`? The caller may still need it; make a new one."
    ),
}


def inpaint_step(
    noisy: Tensor, known: Tensor, mask: Tensor, t: int, schedule: Schedule, fresh: Tensor
) -> Tensor:  # fmt: skip
    """Put the known pixels back, as noisy as everything is at time t.

    noisy, known, fresh (B, C, H, W)   mask (H, W), True = known   t 0 to T   -> (B, C, H, W)
    Source: Lugmayr et al. 2022 (arXiv:2201.09865), equation 8.
    """
    return torch.where(mask, q_sample(known, fresh, t, schedule), noisy)


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
    mistakes = MISTAKES
    hints = [
        "Two pictures and a choice between them, pixel by pixel: the one the model has, and the known one, noised.",
        "noised(known, fresh, t, schedule) is the known picture at time t; a single number t serves the whole batch.",
        "torch.where(mask, a, b) takes a where the mask is True. The mask (H, W) serves all pictures and colours.",
    ]
