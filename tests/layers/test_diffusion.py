"""The equations of diffusion: moments, round trips, Bayes' rule, and DDIM's relation to DDPM."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from course_lib.layers.diffusion import (
    classifier_free_guidance,
    ddim_step,
    ddpm_step,
    posterior,
    predict_noise,
    predict_x0,
    q_sample,
    shares,
    time_embedding,
    velocity,
)
from course_lib.layers.noise_schedule import Schedule, at, cosine, linear
from course_lib.layers.positions import sinusoids

SCHEDULES = [linear(41, 0.002, 0.3), cosine(29)]
MANY = 200_001


def some(*shape: int) -> Tensor:
    return torch.randn(*shape, dtype=torch.float64)


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_many_small_steps_have_the_moments_of_one_large_one(schedule: Schedule) -> None:
    """Walk q(x_t | x_{t-1}) step by step, with fresh noise each time, and compare with `noised`."""
    clean, t = 1.7, 17
    x = torch.full((MANY,), clean, dtype=torch.float64)
    for step in range(1, t + 1):
        beta = schedule.betas[step]
        x = (1 - beta).sqrt() * x + beta.sqrt() * some(MANY)
    at_once = q_sample(torch.full((MANY,), clean, dtype=torch.float64), some(MANY), t, schedule)
    assert float(x.mean()) == pytest.approx(float(at_once.mean()), abs=0.01)
    assert float(x.std()) == pytest.approx(float(at_once.std()), rel=0.01)
    assert 0.2 < float(x.std()) < 1 and 0.1 < float(x.mean()) < 1.6, "a time at which both matter"


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_round_trips(schedule: Schedule) -> None:
    clean, noise, t = some(3, 1, 5, 7), some(3, 1, 5, 7), torch.tensor([1, 13, schedule.steps - 1])
    noisy = q_sample(clean, noise, t, schedule)
    torch.testing.assert_close(predict_x0(noisy, noise, t, schedule), clean)
    torch.testing.assert_close(predict_noise(noisy, clean, t, schedule), noise)
    signal, sigma = shares(t, schedule, clean)
    v = velocity(clean, noise, t, schedule)
    torch.testing.assert_close(signal * noisy - sigma * v, clean)
    torch.testing.assert_close(sigma * noisy + signal * v, noise)


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_a_time_for_each_sample_is_a_loop_over_samples(schedule: Schedule) -> None:
    x, y, fresh, t = some(3, 1, 5, 7), some(3, 1, 5, 7), some(3, 1, 5, 7), torch.tensor([1, 2, 20])
    ways: list[Callable[[Tensor, Tensor, Tensor, Tensor | int], Tensor]] = [
        lambda a, b, c, t: q_sample(a, b, t, schedule),
        lambda a, b, c, t: posterior(a, b, t, schedule)[0],
        lambda a, b, c, t: ddpm_step(a, b, t, schedule, c, variance="large"),
        lambda a, b, c, t: ddim_step(a, b, t, torch.as_tensor(t) - 1, schedule, eta=0.7, fresh=c),
    ]
    for way in ways:
        alone = [way(x[i : i + 1], y[i : i + 1], fresh[i : i + 1], int(t[i])) for i in range(3)]
        torch.testing.assert_close(way(x, y, fresh, t), torch.cat(alone))


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_the_posterior_is_bayes_rule(schedule: Schedule) -> None:
    """Prior times likelihood on a fine grid, without any of the paper's algebra."""
    grid = torch.linspace(-8, 8, 40_001, dtype=torch.float64)
    for t, clean, noisy in [(2, 0.8, 0.3), (9, -1.1, 0.4), (schedule.steps, 0.5, -0.7)]:
        before, beta = schedule.alpha_bars[t - 1], schedule.betas[t]
        prior = -((grid - before.sqrt() * clean) ** 2) / (2 * (1 - before))
        likelihood = -((noisy - (1 - beta).sqrt() * grid) ** 2) / (2 * beta)
        weights = (prior + likelihood).softmax(0)
        mean = (weights * grid).sum()
        found = posterior(torch.tensor([clean]).double(), torch.tensor([noisy]).double(), t, schedule)
        torch.testing.assert_close(found[0][0], mean, rtol=0, atol=1e-6)
        torch.testing.assert_close(found[1][0], (weights * (grid - mean) ** 2).sum(), rtol=1e-4, atol=1e-9)


