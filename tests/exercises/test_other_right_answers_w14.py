"""Right answers to week 14 written in other ways: loops, other algebra, double precision, tables made anew."""

import math

import numpy as np
import scipy.linalg
import torch
import torch.nn.functional as F
from torch.distributions import Normal

from course_lib.exercises import judge
from course_lib.layers.diffusion import clean_from, ddim_step, noised, posterior
from course_lib.layers.noise_schedule import at
from tests.exercises.caught import Answer, assert_accepted, each_answer


def noised_by_loop(clean, noise, t, schedule):
    rows = []
    for x, e, time in zip(clean, noise, t.tolist(), strict=True):
        left = float(schedule.alpha_bars[time])
        rows.append(math.sqrt(left) * x + math.sqrt(1 - left) * e)
    return torch.stack(rows)


def noised_step_by_step(clean, noise, t, schedule):
    """The product made anew for each sample, one beta after the other."""
    left = torch.ones(len(t))
    for b, time in enumerate(t.tolist()):
        for beta in schedule.betas[1 : time + 1].tolist():
            left[b] *= 1 - beta
    left = left.reshape((len(t),) + (1,) * (clean.ndim - 1))
    return torch.sqrt(left) * clean + torch.sqrt(1 - left) * noise


def noised_by_einsum(clean, noise, t, schedule):
    left = (1 - schedule.betas).cumprod(0)[t]
    mixed = torch.einsum("b,b...->b...", left.sqrt(), clean.double())
    return (mixed + torch.einsum("b,b...->b...", (1 - left).sqrt(), noise.double())).float()


def noised_by_logarithms(clean, noise, t, schedule):
    logs = torch.log1p(-schedule.betas).cumsum(0)[t].view(-1, *(1 for _ in clean.shape[1:]))
    return ((logs / 2).exp() * clean + (-torch.expm1(logs)).sqrt() * noise).to(clean.dtype)


def noised_by_an_angle(clean, noise, t, schedule):
    angle = schedule.alpha_bars[t].float().sqrt().acos()
    while angle.dim() < clean.dim():
        angle = angle.unsqueeze(-1)
    return clean * angle.cos() + noise * angle.sin()


def noised_turned_round(clean, noise, t, schedule):
    """The batch last, so that (B,) lines up by itself."""
    left = schedule.alpha_bars[t].float()
    last = clean.movedim(0, -1) * left.sqrt() + noise.movedim(0, -1) * (1 - left).sqrt()
    return last.movedim(-1, 0)


def noised_by_addcmul(clean, noise, t, schedule):
    left = at(schedule.alpha_bars, t, clean)
    return torch.addcmul((1 - left) ** 0.5 * noise, left**0.5, clean)


def betas_by_loop(steps, offset):
    def left(t):
        return math.cos((t / steps + offset) / (1 + offset) * math.pi / 2) ** 2

    betas = [0.0]
    for t in range(1, steps + 1):
        betas.append(min(1 - left(t) / left(t - 1), 0.999))
    return torch.tensor(betas)


def betas_by_normalised_bars(steps, offset):
    t = torch.linspace(0, 1, steps + 1, dtype=torch.float64)
    bars = torch.cos(torch.pi / 2 * (t + offset) / (1 + offset)).pow(2)
    bars = bars / bars[0]
    before = torch.cat([torch.ones(1), bars[:-1]])
    return torch.minimum(1 - bars / before, torch.tensor(0.999))


def betas_by_double_angle(steps, offset):
    angle = (torch.arange(steps + 1) / steps + offset) / (1 + offset) * math.pi
    left = (1 + angle.cos()) / 2
    betas = torch.zeros(steps + 1)
    betas[1:] = (1 - left[1:] / left[:-1]).clip(0, 0.999)
    return betas


