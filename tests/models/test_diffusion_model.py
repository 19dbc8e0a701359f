"""The loss and the samplers. For Gaussian data the best denoiser is known, so samplers must land on the data."""

from collections.abc import Callable
from itertools import pairwise

import pytest
import torch
from torch import Tensor

from course_lib.layers.diffusion import posterior, q_sample
from course_lib.layers.learned_variance import between, bound_term, log_variances
from course_lib.layers.noise_schedule import Schedule, at, cosine, linear
from course_lib.models.diffusion import Diffusion, Journey, times
from course_lib.models.learned_diffusion import LearnedDiffusion
from course_lib.models.velocity_diffusion import VelocityDiffusion

D = 3
MIX = torch.tensor([[0.5, 0.0, 0.0], [0.4, 0.2, 0.0], [-0.1, 0.3, 0.7]], dtype=torch.float64)
COVARIANCE = MIX @ MIX.T
MEAN = torch.tensor([0.3, -0.9, 0.5], dtype=torch.float64)
LONG = linear(1000)


def exact(schedule: Schedule, mean: Tensor = MEAN) -> Callable[[Tensor, Tensor, Tensor | None], Tensor]:
    """The expected noise in x_t for data from N(mean, COVARIANCE); label 1 is the data, 2 (no label) has mean 0."""
    values, vectors = torch.linalg.eigh(COVARIANCE)

    def predict(noisy: Tensor, t: Tensor, label: Tensor | None) -> Tensor:
        left = at(schedule.alpha_bars, t, noisy)
        centre = mean if label is None else torch.where(label[:, None] == 1, mean, 0 * mean)
        turned = (noisy - left.sqrt() * centre) @ vectors
        return (1 - left).sqrt() * (turned / (left * values + 1 - left)) @ vectors.T

    return predict


def start(count: int = 20_001) -> Tensor:
    return torch.randn(count, D, dtype=torch.float64)


def ends(journey: Journey) -> tuple[Tensor, Tensor]:
    return journey.samples.mean(0), torch.cov(journey.samples.T)


@pytest.mark.parametrize("schedule", [LONG, cosine(1000)], ids=["linear", "cosine"])
@pytest.mark.parametrize("method", ["ddpm", "ddim"])
def test_with_the_exact_denoiser_samplers_land_on_the_data(schedule: Schedule, method: str) -> None:
    diffusion = Diffusion(schedule, exact(schedule))
    mean, covariance = ends(diffusion.sample(start(8_001), method=method, clip=False))  # type: ignore[arg-type]
    torch.testing.assert_close(mean, MEAN, atol=0.03, rtol=0)
    torch.testing.assert_close(covariance, COVARIANCE, atol=0.03, rtol=0)


@pytest.mark.parametrize(("method", "eta"), [("ddpm", 0.0), ("ddim", 0.0), ("ddim", 0.5), ("ddim", 1.0)])
def test_fewer_steps_miss_by_more(method: str, eta: float) -> None:
    missed = []
    for few in (8, 40, 200):
        _, found = ends(Diffusion(LONG, exact(LONG)).sample(start(), few=few, method=method, eta=eta, clip=False))  # type: ignore[arg-type]
        missed.append(float((found - COVARIANCE).abs().max()))
    assert missed[0] > missed[1] and missed[0] > 2 * missed[2], missed
    assert missed[2] < 0.03


def test_ddim_is_a_function_of_the_noise_and_ddpm_is_not() -> None:
    diffusion, noise = Diffusion(LONG, exact(LONG)), start(7)
    one, two = (diffusion.sample(noise, few=9, method="ddim", clip=False).samples for _ in range(2))
    assert torch.equal(one, two)
    chances = [torch.Generator().manual_seed(seed) for seed in (1, 1, 2)]
    a, b, c = (diffusion.sample(noise, few=9, generator=chance, clip=False).samples for chance in chances)
    assert torch.equal(a, b) and not torch.allclose(a, c)


def test_guidance_moves_the_mean_as_far_as_it_says() -> None:
    """Without a label the mean is 0, with it MEAN: for Gaussians a scale of 3 is the exact denoiser of 3 MEAN."""
    diffusion = Diffusion(LONG, exact(LONG), no_label=2)
    label = torch.ones(4_001, dtype=torch.long)
    for scale in (0.0, 1.0, 3.0):
        found = diffusion.sample(start(4_001), few=100, method="ddim", label=label, guidance=scale, clip=False)
        torch.testing.assert_close(found.samples.mean(0), scale * MEAN, atol=0.06, rtol=0)
    unasked = diffusion.sample(start(4_001), few=100, method="ddim", clip=False)
    torch.testing.assert_close(unasked.samples.mean(0), 0 * MEAN, atol=0.06, rtol=0)


