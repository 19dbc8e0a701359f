"""A jump back without chance, DDIM: to any earlier time at once."""

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
from course_lib.layers.noise_schedule import Schedule, at

Parts = Callable[[Tensor, Tensor, Tensor], Tensor]  # noisy, noise, alpha_bar at t -> the clean sample
Two = Callable[[Tensor, Tensor], Tensor]  # alpha_bar at t, alpha_bar at the earlier time -> a factor


def jump_with(
    clean_from: Parts = lambda noisy, noise, left: (noisy - (1 - left).sqrt() * noise) / left.sqrt(),
    keep: Two = lambda left, before: before.sqrt(),
    add: Two = lambda left, before: (1 - before).sqrt(),
    times: Callable[[Tensor, Tensor], tuple[Tensor, Tensor]] = lambda t, earlier: (t, earlier),
    noise_from: Callable[[Tensor], Tensor] = lambda noise: noise,
) -> Callable[..., Tensor]:
    """A jump with one part done in another way."""

    def ddim_step(noisy: Tensor, predicted_noise: Tensor, t: Tensor, earlier: Tensor, schedule: Schedule) -> Tensor:
        now, then = times(t, earlier)
        left, before = at(schedule.alpha_bars, now, noisy), at(schedule.alpha_bars, then, noisy)
        clean = clean_from(noisy, predicted_noise, left)
        return keep(left, before) * clean + add(left, before) * noise_from(predicted_noise)

    return ddim_step


not_grown = jump_with(lambda noisy, noise, left: noisy - (1 - left).sqrt() * noise)


no_roots_first = jump_with(lambda noisy, noise, left: (noisy - (1 - left) * noise) / left)


no_root_for_noise = jump_with(add=lambda left, before: 1 - before)


no_root_for_clean = jump_with(keep=lambda left, before: before)


noise_of_now = jump_with(add=lambda left, before: (1 - left).sqrt())


faded_as_now = jump_with(keep=lambda left, before: left.sqrt())


chance = jump_with(noise_from=torch.randn_like)


only_the_clean = jump_with(add=lambda left, before: torch.zeros_like(before))


always_to_zero = jump_with(
    keep=lambda left, before: torch.ones_like(left), add=lambda left, before: torch.zeros_like(left)
)


one_step_back = jump_with(times=lambda t, earlier: (t, t - 1))


times_exchanged = jump_with(times=lambda t, earlier: (earlier, t))


clipped = jump_with(lambda noisy, noise, left: ((noisy - (1 - left).sqrt() * noise) / left.sqrt()).clamp(-1, 1))


clean_and_noise_exchanged = jump_with(
    keep=lambda left, before: (1 - before).sqrt(), add=lambda left, before: before.sqrt()
)


MISTAKES = {
    "the clean sample is not grown back": mistake(
        not_grown,
        "In x_t the clean sample has faded. What undoes that, once the noise is out?",
        "You take the noise out and forget that what remains was multiplied by sqrt(alpha_bar).",
    ),
    "no roots on the way to the clean sample": mistake(
        no_roots_first, "Which factors did `noised` multiply by: the shares of the variance, or their roots?"
    ),
    "no root for the noise": mistake(
        no_root_for_noise, "With the true noise, do you land on the mix of `noised`? Look at the factor on the noise."
    ),
    "no root for the clean sample": mistake(
        no_root_for_clean,
        "With the true noise, do you land on the mix of `noised`? Look at the clean sample's factor.",
    ),
    "as much noise as before": mistake(
        noise_of_now, "How noisy should the sample be at the earlier time?", "You put back all the noise you took out."
    ),
    "as faded as before": mistake(
        faded_as_now, "How faded should the clean sample be at the earlier time?", "You fade it as at t."
    ),
    "fresh noise": mistake(
        chance,
        "Called twice with the same inputs, does your function agree with itself?",
        "You mix in noise that is newly drawn. DDIM goes on with the noise it has.",
    ),
    "no noise put back": mistake(
        only_the_clean,
        "What does a sample at the earlier time consist of?",
        "You return the clean sample, faded, and leave out the other part.",
    ),
    "straight to the clean sample": mistake(
        always_to_zero, "Does your result depend on `earlier`?", "You return the clean sample that the noise implies."
    ),
    "to t - 1, whatever is asked": mistake(
        one_step_back, "What is `earlier` for?", "You take one step, as DDPM would have to."
    ),
    "the two times exchanged": mistake(
        times_exchanged, "Which time does `noisy` come from, and which one do you want to reach?"
    ),
    "the clean sample is clipped": mistake(
        clipped,
        "Take a step and undo it with the same noise. Are you back?",
        "Samplers of pictures do hold the clean sample between -1 and 1; here points may lie anywhere.",
    ),
    "clean sample and noise exchanged": mistake(
        clean_and_noise_exchanged, "Near t = 0 your result is nearly all noise. Which part should be left there?"
    ),
}


def ddim_step(noisy: Tensor, predicted_noise: Tensor, t: Tensor, earlier: Tensor, schedule: Schedule) -> Tensor:
    """From x_t to x_earlier, without chance.   noisy, predicted_noise (B, ...)   t, earlier (B)   -> (B, ...)."""
    return diffusion.ddim_step(noisy, predicted_noise, t, earlier, schedule)


