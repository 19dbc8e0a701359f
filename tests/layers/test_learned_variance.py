"""The learned variance and the bound: torch.distributions, numerical integrals and exact cases."""

import math

import pytest
import torch
from torch import Tensor
from torch.distributions import Normal, kl_divergence

from course_lib.layers.diffusion import posterior, q_sample
from course_lib.layers.learned_variance import (
    LEVELS,
    between,
    bits,
    bound_term,
    divergence,
    log_likelihood,
    log_variances,
    prior_term,
)
from course_lib.layers.noise_schedule import Schedule, cosine, linear

SCHEDULES = [linear(41, 0.002, 0.3), cosine(29)]


def some(*shape: int) -> Tensor:
    return torch.randn(*shape, dtype=torch.float64)


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_the_ends_and_the_middle(schedule: Schedule) -> None:
    t, ones = torch.tensor([2, 9, schedule.steps]), torch.ones(3, 5, dtype=torch.float64)
    small, large = schedule.posterior_variances()[t, None], schedule.betas[t, None]
    assert (small < large).all()
    torch.testing.assert_close(between(-ones, t, schedule).exp(), small.expand(3, 5))
    torch.testing.assert_close(between(ones, t, schedule).exp(), large.expand(3, 5))
    torch.testing.assert_close(between(0 * ones, t, schedule).exp(), (small * large).sqrt().expand(3, 5))


def test_the_first_step_borrows_from_the_second() -> None:
    schedule = SCHEDULES[0]
    small, large = log_variances(schedule)
    assert small[1] == small[2] == schedule.posterior_variances()[2].log()
    assert large[1] == schedule.betas[1].log()
    assert small[0].isnan() and large[0].isnan() and small.shape == (42,)


def test_divergence_is_torchs() -> None:
    mean_a, log_a, mean_b, log_b = (some(3, 5) for _ in range(4))
    a, b = Normal(mean_a, (0.5 * log_a).exp()), Normal(mean_b, (0.5 * log_b).exp())
    torch.testing.assert_close(divergence(mean_a, log_a, mean_b, log_b), kl_divergence(a, b))


def test_the_levels_share_all_probability() -> None:
    levels = torch.linspace(-1, 1, LEVELS, dtype=torch.float64)
    for mean, log_variance in [(0.1, -3.0), (-1.4, 0.0), (0.98, -6.0), (0.3, -10.5)]:
        full = [torch.full_like(levels, value) for value in (mean, log_variance)]
        masses = log_likelihood(levels, *full).exp()
        assert float(masses.sum()) == pytest.approx(1, abs=1e-8)


def test_a_levels_mass_is_torchs_cdf_difference() -> None:
    levels = torch.linspace(-1, 1, LEVELS, dtype=torch.float64)[[0, 3, 100, 200, 254, 255]]
    found = log_likelihood(levels, torch.full_like(levels, 0.4), torch.full_like(levels, -1.0))
    normal, half = Normal(torch.tensor(0.4).double(), math.exp(-0.5)), 1 / 255
    wanted = normal.cdf(levels + half) - normal.cdf(levels - half)
    wanted[0], wanted[-1] = normal.cdf(levels[0] + half), 1 - normal.cdf(levels[-1] - half)
    torch.testing.assert_close(found, wanted.log(), rtol=1e-6, atol=1e-9)


def test_both_tails_are_alike_and_finite() -> None:
    levels = torch.linspace(-0.65, 0.65, 27)
    sharp = log_likelihood(levels, torch.zeros(27), torch.full((27,), -4.0))
    torch.testing.assert_close(sharp, sharp.flip(0), rtol=1e-5, atol=0)
    log_variance = torch.full((3,), -12.0, requires_grad=True)
    found = log_likelihood(torch.tensor([-1.0, 0.0, 1.0]), torch.tensor([1.0, 0.9, -1.0]), log_variance)
    found.sum().backward()
    assert found.isfinite().all() and log_variance.grad is not None and log_variance.grad.isfinite().all()


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_a_perfect_step_costs_nothing_and_any_other_something(schedule: Schedule) -> None:
    clean, noise, t = 0.5 * some(3, 1, 5, 7), some(3, 1, 5, 7), torch.tensor([2, 9, schedule.steps - 1])
    noisy = q_sample(clean, noise, t, schedule)
    mean, variance = posterior(clean, noisy, t, schedule)
    logs = variance.log().expand_as(mean)
    torch.testing.assert_close(bound_term(clean, noisy, mean, logs, t, schedule), torch.zeros(3).double())
    assert (bound_term(clean, noisy, mean + 0.1, logs, t, schedule) > 1e-4).all()
    for moved in (logs + 0.2, logs - 0.2):
        assert (bound_term(clean, noisy, mean, moved, t, schedule) > 1e-3).all()


def test_the_first_term_is_the_cost_of_the_pixels_and_only_that() -> None:
    schedule = SCHEDULES[0]
    clean = (some(3, 1, 5, 7).clamp(-1, 1) * 127.5).round() / 127.5
    mean, logs, t = clean + 0.01 * some(3, 1, 5, 7), torch.full_like(clean, -7.0), torch.tensor([1, 2, 1])
    found = bound_term(clean, some(3, 1, 5, 7), mean, logs, t, schedule)
    wanted = bits(-log_likelihood(clean, mean, logs))
    torch.testing.assert_close(found[[0, 2]], wanted[[0, 2]])
    assert abs(found[1] - wanted[1]) > 0.1


def test_the_whole_bound_is_tight_for_gaussian_data() -> None:
    """Data of one Gaussian, and steps that are exact for it: the terms add up to the entropy, as theory says.

    For x_0 from N(0, s^2) the exact reverse step is Gaussian too. The sum of the KL terms, the prior's, and the exact
    cost of x_0 given x_1 is then the entropy of x_0, in bits, with no gap.
    """
    schedule, s, count = linear(400, 1e-3, 0.05), 0.5, 4001
    clean = s * some(count, 1)
    total = prior_term(clean, schedule)
    for step in range(2, schedule.steps + 1):
        t = torch.full((count,), step)
        noisy = q_sample(clean, some(count, 1), t, schedule)
        before, after = (schedule.alpha_bars[i] * s**2 + 1 - schedule.alpha_bars[i] for i in (step - 1, step))
        gain = (1 - schedule.betas[step]).sqrt() * before / after
        variance = before - gain**2 * after
        logs = variance.log().expand(count, 1)
        total = total + bound_term(clean, noisy, gain * noisy, logs, t, schedule)
    left = schedule.alpha_bars[1]
    rest = s**2 * (1 - left) / (left * s**2 + 1 - left)  # the variance of x_0 when x_1 is known
    last = 0.5 * math.log2(2 * math.pi * math.e * float(rest))
    entropy = 0.5 * math.log2(2 * math.pi * math.e * s**2)
    assert float(total.mean()) + last == pytest.approx(entropy, abs=0.05)
    assert abs(last - entropy) > 1, "the steps do count"


def test_the_prior_term_nearly_vanishes_for_a_long_schedule_and_not_for_a_short_one() -> None:
    clean = torch.rand(3, 1, 5, 7) * 2 - 1
    assert prior_term(clean, linear(1000)).max() < 1e-4
    assert prior_term(clean, linear(10)).min() > 0.1