def test_only_two_passes_are_made_when_two_are_needed() -> None:
    rows: list[int] = []

    def predict(noisy: Tensor, t: Tensor, label: Tensor | None) -> Tensor:
        rows.append(len(noisy))
        return 0 * noisy

    diffusion, label = Diffusion(LONG, predict, no_label=2), torch.ones(5, dtype=torch.long)
    for guidance in (1.0, 2.0):
        diffusion.sample(start(5), few=3, label=label, guidance=guidance)
    assert rows == [5, 5, 5, 10, 10, 10]


def test_the_loss_is_the_mean_square_error_of_the_noise_at_times_that_are_all_visited() -> None:
    schedule, seen = cosine(6), []
    clean = torch.randn(3_001, 1, 3, 5)

    def predict(noisy: Tensor, t: Tensor, label: Tensor | None) -> Tensor:
        seen.append((noisy, t))
        return torch.full_like(noisy, 0.7)

    loss = Diffusion(schedule, predict).loss(clean, torch.Generator().manual_seed(0))
    [(noisy, t)] = seen
    assert t.bincount().tolist()[0] == 0
    assert (t.bincount()[1:].double() / 3_001 - 1 / 6).abs().max() < 0.03 and len(t.bincount()) == 7
    left = at(schedule.alpha_bars, t, clean)
    noise = (noisy - left.sqrt() * clean) / (1 - left).sqrt()
    assert float(noise.std()) == pytest.approx(1, abs=0.02) and float(noise.mean()) == pytest.approx(0, abs=0.02)
    torch.testing.assert_close(loss, (noise - 0.7).square().mean(), rtol=1e-4, atol=0)


def test_labels_are_hidden_as_often_as_asked() -> None:
    seen: list[Tensor] = []

    def predict(noisy: Tensor, t: Tensor, label: Tensor | None) -> Tensor:
        assert label is not None
        seen.append(label)
        return noisy

    diffusion, label = Diffusion(LONG, predict, no_label=4), torch.arange(4).repeat(1_000)
    for drop in (0.0, 0.1, 1.0):
        diffusion.loss(torch.randn(4_000, 1), torch.Generator().manual_seed(0), label, drop)
    assert torch.equal(seen[0], label)
    hidden = seen[1] == 4
    assert float(hidden.double().mean()) == pytest.approx(0.1, abs=0.02)
    assert torch.equal(seen[1][~hidden], label[~hidden])
    assert (seen[2] == 4).all()


def test_the_journey_keeps_the_stops_that_were_asked_for() -> None:
    diffusion, noise = Diffusion(LONG, exact(LONG)), start(5)
    journey = diffusion.sample(noise, few=20, method="ddim", keep=5, clip=False)
    assert journey.stops == [1000, 750, 500, 250, 0]
    assert journey.noisy.shape == journey.clean.shape == (5, 5, D)
    assert torch.equal(journey.noisy[0], noise)
    assert torch.equal(journey.noisy[-1], journey.clean[-1]) and torch.equal(journey.samples, journey.noisy[-1])
    t, x = 500, journey.noisy[2]
    left = LONG.alpha_bars[t]
    guess = (x - (1 - left).sqrt() * exact(LONG)(x, torch.full((5,), t), None)) / left.sqrt()
    torch.testing.assert_close(journey.clean[2], guess)
    assert diffusion.sample(noise, few=20, method="ddim", keep=[950, 50], clip=False).stops == [950, 50, 0]
    assert diffusion.sample(noise, few=4, method="ddim", keep=26, clip=False).stops == [1000, 750, 500, 250, 0]


def test_clip_holds_what_is_predicted_and_what_comes_out() -> None:
    diffusion = Diffusion(LONG, exact(LONG, 3 * MEAN))
    held = diffusion.sample(start(501), few=20, method="ddim", keep=6)
    assert held.clean.abs().max() <= 1 and held.samples.abs().max() <= 1
    assert diffusion.sample(start(501), few=20, method="ddim", clip=False).samples.abs().max() > 2


def test_change_is_called_after_every_step_with_the_time_that_was_reached() -> None:
    seen: list[int] = []

    def change(x: Tensor, t: int) -> Tensor:
        seen.append(t)
        return x + 100 if t == 0 else x

    found = Diffusion(LONG, exact(LONG)).sample(start(5), few=4, change=change)
    assert seen == [750, 500, 250, 0]
    assert found.samples.min() > 50


