"""DDIM steps that go wrong, each in one way."""

from collections.abc import Callable

import torch
from torch import Tensor

from course_lib.exercises.engine.mistakes import mistake
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
