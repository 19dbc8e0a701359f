"""Posteriors that go wrong, each in one way."""

from collections.abc import Callable

from torch import Tensor

from course_lib.exercises.engine.mistakes import mistake
from course_lib.layers.noise_schedule import Schedule, at

Three = Callable[[Tensor, Tensor, Tensor], Tensor]  # beta, alpha_bar at t, alpha_bar at t - 1
Both = tuple[Tensor, Tensor]


def bayes_with(
    at_clean: Three = lambda beta, left, before: before.sqrt() * beta / (1 - left),
    at_noisy: Three = lambda beta, left, before: (1 - beta).sqrt() * (1 - before) / (1 - left),
    spread: Three = lambda beta, left, before: beta * (1 - before) / (1 - left),
) -> Callable[..., Both]:
    """The posterior with one part done in another way."""

    def posterior(clean: Tensor, noisy: Tensor, t: Tensor, schedule: Schedule) -> Both:
        numbers = (
            at(schedule.betas, t, clean),
            at(schedule.alpha_bars, t, clean),
            at(schedule.alpha_bars, t - 1, clean),
        )
        return at_clean(*numbers) * clean + at_noisy(*numbers) * noisy, spread(*numbers)

    return posterior


variance_is_beta = bayes_with(spread=lambda beta, left, before: beta)


standard_deviation = bayes_with(spread=lambda beta, left, before: (beta * (1 - before) / (1 - left)).sqrt())


logarithm = bayes_with(spread=lambda beta, left, before: (beta * (1 - before) / (1 - left)).clamp(min=1e-20).log())


upside_down = bayes_with(spread=lambda beta, left, before: beta * (1 - left) / (1 - before).clamp(min=1e-20))


no_roots = bayes_with(
    lambda beta, left, before: before * beta / (1 - left),
    lambda beta, left, before: (1 - beta) * (1 - before) / (1 - left),
)


bar_for_alpha = bayes_with(at_noisy=lambda beta, left, before: left.sqrt() * (1 - before) / (1 - left))


bar_of_now = bayes_with(at_clean=lambda beta, left, before: left.sqrt() * beta / (1 - left))


beta_from_the_bar = bayes_with(
    lambda beta, left, before: before.sqrt(),
    lambda beta, left, before: left.sqrt() * (1 - before) / (1 - left),
    lambda beta, left, before: 1 - before,
)


def clean_and_noisy_exchanged(clean: Tensor, noisy: Tensor, t: Tensor, schedule: Schedule) -> Both:
    return bayes_with()(noisy, clean, t, schedule)


def one_entry_early(clean: Tensor, noisy: Tensor, t: Tensor, schedule: Schedule) -> Both:
    """The tables counted from t = 1: everything one entry early."""
    return bayes_with()(clean, noisy, t - 1, schedule)


MISTAKES = {
    "beta as the variance": mistake(
        variance_is_beta,
        "Knowing x_0 as well as x_t, are you more certain of x_(t-1), or less?",
        "beta is the variance of a step forward; the clean sample tells you something on top.",
    ),
    "the standard deviation instead of the variance": mistake(
        standard_deviation, "Which of the two is asked for? A root is taken when noise is drawn, and not before."
    ),
    "the logarithm of the variance": mistake(
        logarithm, "Is a variance ever negative? Code that has learned variances keeps logarithms; here you need none."
    ),
    "the variance's fraction upside down": mistake(
        upside_down, "At t = 1 nothing is uncertain. What should your factor on beta be there?"
    ),
    "the roots are missing": mistake(
        no_roots,
        "Without any noise in x_t, is your mean the clean sample faded by t - 1 steps?",
        "alpha and alpha_bar are shares of a variance; as factors on a sample they need a root.",
    ),
    "alpha_bar where alpha belongs": mistake(
        bar_for_alpha,
        "From x_(t-1) to x_t it is a single step. Which number describes a single step?",
        "On x_t you use what is left after all steps; one step keeps 1 - beta.",
    ),
    "alpha_bar of the wrong time on the clean sample": mistake(
        bar_of_now,
        "How faded is the clean sample in x_(t-1): as after t steps, or as after t - 1?",
        "You use alpha_bar at t for both.",
    ),
    "1 - alpha_bar taken for beta": mistake(
        beta_from_the_bar,
        "How much noise does the one step from t - 1 to t add, and how much all steps together?",
        "beta is the noise of one step; 1 - alpha_bar is that of all of them.",
    ),
    "clean sample and x_t exchanged": mistake(
        clean_and_noisy_exchanged, "At t = 1 your mean is x_t. Which of the two do you end at?"
    ),
    "one entry early": mistake(
        one_entry_early,
        "The tables have T + 1 entries. Which time does their first one stand for?",
        "You read all of the tables at t - 1.",
    ),
}