@pytest.mark.parametrize(("steps", "few"), [(1000, 1000), (1000, 7), (10, 3), (5, 1)])
def test_times_fall_evenly_from_the_last_to_0(steps: int, few: int) -> None:
    found = times(steps, few)
    assert len(found) == few + 1 and found[0] == steps and found[-1] == 0
    gaps = [a - b for a, b in pairwise(found)]
    assert min(gaps) >= 1 and max(gaps) - min(gaps) <= 1


def test_what_cannot_be_sampled_is_said() -> None:
    diffusion = Diffusion(LONG, exact(LONG))
    with pytest.raises(ValueError, match="method 'euler' is not there"):
        diffusion.sample(start(3), method="euler")  # type: ignore[arg-type]
    for few in (0, 1001):
        with pytest.raises(ValueError, match=f"{few} steps cannot be taken out of 1000"):
            diffusion.sample(start(3), few=few)
    with pytest.raises(ValueError, match="keep 1 stops"):
        diffusion.sample(start(3), few=5, keep=1)


SPREAD = 0.4  # of the data below: one number, N(0, SPREAD^2)


def best_variance(chain: Schedule, step: int) -> Tensor:
    """Of x one step earlier, when x is known and the data are N(0, SPREAD^2)."""
    before, after = (bar * SPREAD**2 + 1 - bar for bar in (chain.alpha_bars[step - 1], chain.alpha_bars[step]))
    return before - (1 - chain.betas[step]) * before**2 / after


def knowing(schedule: Schedule, visited: list[int], factor: float = 1.0) -> Callable[..., Tensor]:
    """A network (B, 1) -> (B, 2): the exact noise, and the answer that stands for the best variance times `factor`.

    All rows of a call have the same time.
    """
    chain = schedule.visiting(visited)
    small, large = log_variances(chain)

    def predict(noisy: Tensor, t: Tensor, label: Tensor | None) -> Tensor:
        left = at(schedule.alpha_bars, t, noisy)
        noise = (1 - left).sqrt() * noisy / (left * SPREAD**2 + 1 - left)
        step = len(visited) - 1 - visited.index(int(t[0]))
        share = ((factor * best_variance(chain, step)).log() - small[step]) / (large[step] - small[step])
        return torch.cat([noise, (2 * share - 1).expand_as(noise)], dim=1)

    return predict


def test_the_learned_variance_is_worth_most_when_steps_are_few() -> None:
    """With the best variance eight steps give the data's spread; with the fixed one they do not."""
    visited = times(1000, 8)
    predict, noise = knowing(LONG, visited), torch.randn(40_001, 1, dtype=torch.float64)
    learned = LearnedDiffusion(LONG, predict).sample(noise, few=8, clip=False)
    fixed = Diffusion(LONG, lambda x, t, label: predict(x, t, label)[:, :1]).sample(noise, few=8, clip=False)
    last = LONG.alpha_bars[visited[-2]]  # the last step adds no noise: it ends at the mean of x_0, which varies less
    wanted = float(SPREAD * (last * SPREAD**2 / (last * SPREAD**2 + 1 - last)).sqrt())
    assert float(learned.samples.std()) == pytest.approx(wanted, rel=0.02)
    assert float(fixed.samples.std()) < 0.9 * wanted


def test_the_hybrid_loss_is_its_two_parts_and_the_bound_moves_the_variance_alone() -> None:
    schedule, seen = linear(50, 0.002, 0.3), []
    weights = torch.nn.Conv2d(1, 2, 3, padding=1)

    def predict(noisy: Tensor, t: Tensor, label: Tensor | None) -> Tensor:
        seen.append((noisy, t))
        out: Tensor = weights(noisy)
        return out

    clean = torch.rand(64, 1, 3, 5) * 2 - 1
    model = LearnedDiffusion(schedule, predict, share=0.01)
    loss = model.loss(clean, torch.Generator().manual_seed(0))
    loss.backward()
    found = [p.grad.clone() for p in weights.parameters() if p.grad is not None]
    [(noisy, t)] = seen
    left = at(schedule.alpha_bars, t, clean)
    noise = (noisy - left.sqrt() * clean) / (1 - left).sqrt()
    weights.zero_grad()
    predicted, answer = weights(noisy).chunk(2, dim=1)
    mean = posterior(((noisy - (1 - left).sqrt() * predicted) / left.sqrt()).clamp(-1, 1), noisy, t, schedule)[0]
    term = bound_term(clean, noisy, mean, between(answer, t, schedule), t, schedule).mean()
    torch.testing.assert_close(loss, (predicted - noise).square().mean() + 0.01 * 50 * term, rtol=1e-4, atol=1e-5)
    (predicted - noise).square().mean().backward()
    for got, p in zip(found, weights.parameters(), strict=True):
        assert p.grad is not None
        torch.testing.assert_close(got[0], p.grad[0], rtol=1e-3, atol=1e-5)  # the noise's channel: only its own error
        assert p.grad[1].abs().max() == 0 and got[1].abs().max() > 1e-4  # the variance's channel: only the bound


