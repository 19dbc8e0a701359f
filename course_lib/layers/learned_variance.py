"""A variance that the network learns, and the bound on the likelihood that teaches it.

Sizes   B batch; every other axis is whatever a sample looks like
Logarithms are natural until `bits` turns nats into bits. Pixels stand between -1 and 1, `LEVELS` of them evenly spaced.
"""

import math

import torch
from torch import Tensor

from course_lib.layers.diffusion import exactly, posterior, shares
from course_lib.layers.noise_schedule import Schedule

LEVELS = 256  # of brightness


def between(answer: Tensor, t: Tensor | int, schedule: Schedule) -> Tensor:
    """Compute the log-variance that a network asks for with a number from -1 to 1: from the posterior's to beta's.

    answer (B, ...) -> (B, ...); -1 gives `posterior_variances`, 1 gives beta, 0 their geometric mean
    The posterior's variance at t = 1 is 0 and has no logarithm; that of t = 2 stands in, as in the authors' code.
    Source: Nichol and Dhariwal 2021 (arXiv:2102.09672), equation 15, with v = (answer + 1) / 2.
    """
    small, large = log_variances(schedule)
    low, high = (exactly(table, t, answer).to(answer.dtype) for table in (small, large))
    share = (answer + 1) / 2
    return share * high + (1 - share) * low


def log_variances(schedule: Schedule) -> tuple[Tensor, Tensor]:
    """Compute the logarithms of both ends: the posterior's variance (that of t = 2 at t = 1), and beta.

    twice (T + 1,).
    """
    small = schedule.posterior_variances()
    small = torch.cat([small[2:3] if schedule.steps > 1 else schedule.betas[1:], small[2:]])
    unused = small.new_full((1,), torch.nan)  # there is no step from t = 0
    return torch.cat([unused, small.log()]), torch.cat([unused, schedule.betas[1:].log()])


def divergence(mean_a: Tensor, log_a: Tensor, mean_b: Tensor, log_b: Tensor) -> Tensor:
    """Kullback-Leibler divergence KL(a || b) of Gaussians with these means and log-variances, number by number."""
    return 0.5 * (log_b - log_a + (log_a - log_b).exp() + (mean_a - mean_b) ** 2 * (-log_b).exp() - 1)


def log_likelihood(clean: Tensor, mean: Tensor, log_variance: Tensor) -> Tensor:
    """Compute the log-probability of each pixel's level: the mass a Gaussian puts on the stretch nearest to that level.

    The outermost levels own everything beyond them, so that the masses of all levels sum to 1.
    Source: Ho et al. 2020 (arXiv:2006.11239), equation 13.
    """
    half = 1 / (LEVELS - 1)
    scale = (-0.5 * log_variance).exp()
    above = torch.where(clean > 1 - half, torch.inf, (clean + half - mean) * scale)
    below = torch.where(clean < -1 + half, -torch.inf, (clean - half - mean) * scale)
    swap = below + above > 0  # in the right tail, count from the other side: there the masses near 0 are exact
    mass = _below(torch.where(swap, -below, above)) - _below(torch.where(swap, -above, below))
    return mass.clamp(min=1e-12).log()


def bound_term(
    clean: Tensor, noisy: Tensor, mean: Tensor, log_variance: Tensor, t: Tensor, schedule: Schedule
) -> Tensor:
    """Compute one term of the variational bound, in bits for each number of a sample.   (B, ...) -> (B,)

    How far the network's step (mean, log_variance) is from the true posterior; at t = 1, the cost of naming the pixels.
    All terms and `prior_term` together are an upper bound of the negative log-likelihood.
    Source: Ho et al. 2020 (arXiv:2006.11239), equation 5.
    """
    true_mean, _ = posterior(clean, noisy, t, schedule)
    true_log = exactly(log_variances(schedule)[0], t, noisy).to(noisy.dtype)
    steps = bits(divergence(true_mean, true_log.expand_as(noisy), mean, log_variance))
    return torch.where(t == 1, bits(-log_likelihood(clean, mean, log_variance)), steps)


def prior_term(clean: Tensor, schedule: Schedule) -> Tensor:
    """Give what is still left of the picture at t = T, against pure noise, in bits for each number.

    (B, ...) -> (B,).
    """
    signal, sigma = shares(schedule.steps, schedule, clean)
    nothing = torch.zeros_like(clean)
    return bits(divergence(signal * clean, 2 * sigma.log().expand_as(clean), nothing, nothing))


def bits(nats: Tensor) -> Tensor:
    """Compute the mean over a sample's numbers, in bits.   (B, ...) -> (B,)."""
    return nats.flatten(1).mean(1) / math.log(2)


def _below(x: Tensor) -> Tensor:
    """Compute the mass of the standard normal below x."""
    return 0.5 * torch.erfc(-x / math.sqrt(2))