def in_full(noisy: Tensor, predicted_noise: Tensor, t: Tensor, earlier: Tensor, schedule: Schedule) -> Tensor:
    left, before = over(schedule.alpha_bars[t], noisy), over(schedule.alpha_bars[earlier], noisy)
    clean = (noisy - (1 - left).sqrt() * predicted_noise) / left.sqrt()
    return before.sqrt() * clean + (1 - before).sqrt() * predicted_noise


def mix(call: Call, clean: Tensor, noise: Tensor, t: Tensor) -> Tensor:
    """The straight mix of a sample and noise at a time."""
    left = over(call.inputs["schedule"].alpha_bars[t], clean)
    return left.sqrt() * clean + (1 - left).sqrt() * noise


@law("with the true noise it lands on the straight mix")
def lands_on_the_mix(call: Call) -> Broken | None:
    """The same clean sample and the same noise, mixed for the earlier time."""
    t, earlier, noise = (call.inputs[name] for name in ("t", "earlier", "predicted_noise"))
    clean = 2 * call.draw.normal(*noise.shape)
    result, wanted = call.again(noisy=mix(call, clean, noise, t)), mix(call, clean, noise, earlier)
    if same(result, wanted, 1e-3):
        return None
    return elsewhere(
        call,
        "x_t was mixed from a clean sample and the very noise that is predicted. The step should land where these two "
        "are mixed for the earlier time; yours lands elsewhere.",
        result,
        wanted,
    )


@law("there and back again")
def undoes_itself(call: Call) -> Broken | None:
    """From t to the earlier time and back, with the same noise."""
    t, earlier = call.inputs["t"], call.inputs["earlier"]
    result = call.again(noisy=call.yours, t=earlier, earlier=t)
    if same(result, call.inputs["noisy"], 1e-3):
        return None
    return elsewhere(
        call, "A step back and the same step forth, with the same noise, should end where it began.", result,
        call.inputs["noisy"],
    )  # fmt: skip


@law("two short steps make a long one")
def steps_add_up(call: Call) -> Broken | None:
    """With the same noise, it does not matter whether one stops on the way."""
    half = (call.inputs["t"] + call.inputs["earlier"]) // 2
    way = call.again(earlier=half)
    result = call.again(noisy=way, t=half)
    if same(result, call.yours, 1e-3):
        return None
    return elsewhere(call, "With the same noise, a stop half way changes where you end.", result, call.yours)


@law("at t = 0 stands the clean sample")
def ends_at_clean(call: Call) -> Broken | None:
    """A jump to earlier = 0 takes out all the noise."""
    t, noise = call.inputs["t"], call.inputs["predicted_noise"]
    left = over(call.inputs["schedule"].alpha_bars[t], noise)
    wanted = (call.inputs["noisy"] - (1 - left).sqrt() * noise) / left.sqrt()
    result = call.again(earlier=torch.zeros_like(t))
    if same(result, wanted, 1e-3):
        return None
    return elsewhere(call, "A jump to t = 0 should end at the clean sample that the noise implies.", result, wanted)


@law("a step to where you are changes nothing")
def standing_still(call: Call) -> Broken | None:
    """earlier = t."""
    result = call.again(earlier=call.inputs["t"])
    if same(result, call.inputs["noisy"], 1e-3):
        return None
    return elsewhere(call, "With earlier = t nothing should move.", result, call.inputs["noisy"])


@exercise("w14.ddim_step", title="One step of DDIM", section="14.7", points=3, minutes=10, difficulty=2,
          importance=5, forbid=(*LIBRARY, "course_lib.layers.diffusion.ddim_step"))  # fmt: skip
class DdimStep:
    """From x_t to x at any earlier time, with the noise that the network predicts and no other."""

    reference = ddim_step
    answer = in_full

    def inputs(self, draw: Draw) -> dict[str, Any]:
        steps, size = draw.size(5, 11), shape(draw)
        t = draw_times(draw, size[0], steps - 2) + 2
        earlier = torch.stack([draw.integers(1, int(time) - 1, 1)[0] if time > 3 else time - 2 for time in t])
        return {
            "noisy": draw.normal(*size),
            "predicted_noise": draw.normal(*size),
            "t": t,
            "earlier": earlier,
            "schedule": draw_schedule(draw, steps),
        }

    laws = [
        deterministic,
        standing_still,
        ends_at_clean,
        lands_on_the_mix,
        undoes_itself,
        steps_add_up,
        samples_apart(noisy=2.0, predicted_noise=-1.0),
        laid_out("noisy", "predicted_noise"),
        thousand_steps,
        equals_reference,
    ]
    mistakes = MISTAKES
    hints = [
        "Two lines. First: which clean sample does x_t hold, if the predicted noise is true? That is `noised`, solved "
        "for the clean sample.",
        "Second: mix this clean sample and the same noise again, for the earlier time.",
        "at(schedule.alpha_bars, t, noisy) and at(schedule.alpha_bars, earlier, noisy) are all the numbers you need.",
    ]