def test_the_bound_prefers_the_best_variance() -> None:
    """The bound of the exact network is smaller than with a variance half or twice as large, and finite."""
    schedule = linear(60, 0.002, 0.2)
    clean, every = SPREAD * torch.randn(800, 1, dtype=torch.float64), list(range(60, -1, -1))
    found = {}
    for factor in (0.5, 1.0, 2.0):
        model = LearnedDiffusion(schedule, knowing(schedule, every, factor))
        found[factor] = float(model.bound(clean, torch.Generator().manual_seed(1)).mean())
    assert found[1.0] < min(found[0.5], found[2.0]) - 0.05, found


def test_with_learned_variance_guidance_still_moves_the_noise() -> None:
    def predict(noisy: Tensor, t: Tensor, label: Tensor | None) -> Tensor:
        assert label is not None
        shift = torch.where(label == 1, 1.0, 0.0)[:, None]
        return torch.cat([shift.expand_as(noisy), shift.expand_as(noisy)], dim=1)

    model = LearnedDiffusion(LONG, predict, no_label=2)
    noise, variance = model.ask(torch.zeros(5, 3), 9, torch.ones(5, dtype=torch.long), 3.0, 9, LONG)
    assert torch.equal(noise, torch.full((5, 3), 3.0))
    torch.testing.assert_close(variance, torch.full((5, 3), float(LONG.betas[9])))


def test_noised_data_have_the_variance_that_the_exact_denoiser_assumes() -> None:
    """The oracle itself is checked: it must predict noise better than any scaled copy of it does."""
    clean = start() @ MIX.T + MEAN
    t, noise = torch.full((len(clean),), 300), start()
    predicted = exact(LONG)(q_sample(clean, noise, 300, LONG), t, None)
    errors = [float((scale * predicted - noise).square().mean()) for scale in (0.9, 1.0, 1.1)]
    assert errors[1] < min(errors[0], errors[2])


@pytest.mark.parametrize("guidance", [1.0, 3.0])
def test_a_network_that_predicts_the_velocity_walks_the_same_way(guidance: float) -> None:
    by_noise = exact(LONG)

    def by_velocity(noisy: Tensor, t: Tensor, label: Tensor | None) -> Tensor:
        left = at(LONG.alpha_bars, t, noisy)
        noise = by_noise(noisy, t, label)
        clean = (noisy - (1 - left).sqrt() * noise) / left.sqrt()
        return left.sqrt() * noise - (1 - left).sqrt() * clean

    noise, label = start(501), torch.ones(501, dtype=torch.long)
    ends = [
        kind(LONG, network, no_label=2).sample(
            noise, few=30, label=label, guidance=guidance, generator=torch.Generator().manual_seed(1), clip=False
        )
        for kind, network in ((Diffusion, by_noise), (VelocityDiffusion, by_velocity))
    ]
    torch.testing.assert_close(ends[0].samples, ends[1].samples)


def test_the_velocitys_loss_is_nought_for_the_exact_velocity() -> None:
    clean, schedule = torch.full((501, 2), 0.3, dtype=torch.float64), cosine(40)

    def known(noisy: Tensor, t: Tensor, label: Tensor | None) -> Tensor:
        left = at(schedule.alpha_bars, t, noisy)
        noise = (noisy - left.sqrt() * 0.3) / (1 - left).sqrt()
        return left.sqrt() * noise - (1 - left).sqrt() * 0.3

    for kind, wanted in ((VelocityDiffusion, 0.0), (Diffusion, 0.5)):
        loss = float(kind(schedule, known).loss(clean, torch.Generator().manual_seed(0)))
        assert loss == pytest.approx(wanted, abs=1e-9) if not wanted else loss > 0.3
