"""Diffusion, equation by equation: how noise is put in at once, and taken out step by step.

Sizes   B batch; every other axis is whatever a sample looks like
Time is counted as in the papers: t = 0 is clean. t is a whole number, or a tensor (B,) with one for each sample.
"""

from typing import Literal

import torch
from torch import Tensor

from course_lib.former_names import former
from course_lib.layers.noise_schedule import Schedule, at

Variance = Literal["small", "large"]


def shares(t: Tensor | int, schedule: Schedule, like: Tensor) -> tuple[Tensor, Tensor]:
    """Measure how much of the clean sample and how much noise there is at t: sqrt(alpha_bar) and sqrt(1 - alpha_bar).

    like (B, ...)   -> twice (B, 1, ...), whose squares sum to 1; subtracted before it is rounded to like's dtype,
    because near t = 0 float32 would keep only three digits of 1 - alpha_bar
    """
    left = schedule.alpha_bars
    return at(left.sqrt(), t, like), at((1 - left).sqrt(), t, like)


def q_sample(clean: Tensor, noise: Tensor, t: Tensor | int, schedule: Schedule) -> Tensor:
    """Draw from q(x_t | x_0): the clean sample after t steps of noise, in one go.   (B, ...) -> (B, ...).

    Source: Ho et al. 2020 (arXiv:2006.11239), equation 4.
    """
    signal, sigma = shares(t, schedule, clean)
    return signal * clean + sigma * noise


def predict_x0(noisy: Tensor, noise: Tensor, t: Tensor | int, schedule: Schedule) -> Tensor:
    """Compute the clean sample that gives x_t with this noise: `q_sample`, solved for x_0.   (B, ...) -> (B, ...)."""
    signal, sigma = shares(t, schedule, noisy)
    return (noisy - sigma * noise) / signal


def predict_noise(noisy: Tensor, clean: Tensor, t: Tensor | int, schedule: Schedule) -> Tensor:
    """Compute the noise that gives x_t from this clean sample: `q_sample`, solved for the noise; t at least 1."""
    signal, sigma = shares(t, schedule, noisy)
    return (noisy - signal * clean) / sigma


def velocity(clean: Tensor, noise: Tensor, t: Tensor | int, schedule: Schedule) -> Tensor:
    """Compute the third thing a network may predict: v = sqrt(alpha_bar) noise - sqrt(1 - alpha_bar) clean.

    Source: Salimans and Ho 2022 (arXiv:2202.00512), section 4.
    """
    signal, sigma = shares(t, schedule, clean)
    return signal * noise - sigma * clean


def posterior(clean: Tensor, noisy: Tensor, t: Tensor | int, schedule: Schedule) -> tuple[Tensor, Tensor]:
    """Give what x_{t-1} was, if x_0 and x_t are both known: a Gaussian, by Bayes' rule.   t at least 1

    -> mean (B, ...), variance (B, 1, ...)
    Source: Ho et al. 2020 (arXiv:2006.11239), equations 6 and 7.
    """
    before = exactly(schedule.alpha_bars, torch.as_tensor(t) - 1, noisy)
    beta, left = exactly(schedule.betas, t, noisy), exactly(schedule.alpha_bars, t, noisy)
    of_clean = before.sqrt() * beta / (1 - left)
    of_noisy = (1 - beta).sqrt() * (1 - before) / (1 - left)
    mean = of_clean.to(noisy.dtype) * clean + of_noisy.to(noisy.dtype) * noisy
    return mean, at(schedule.posterior_variances(), t, noisy)