def betas_by_alphas(steps, offset):
    left = np.cos((np.arange(steps + 1) / steps + offset) / (1 + offset) * np.pi / 2) ** 2
    alphas = np.maximum(left[1:] / left[:-1], 0.001)
    return torch.from_numpy(np.concatenate([[0.0], 1 - alphas]))


def betas_by_roll(steps, offset):
    left = torch.cos((torch.arange(steps + 1) / steps + offset) / (1 + offset) * torch.pi / 2).square()
    betas = 1 - left / left.roll(1)
    betas[0] = 0.0
    return F.hardtanh(betas, 0.0, 0.999)


def posterior_by_precisions(clean, noisy, t, schedule):
    """Bayes' rule for Gaussians: precisions add, and means are weighted by them; t = 1, where it is sure, apart."""
    beta, before = at(schedule.betas, t, noisy).double(), at(schedule.alpha_bars, t - 1, noisy.double())
    from_clean, from_noisy = 1 / (1 - before).clamp(min=1e-12), (1 - beta) / beta
    variance = 1 / (from_clean + from_noisy)
    mean = variance * (from_clean * before.sqrt() * clean + from_noisy * noisy / (1 - beta).sqrt())
    return mean.float(), torch.where(before == 1, 0.0, variance).float()


def posterior_through_the_noise(clean, noisy, t, schedule):
    beta, left, before = (at(x, t, noisy) for x in (schedule.betas, schedule.alpha_bars, schedule.alpha_bars.roll(1)))
    noise = (noisy - left.sqrt() * clean) / (1 - left).sqrt()
    mean = (noisy - beta / (1 - left).sqrt() * noise) / (1 - beta).sqrt()
    return mean, beta * (1 - before) / (1 - left)


def posterior_by_loop(clean, noisy, t, schedule):
    bars, betas = schedule.alpha_bars.tolist(), schedule.betas.tolist()
    means, variances = [], []
    for x0, x, time in zip(clean, noisy, t.tolist(), strict=True):
        a = math.sqrt(bars[time - 1]) * betas[time] / (1 - bars[time])
        b = math.sqrt(1 - betas[time]) * (1 - bars[time - 1]) / (1 - bars[time])
        means.append(a * x0 + b * x)
        variances.append(betas[time] * (1 - bars[time - 1]) / (1 - bars[time]))
    return torch.stack(means), torch.tensor(variances)


def posterior_by_conditioning(clean, noisy, t, schedule):
    """(x_{t-1}, x_t) given x_0 is one Gaussian: regress the first on the second."""
    shape = (-1, *[1] * (noisy.dim() - 1))
    alpha, before = (1 - schedule.betas)[t].view(shape), schedule.alpha_bars[t - 1].view(shape)
    spread_before, spread_now = 1 - before, 1 - before * alpha
    together = alpha.sqrt() * spread_before
    mean = before.sqrt() * clean + together / spread_now * (noisy - (alpha * before).sqrt() * clean)
    return mean.to(noisy.dtype), (spread_before - together**2 / spread_now).to(noisy.dtype)


def posterior_spread_out(clean, noisy, t, schedule):
    mean, variance = posterior_through_the_noise(clean, noisy, t, schedule)
    return [mean, variance.expand_as(mean)]


def loss_noise_first(predict, clean, schedule, generator):
    noise = torch.normal(0.0, 1.0, clean.shape, generator=generator)
    t = 1 + (torch.rand(len(clean), generator=generator) * schedule.steps).long()
    return F.mse_loss(predict(noised(clean, noise, t, schedule), t), noise)


def loss_by_mean_of_means(predict, clean, schedule, generator):
    t = torch.randint(low=1, high=schedule.steps + 1, size=clean.shape[:1], generator=generator)
    noise = torch.empty_like(clean).normal_(generator=generator)
    with torch.no_grad():
        left = (1 - schedule.betas).cumprod(0)[t].float().view(-1, *[1] * (clean.dim() - 1))
        noisy = left.sqrt() * clean + (1 - left).sqrt() * noise
    return (noise - predict(noisy, t)).flatten(1).square().mean(1).mean()