@pytest.mark.parametrize("schedule", [linear(1000), cosine(1000)])
def test_single_precision_is_enough_near_the_clean_end(schedule: Schedule) -> None:
    """1 - alpha_bar is 1e-4 and less there: taken in float32 it would be off by a thousandth."""
    clean, noisy = some(3, 5), some(3, 5)
    for t in (1, 2, 3):
        exact, _ = posterior(clean, noisy, t, schedule)
        torch.testing.assert_close(
            posterior(clean.float(), noisy.float(), t, schedule)[0].double(), exact, rtol=2e-6, atol=2e-6
        )
        sigma = shares(t, schedule, clean.float())[1].double()
        torch.testing.assert_close(sigma, (1 - at(schedule.alpha_bars, t, clean)).sqrt(), rtol=1e-7, atol=0)


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_a_step_back_goes_to_the_posteriors_mean_and_adds_its_spread(schedule: Schedule) -> None:
    noisy, noise, t = some(3, 1, 5, 7), some(3, 1, 5, 7), torch.tensor([2, 7, 19])
    mean, variance = posterior(predict_x0(noisy, noise, t, schedule), noisy, t, schedule)
    still = torch.zeros_like(noisy)
    torch.testing.assert_close(ddpm_step(noisy, noise, t, schedule, still), mean)
    for name, size in [("small", variance), ("large", at(schedule.betas, t, noisy)), (4 * variance, 4 * variance)]:
        moved = ddpm_step(noisy, noise, t, schedule, still + 1, variance=name) - mean  # type: ignore[arg-type]
        torch.testing.assert_close(moved, size.sqrt().expand_as(moved))


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_the_mean_in_the_papers_other_form(schedule: Schedule) -> None:
    """Equation 11: (x_t - beta / sqrt(1 - alpha_bar) noise) / sqrt(alpha)."""
    noisy, noise = some(3, 5), some(3, 5)
    for t in range(1, schedule.steps):
        beta, left = schedule.betas[t], schedule.alpha_bars[t]
        wanted = (noisy - beta / (1 - left).sqrt() * noise) / (1 - beta).sqrt()
        torch.testing.assert_close(ddpm_step(noisy, noise, t, schedule, 0 * noisy), wanted)


def test_the_last_step_adds_nothing_and_ends_at_the_clean_sample() -> None:
    noisy, noise, schedule = some(3, 5), some(3, 5), SCHEDULES[0]
    clean = predict_x0(noisy, noise, 1, schedule)
    for how in ("small", "large", torch.ones(3, 5).double()):
        torch.testing.assert_close(ddpm_step(noisy, noise, 1, schedule, some(3, 5), variance=how), clean)  # type: ignore[arg-type]
    torch.testing.assert_close(ddim_step(noisy, noise, 23, 0, schedule), predict_x0(noisy, noise, 23, schedule))


@pytest.mark.parametrize("clip", [False, True])
@pytest.mark.parametrize("schedule", SCHEDULES)
def test_ddim_with_eta_1_is_ddpm(schedule: Schedule, clip: bool) -> None:
    noisy, noise, fresh = some(3, 5), some(3, 5), some(3, 5)
    for t in range(1, schedule.steps + 1):
        one = ddim_step(noisy, noise, t, t - 1, schedule, eta=1.0, fresh=fresh, clip=clip)
        torch.testing.assert_close(one, ddpm_step(noisy, noise, t, schedule, fresh, clip=clip))


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_with_the_true_noise_ddim_walks_along_noised(schedule: Schedule) -> None:
    """If the network were always right, a jump of any length lands exactly where `noised` would be."""
    clean, noise = some(3, 5), some(3, 5)
    for t, earlier in [(25, 24), (25, 11), (20, 1), (3, 0), (25, 0)]:
        moved = ddim_step(q_sample(clean, noise, t, schedule), noise, t, earlier, schedule)
        torch.testing.assert_close(moved, q_sample(clean, noise, earlier, schedule))