def ddpm_step(
    noisy: Tensor,
    predicted_noise: Tensor,
    t: Tensor | int,
    schedule: Schedule,
    fresh: Tensor,
    *,
    variance: Variance | Tensor = "small",
    clip: bool = False,
) -> Tensor:
    """Take one step back, x_t to x_{t-1}: to the posterior's mean, then a little fresh noise.   t at least 1

    fresh (B, ...) standard normal; it is not used where t = 1, because the last step ends at the clean sample
    variance   "small" for the posterior's, "large" for beta, or a tensor (B, ...) that a network has learned
    clip       hold the predicted clean sample between -1 and 1, as all pixels are
    Source: Ho et al. 2020 (arXiv:2006.11239), algorithm 2 and section 3.2.
    """
    clean = predict_x0(noisy, predicted_noise, t, schedule)
    mean, spread = posterior(clean.clamp(-1, 1) if clip else clean, noisy, t, schedule)
    if isinstance(variance, Tensor):
        spread = variance
    elif variance == "large":
        spread = at(schedule.betas, t, noisy)
    elif variance != "small":
        raise ValueError(f"variance {variance!r} is not there; choose 'small', 'large', or give a tensor")
    last = (torch.as_tensor(t, device=noisy.device) == 1).reshape(-1, *[1] * (noisy.ndim - 1))
    return torch.where(last, mean, mean + spread.sqrt() * fresh)


def ddim_step(
    noisy: Tensor,
    predicted_noise: Tensor,
    t: Tensor | int,
    earlier: Tensor | int,
    schedule: Schedule,
    *,
    eta: float = 0.0,
    fresh: Tensor | None = None,
    clip: bool = False,
) -> Tensor:
    """Jump from t to any earlier time along the predicted clean sample and the predicted noise.

    eta   how much of DDPM's fresh noise to add: 0 is deterministic, 1 is DDPM when earlier = t - 1
    clip  hold the predicted clean sample between -1 and 1, and correct the noise to match it
    Raises ValueError when eta asks for fresh noise and none is given.
    Source: Song et al. 2021 (arXiv:2010.02502), equations 12 and 16.
    """
    if eta and fresh is None:
        raise ValueError(f"eta {eta} adds fresh noise; give `fresh`, standard normal, of shape {tuple(noisy.shape)}")
    left, before = exactly(schedule.alpha_bars, t, noisy), exactly(schedule.alpha_bars, earlier, noisy)
    clean = predict_x0(noisy, predicted_noise, t, schedule)
    if clip:
        clean = clean.clamp(-1, 1)
        predicted_noise = predict_noise(noisy, clean, t, schedule)
    spread = eta * ((1 - before) / (1 - left) * (1 - left / before)).clamp(min=0).sqrt()  # 0 when t < earlier, too
    ahead = (1 - before - spread**2).clamp(min=0).sqrt()
    signal, ahead, spread = (each.to(noisy.dtype) for each in (before.sqrt(), ahead, spread))
    moved = signal * clean + ahead * predicted_noise
    return moved if fresh is None else moved + spread * fresh


def classifier_free_guidance(with_label: Tensor, without: Tensor, scale: float) -> Tensor:
    """Lean towards what the label changes.   scale 0 ignores the label, 1 follows it, more exaggerates it.

    Source: Ho and Salimans 2022 (arXiv:2207.12598), equation 6, with scale = 1 + w.
    """
    return without + scale * (with_label - without)


def exactly(table: Tensor, t: Tensor | int, like: Tensor) -> Tensor:
    """`at` without rounding: the entries in float64, for sums of them that nearly vanish.   -> (B, 1, ...)."""
    return at(table, t, like.new_empty([1] * like.ndim, dtype=torch.float64))


def time_embedding(t: Tensor, width: int) -> Tensor:
    """Clock hands for a time, as `positions.sinusoids` makes for a place.   t (B,) -> (B, D), D even.

    The first half holds cosines, the second sines: the order of the published diffusion codes.
    Source: Ho et al. 2020 (arXiv:2006.11239), appendix B.
    """
    if width % 2:
        raise ValueError(f"width {width} is odd, but sines and cosines come in pairs; try {width + 1}")
    speed = 10_000.0 ** (-torch.arange(0, width, 2, device=t.device) / width)  # (D / 2,), radians per step
    angle = t[:, None].float() * speed
    return torch.cat([angle.cos(), angle.sin()], dim=-1)


__getattr__ = former(
    __name__,
    {
        "noised": "q_sample",
        "clean_from": "predict_x0",
        "noise_from": "predict_noise",
        "guided": "classifier_free_guidance",
    },
)