def loss_by_draws_of_all(predict, clean, schedule, generator):
    """Times by multinomial, the noise through a uniform number and the normal's inverse, the squares by a product."""
    t = torch.multinomial(torch.ones(schedule.steps), len(clean), replacement=True, generator=generator) + 1
    u = torch.rand(clean.shape, generator=generator, dtype=torch.float64).clamp(1e-9, 1 - 1e-9)
    noise = Normal(0.0, 1.0).icdf(u).float()
    off = (predict(noised(clean, noise, t, schedule), t) - noise).flatten()
    return off @ off / off.numel()


def loss_by_name(predict, clean, schedule, generator):
    t = torch.randint(1, schedule.steps + 1, (clean.shape[0],), generator=generator)
    noise = torch.randn(clean.size(), generator=generator)
    return torch.nn.MSELoss()(predict(noisy=noised(clean, noise, t, schedule), t=t), noise)


def reverse_through_the_clean(noisy, predicted_noise, t, schedule, fresh):
    mean, variance = posterior(clean_from(noisy, predicted_noise, t, schedule), noisy, t, schedule)
    return mean + variance.sqrt() * fresh


def reverse_by_loop(noisy, predicted_noise, t, schedule, fresh):
    rows = []
    for b, time in enumerate(t.tolist()):
        beta, left, before = (float(x) for x in (schedule.betas[time], *schedule.alpha_bars[[time, time - 1]]))
        x = (noisy[b] - beta / math.sqrt(1 - left) * predicted_noise[b]) / math.sqrt(1 - beta)
        if time > 1:
            x = x + math.sqrt(beta * (1 - before) / (1 - left)) * fresh[b]
        rows.append(x)
    return torch.stack(rows)


def reverse_in_double(noisy, predicted_noise, t, schedule, fresh):
    shape = [-1] + [1] * (noisy.dim() - 1)
    alpha, left = (1 - schedule.betas)[t].view(shape), schedule.alpha_bars[t].view(shape)
    before = torch.cat([torch.ones(1), schedule.alpha_bars])[t].view(shape)
    mean = alpha.rsqrt() * (noisy.double() - (1 - alpha) / (1 - left).sqrt() * predicted_noise)
    sigma = torch.sqrt((1 - alpha) * (1 - before) / (1 - left))
    return torch.where(t.view(shape) > 1, mean + sigma * fresh, mean).float()


def reverse_by_logarithm(noisy, predicted_noise, t, schedule, fresh):
    mean, _ = posterior(clean_from(noisy, predicted_noise, t, schedule), noisy, t, schedule)
    logs = schedule.posterior_variances()[t].clamp(min=1e-20).log().float()
    quiet = (t == 1).float()
    both = torch.exp(logs / 2) * (1 - quiet)
    return mean + both.reshape(-1, *[1] * (noisy.dim() - 1)) * fresh


def reverse_by_direction(noisy, predicted_noise, t, schedule, fresh):
    """As DDIM with all the chance that eta = 1 allows: the noise ahead, shortened by the chance that comes on top."""
    clean = clean_from(noisy, predicted_noise, t, schedule)
    before, variance = at(schedule.alpha_bars, t - 1, noisy), at(schedule.posterior_variances(), t, noisy)
    ahead = (1 - before - variance).clamp(min=0).sqrt()
    return before.sqrt() * clean + ahead * predicted_noise + variance.sqrt() * fresh


def ddim_by_loop(noisy, predicted_noise, t, earlier, schedule):
    bars = schedule.alpha_bars.tolist()
    rows = []
    for x, e, now, then in zip(noisy, predicted_noise, t.tolist(), earlier.tolist(), strict=True):
        clean = (x - (1 - bars[now]) ** 0.5 * e) / bars[now] ** 0.5
        rows.append(bars[then] ** 0.5 * clean + (1 - bars[then]) ** 0.5 * e)
    return torch.stack(rows)


