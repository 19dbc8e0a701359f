"""Steps back that go wrong, each in one way."""

from collections.abc import Callable

import torch
from torch import Tensor

from course_lib.exercises.engine.mistakes import mistake
from course_lib.exercises.w14.drawing import over
from course_lib.layers.noise_schedule import Schedule, at

Three = Callable[[Tensor, Tensor, Tensor], Tensor]  # beta, alpha_bar at t, alpha_bar at t - 1


def step_with(
    out: Three = lambda beta, left, before: beta / (1 - left).sqrt(),
    grow: Three = lambda beta, left, before: 1 / (1 - beta).sqrt(),
    sigma: Three = lambda beta, left, before: (beta * (1 - before) / (1 - left)).sqrt(),
    when: int = 0,
) -> Callable[..., Tensor]:
    """One step back with one part done in another way; `when` shifts the time of all tables."""

    def reverse_step(noisy: Tensor, predicted_noise: Tensor, t: Tensor, schedule: Schedule, fresh: Tensor) -> Tensor:
        times = (t + when).clamp(1, schedule.steps)
        numbers = (
            at(schedule.betas, times, noisy),
            at(schedule.alpha_bars, times, noisy),
            at(schedule.alpha_bars, times - 1, noisy),
        )
        return grow(*numbers) * (noisy - out(*numbers) * predicted_noise) + sigma(*numbers) * fresh

    return reverse_step


noise_at_the_end = step_with(sigma=lambda beta, left, before: beta.sqrt())


def beta_but_quiet(noisy: Tensor, predicted_noise: Tensor, t: Tensor, schedule: Schedule, fresh: Tensor) -> Tensor:
    return noise_at_the_end(noisy, predicted_noise, t, schedule, fresh * over(t > 1, fresh))


variance_as_factor = step_with(sigma=lambda beta, left, before: beta * (1 - before) / (1 - left))


no_fresh_noise = step_with(sigma=lambda beta, left, before: torch.zeros_like(beta))


noise_put_in = step_with(out=lambda beta, left, before: -beta / (1 - left).sqrt())


bar_for_alpha = step_with(grow=lambda beta, left, before: 1 / left.sqrt())


not_grown = step_with(grow=lambda beta, left, before: torch.ones_like(beta))


all_noise_out = step_with(out=lambda beta, left, before: (1 - left).sqrt())


no_root_below = step_with(out=lambda beta, left, before: beta / (1 - left))


root_of_beta = step_with(out=lambda beta, left, before: beta.sqrt())


a_time_early = step_with(when=-1)


def fresh_noise_grown(noisy: Tensor, predicted_noise: Tensor, t: Tensor, schedule: Schedule, fresh: Tensor) -> Tensor:
    return step_with(
        sigma=lambda beta, left, before: (beta * (1 - before) / (1 - left)).sqrt() / (1 - beta).sqrt()
    )(noisy, predicted_noise, t, schedule, fresh)  # fmt: skip


def all_the_way(noisy: Tensor, predicted_noise: Tensor, t: Tensor, schedule: Schedule, fresh: Tensor) -> Tensor:
    left = at(schedule.alpha_bars, t, noisy)
    return (noisy - (1 - left).sqrt() * predicted_noise) / left.sqrt()


MISTAKES = {
    "noise even at the last step": mistake(
        noise_at_the_end,
        "From t = 1 the way ends. Would you leave noise in a finished picture?",
        "Your fresh noise has the variance beta at every step, also at the one that ends at the clean sample.",
    ),
    "beta instead of the posterior's variance": mistake(
        beta_but_quiet,
        "Which variance did you find in `posterior`?",
        "This is the paper's other choice, and works, too; the question asks for the smaller one.",
    ),
    "the variance as a factor": mistake(
        variance_as_factor,
        "If z has variance 1, what is the variance of c times z?",
        "Fresh noise is multiplied by a standard deviation, and you use its square.",
    ),
    "no fresh noise": mistake(
        no_fresh_noise,
        "Does your result depend on `fresh`?",
        "You return the mean. Step after step of means loses the variance that x_(t-1) should have.",
    ),
    "noise put in, not taken out": mistake(noise_put_in, "Is the predicted noise to be added or taken away?"),
    "alpha_bar where alpha belongs": mistake(
        bar_for_alpha,
        "By how much did a single step make the sample fade?",
        "You divide by the root of what is left after all steps, as if this were the only step back.",
    ),
    "the sample does not grow back": mistake(
        not_grown,
        "A step forward multiplies by sqrt(1 - beta). What undoes that?",
        "You take noise out and leave the sample as faded as it was.",
    ),
    "all the noise at once": mistake(
        all_noise_out,
        "How much of the noise should still be there at t - 1?",
        "You take out all of the predicted noise in one step.",
    ),
    "no root below beta": mistake(
        no_root_below,
        "Which number multiplies the noise in x_t: a variance, or its root?",
        "You divide by 1 - alpha_bar.",
    ),
    "the root of beta": mistake(
        root_of_beta,
        "The noise in x_t came in many steps. Which share of it did the last one bring?",
        "You take out as much as one step puts in; but the prediction is about all of the noise.",
    ),
    "one entry early": mistake(
        a_time_early,
        "The tables have T + 1 entries. Which time does their first one stand for?",
        "You read the tables at t - 1.",
    ),
    "fresh noise grows, too": mistake(
        fresh_noise_grown,
        "In which order do they come: growing back, and fresh noise?",
        "You add fresh noise first and then divide by sqrt(1 - beta).",
    ),
    "straight to the clean sample": mistake(
        all_the_way,
        "How noisy should x_(t-1) still be?",
        "You return the clean sample that the prediction implies, whatever t is.",
    ),
}