@pytest.mark.parametrize("eta", [0.0, 0.3, 1.0])
def test_any_eta_keeps_the_right_amount_of_noise(eta: float) -> None:
    """Song et al.'s lemma 1: with the true noise, x at the earlier time has variance 1 - alpha_bar, whatever eta."""
    schedule, clean = SCHEDULES[0], torch.full((MANY,), 0.6, dtype=torch.float64)
    noise = some(MANY)
    moved = ddim_step(q_sample(clean, noise, 21, schedule), noise, 21, 9, schedule, eta=eta, fresh=some(MANY))
    left = schedule.alpha_bars[9]
    assert float(moved.mean()) == pytest.approx(float(left.sqrt() * 0.6), abs=0.01)
    assert float(moved.var()) == pytest.approx(float(1 - left), rel=0.015)


@pytest.mark.parametrize("eta", [0.3, 1.0, 1.2])
def test_eta_is_the_share_of_ddpms_spread(eta: float) -> None:
    schedule, x = SCHEDULES[0], some(3, 5)
    for t in (2, 13, 30):
        with_noise, without = (ddim_step(x, x, t, t - 1, schedule, eta=eta, fresh=0 * x + n) for n in (1, 0))
        wanted = eta * schedule.posterior_variances()[t].sqrt()
        torch.testing.assert_close(with_noise - without, wanted.expand(3, 5))


def test_clipping_holds_the_clean_sample_and_moves_no_further() -> None:
    schedule, t = SCHEDULES[1], 20
    noisy, noise = 3 * some(3, 5), 3 * some(3, 5)
    clean = predict_x0(noisy, noise, t, schedule)
    assert (clean.abs() > 1).any() and (clean.abs() < 1).any()
    held = clean.clamp(-1, 1)
    torch.testing.assert_close(ddim_step(noisy, noise, t, 0, schedule, clip=True), held)
    torch.testing.assert_close(
        ddpm_step(noisy, noise, t, schedule, 0 * noisy, clip=True), posterior(held, noisy, t, schedule)[0]
    )
    corrected = predict_noise(noisy, held, t, schedule)
    torch.testing.assert_close(
        ddim_step(noisy, noise, t, 7, schedule, clip=True), ddim_step(noisy, corrected, t, 7, schedule)
    )


def test_what_cannot_be_done_is_said() -> None:
    schedule, x = SCHEDULES[0], some(3, 5)
    with pytest.raises(ValueError, match=r"eta 0\.5 adds fresh noise; give `fresh`.*\(3, 5\)"):
        ddim_step(x, x, 9, 8, schedule, eta=0.5)
    with pytest.raises(ValueError, match="variance 'medium' is not there"):
        ddpm_step(x, x, 9, schedule, x, variance="medium")  # type: ignore[arg-type]
    for t in (0, schedule.steps + 1):
        with pytest.raises(IndexError, match="leaves the table"):
            ddpm_step(x, x, t, schedule, x)


def test_guidance() -> None:
    yes, no = some(3, 5), some(3, 5)
    torch.testing.assert_close(classifier_free_guidance(yes, no, 0.0), no)
    torch.testing.assert_close(classifier_free_guidance(yes, no, 1.0), yes)
    w = 2.5  # the paper's own form: (1 + w) yes - w no
    torch.testing.assert_close(classifier_free_guidance(yes, no, 1 + w), (1 + w) * yes - w * no)


def test_the_time_embedding_is_week_8s_with_its_columns_sorted() -> None:
    """Cosines first and then sines; interleaved as sinusoids does, they are the positions of the Transformer."""
    t, width = torch.tensor([0, 3, 999, 41]), 22
    found = time_embedding(t, width)
    wanted = sinusoids(1000, width)[t]
    torch.testing.assert_close(found[:, : width // 2], wanted[:, 1::2], atol=2e-4, rtol=0)
    torch.testing.assert_close(found[:, width // 2 :], wanted[:, 0::2], atol=2e-4, rtol=0)
    with pytest.raises(ValueError, match=r"width 21 is odd.*try 22"):
        time_embedding(t, 21)