def ddim_by_stretching(noisy, predicted_noise, t, earlier, schedule):
    """In the coordinates x / sqrt(alpha_bar) a step is a straight move along the noise (Song et al., equation 13)."""
    left, before = at(schedule.alpha_bars, t, noisy), at(schedule.alpha_bars, earlier, noisy)
    sigma, sigma_before = ((1 - left) / left).sqrt(), ((1 - before) / before).sqrt()
    return before.sqrt() * (noisy / left.sqrt() + (sigma_before - sigma) * predicted_noise)


def ddim_by_two_factors(noisy, predicted_noise, t, earlier, schedule):
    shape = (len(t),) + (1,) * (noisy.dim() - 1)
    left, before = schedule.alpha_bars[t].reshape(shape), schedule.alpha_bars[earlier].reshape(shape)
    ratio = (before / left).sqrt()
    return (ratio * noisy + ((1 - before).sqrt() - ratio * (1 - left).sqrt()) * predicted_noise).to(noisy.dtype)


def ddim_by_library_parts(noisy, predicted_noise, t, earlier, schedule):
    return noised(clean_from(noisy, predicted_noise, t, schedule), predicted_noise, earlier, schedule)


def ddim_by_angles(noisy, predicted_noise, t, earlier, schedule):
    bars = torch.cumprod(1 - schedule.betas, 0).sqrt()
    shape = [-1, *[1] * (noisy.dim() - 1)]
    now, then = bars[t].acos().view(shape), bars[earlier].acos().view(shape)
    clean = (noisy - now.sin() * predicted_noise) / now.cos()
    return (then.cos() * clean + then.sin() * predicted_noise).float()


def guided_as_shares(with_label, without, scale):
    return scale * with_label + (1 - scale) * without


def guided_from_the_label(with_label, without, scale):
    return with_label + (scale - 1) * (with_label - without)


def guided_by_lerp(with_label, without, scale):
    return torch.lerp(without, with_label, scale)


def guided_in_double(with_label, without, scale):
    both = torch.stack([with_label, without]).double()
    return torch.einsum("k,k...->...", torch.tensor([scale, 1 - scale], dtype=torch.float64), both).float()


def guided_by_w(with_label, without, scale):
    w = scale - 1
    return (1 + w) * with_label - w * without


def centre_by_loop(positions, owner, objects):
    out = positions.clone()
    for which in range(objects):
        mine = owner == which
        if mine.any():
            out[mine] = out[mine] - positions[mine].mean(0)
    return out


def centre_by_matrix(positions, owner, objects):
    member = F.one_hot(owner, objects).float()
    centres = member.T @ positions / member.sum(0).clamp(min=1)[:, None]
    return positions - member @ centres


def centre_by_projection(positions, owner, objects):
    together = (owner[:, None] == owner).double()
    return ((torch.eye(len(owner)) - together / together.sum(1, keepdim=True)) @ positions.double()).float()


def centre_by_reduce(positions, owner, objects):
    where = owner[:, None].expand(-1, 3)
    means = torch.zeros(objects, 3).scatter_reduce(0, where, positions, "mean", include_self=False)
    return positions - means.gather(0, where)


def centre_pair_by_pair(positions, owner, objects):
    """The mean of the differences to everybody in the same molecule, itself included."""
    apart = positions[:, None] - positions
    together = owner[:, None] == owner
    return torch.stack([apart[i][together[i]].mean(0) for i in range(len(owner))])


def inpaint_by_product(noisy, known, mask, t, schedule, fresh):
    there = noised(known, fresh, t, schedule)
    return mask * there + ~mask * noisy


def inpaint_by_clone(noisy, known, mask, t, schedule, fresh):
    out = noisy.clone()
    left = float(schedule.alpha_bars[t])
    out[:, :, mask] = math.sqrt(left) * known[:, :, mask] + math.sqrt(1 - left) * fresh[:, :, mask]
    return out


