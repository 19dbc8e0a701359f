"""Diffusion around a network that predicts the velocity: nearly the clean sample where there is only noise.

Sizes   B batch; every other axis is whatever a sample looks like
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from course_lib.layers.diffusion import q_sample, shares, velocity
from course_lib.models.diffusion import Diffusion


@dataclass(frozen=True)
class VelocityDiffusion(Diffusion):
    """A schedule, and a network that predicts v = sqrt(alpha_bar) noise - sqrt(1 - alpha_bar) clean.

    A predicted noise is divided by sqrt(alpha_bar) to give the clean sample, so near t = T a small error of the noise
    is a huge one of the picture: brightness and colour go astray. A velocity is never divided by anything.
    Source: Salimans and Ho 2022 (arXiv:2202.00512), section 4 and appendix D.
    """

    def loss(self, clean: Tensor, generator: torch.Generator, label: Tensor | None = None, drop: float = 0.1) -> Tensor:
        """Put noise of a random time into each sample, and ask for the velocity.   clean (B, ...) -> scalar."""
        t, noise, label = self.drawn(clean, generator, label, drop)
        noisy = q_sample(clean, noise, t, self.schedule)
        return F.mse_loss(self.predict(noisy, t, label), velocity(clean, noise, t, self.schedule))

    def noise_at(self, noisy: Tensor, t: int, label: Tensor | None, guidance: float) -> Tensor:
        """Compute the noise that this velocity stands for; guidance of the one is guidance of the other.   (B, ...)."""
        signal, sigma = shares(t, self.schedule, noisy)
        return sigma * noisy + signal * super().noise_at(noisy, t, label, guidance)