def inpaint_with_times(noisy, known, mask, t, schedule, fresh):
    times = torch.full((len(known),), t)
    there = noised(known, fresh, times, schedule)
    return noisy.masked_scatter(mask.expand_as(noisy), there[mask.expand_as(noisy)])


def inpaint_by_loop(noisy, known, mask, t, schedule, fresh):
    left = float(torch.prod(1 - schedule.betas[: t + 1]))
    out = torch.empty_like(noisy)
    for row in range(mask.shape[0]):
        for column in range(mask.shape[1]):
            there = left**0.5 * known[..., row, column] + (1 - left) ** 0.5 * fresh[..., row, column]
            out[..., row, column] = there if mask[row, column] else noisy[..., row, column]
    return out


def inpaint_by_lerp(noisy, known, mask, t, schedule, fresh):
    return torch.lerp(noisy, noised(known, fresh, t, schedule), mask.float().expand_as(noisy))


def steps_by_linspace(steps, few):
    return torch.linspace(steps, 0, few + 1, dtype=torch.float64).round().long()


def steps_by_floor(steps, few):
    return [steps * (few - i) // few for i in range(few + 1)]


def steps_by_ceiling(steps, few):
    return [-(-steps * i // few) for i in range(few, -1, -1)]


def steps_by_array_split(steps, few):
    gaps = [len(piece) for piece in np.array_split(np.arange(steps), few)]
    return tuple(int(x) for x in steps - np.cumsum([0, *gaps]))


def steps_by_walking(steps, few):
    found = [steps]
    for left in range(few, 0, -1):
        found.append(found[-1] - found[-1] // left)
    return found


def frechet_by_scipy(a, b):
    x, y = a.double().numpy(), b.double().numpy()
    cov_x, cov_y = np.cov(x, rowvar=False), np.cov(y, rowvar=False)
    root = scipy.linalg.sqrtm(cov_x @ cov_y)
    return float(((x.mean(0) - y.mean(0)) ** 2).sum() + np.trace(cov_x + cov_y - 2 * np.real(root)))


def frechet_by_singular_values(a, b):
    """The trace of the root is the sum of the singular values of the product of the centred sets."""
    x, y = a - a.mean(0), b - b.mean(0)
    total = x.square().sum() / (len(x) - 1) + y.square().sum() / (len(y) - 1)
    cross = torch.linalg.matrix_norm(x @ y.T, "nuc") / math.sqrt((len(x) - 1) * (len(y) - 1))
    return (a.mean(0) - b.mean(0)).pow(2).sum() + total - 2 * cross


def frechet_by_symmetric_root(a, b):
    cov_a, cov_b = torch.cov(a.double().T), torch.cov(b.double().T)
    values, vectors = torch.linalg.eigh(cov_a)
    half = vectors @ torch.diag(values.clamp(min=0).sqrt()) @ vectors.T
    middle = torch.linalg.eigvalsh(half @ cov_b @ half).clamp(min=0).sqrt().sum()
    gap = a.double().mean(0) - b.double().mean(0)
    return float(gap @ gap + cov_a.trace() + cov_b.trace() - 2 * middle)


def frechet_by_complex_roots(a, b):
    def moments(rows):
        mean = rows.sum(0) / rows.shape[0]
        return mean, (rows - mean).T @ (rows - mean) / (rows.shape[0] - 1)

    (mean_a, cov_a), (mean_b, cov_b) = moments(a.double()), moments(b.double())
    roots = torch.sqrt(torch.linalg.eigvals(cov_a @ cov_b)).real.sum()
    return torch.dist(mean_a, mean_b).item() ** 2 + (cov_a + cov_b).diagonal().sum().item() - 2 * roots.item()


def variance_by_power(answer, t, schedule):
    share = (answer + 1) / 2
    small, large = schedule.posterior_variances()[t.clamp(min=2)], schedule.betas[t]
    while large.dim() < answer.dim():
        small, large = small[..., None], large[..., None]
    return (small * (large / small) ** share).log().float()


def variance_by_loop(answer, t, schedule):
    rows = []
    for a, time in zip(answer, t.tolist(), strict=True):
        low = math.log(float(schedule.posterior_variances()[max(time, 2)]))
        high = math.log(float(schedule.betas[time]))
        rows.append(low + (a + 1) / 2 * (high - low))
    return torch.stack(rows)


def variance_by_lerp(answer, t, schedule):
    table = schedule.posterior_variances()
    table[1] = table[2]
    low, high = (at(x, t, answer).log().expand_as(answer) for x in (table, schedule.betas))
    return torch.lerp(low, high, 0.5 + answer / 2)


def variance_from_the_middle(answer, t, schedule):
    bars, later = schedule.alpha_bars, t.clamp(min=2)
    low = (schedule.betas[later] * (1 - bars[later - 1]) / (1 - bars[later])).log()
    high = schedule.betas[t].log()
    shape = [-1] + [1] * (answer.dim() - 1)
    return (((low + high) / 2).view(shape) + answer * ((high - low) / 2).view(shape)).to(answer.dtype)


def reverse_as_ddim_with_eta_one(noisy, predicted_noise, t, schedule, fresh):
    return ddim_step(noisy, predicted_noise, t, t - 1, schedule, eta=1.0, fresh=fresh)


RIGHT = {
    "w14.noised": [
        *(noised_by_loop, noised_step_by_step, noised_by_einsum, noised_by_logarithms, noised_by_an_angle),
        *(noised_turned_round, noised_by_addcmul),
    ],
    "w14.cosine_betas": [
        *(betas_by_loop, betas_by_normalised_bars, betas_by_double_angle, betas_by_alphas, betas_by_roll),
    ],
    "w14.posterior": [
        *(posterior_by_precisions, posterior_through_the_noise, posterior_by_loop, posterior_by_conditioning),
        posterior_spread_out,
    ],
    "w14.loss": [loss_noise_first, loss_by_mean_of_means, loss_by_draws_of_all, loss_by_name],
    "w14.reverse_step": [
        *(reverse_through_the_clean, reverse_by_loop, reverse_in_double, reverse_by_logarithm, reverse_by_direction),
        reverse_as_ddim_with_eta_one,
    ],
    "w14.ddim_step": [
        *(ddim_by_loop, ddim_by_stretching, ddim_by_two_factors, ddim_by_library_parts, ddim_by_angles),
    ],
    "w14.guided": [guided_as_shares, guided_from_the_label, guided_by_lerp, guided_in_double, guided_by_w],
    "w14.zero_centre": [
        *(centre_by_loop, centre_by_matrix, centre_by_projection, centre_by_reduce, centre_pair_by_pair),
    ],
    "w14.inpaint_step": [
        *(inpaint_by_product, inpaint_by_clone, inpaint_with_times, inpaint_by_loop, inpaint_by_lerp),
    ],
    "w14.sub_steps": [
        *(steps_by_linspace, steps_by_floor, steps_by_ceiling, steps_by_array_split, steps_by_walking),
    ],
    "w14.frechet": [
        *(frechet_by_scipy, frechet_by_singular_values, frechet_by_symmetric_root, frechet_by_complex_roots),
    ],
    "w14.log_variance": [variance_by_power, variance_by_loop, variance_by_lerp, variance_from_the_middle],
}


@each_answer(RIGHT)
def test_it_is_accepted(id: str, answer: Answer, seed: int) -> None:
    assert_accepted(id, answer, seed)


def test_the_answers_that_are_shown_are_right() -> None:
    from course_lib.exercises.engine.registry import exercises

    shown = [each for each in exercises("w14") if each.answer is not None]
    assert len(shown) >= 6
    for each in shown:
        assert judge(each.id, each.answer, seed=3).status == "right", each.id
