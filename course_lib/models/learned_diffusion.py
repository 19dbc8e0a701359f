"""Diffusion with a network that also says how uncertain each step is: the hybrid loss, and sampling with its variance.

Sizes   B batch   C channels; the network answers with 2C: first the noise, then from -1 to 1 where the variance lies
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from course_lib.layers.diffusion import Variance, classifier_free_guidance, posterior, predict_x0, q_sample
from course_lib.layers.learned_variance import between, bound_term, prior_term
from course_lib.layers.noise_schedule import Schedule
from course_lib.models.diffusion import Diffusion


@dataclass(frozen=True)
class LearnedDiffusion(Diffusion):
    """A schedule, and a network (B, C, ...) -> (B, 2C, ...).   share: what the bound counts beside the noise's error.

    Source: Nichol and Dhariwal 2021 (arXiv:2102.09672), section 3.1.
    """

    share: float = 0.001

    def loss(self, clean: Tensor, generator: torch.Generator, label: Tensor | None = None, drop: float = 0.1) -> Tensor:
        """Compute the error of the noise, plus a little of the bound, which moves the variance alone.   -> scalar.

        The bound is a sum over T steps; one step stands for it, so it counts T times.
        Source: Nichol and Dhariwal 2021 (arXiv:2102.09672), equation 16.
        """
        t, noise, label = self.drawn(clean, generator, label, drop)
        noisy = q_sample(clean, noise, t, self.schedule)
        predicted, answer = self.predict(noisy, t, label).chunk(2, dim=1)
        terms = self.term(clean, noisy, predicted.detach(), answer, t)
        return F.mse_loss(predicted, noise) + self.share * self.schedule.steps * terms.mean()

    def term(self, clean: Tensor, noisy: Tensor, predicted: Tensor, answer: Tensor, t: Tensor) -> Tensor:
        """Compute the bound's term at t, in bits for each number; the clean sample is held to -1..1, as in sampling.

        (B,).
        """
        mean, _ = posterior(predict_x0(noisy, predicted, t, self.schedule).clamp(-1, 1), noisy, t, self.schedule)
        return bound_term(clean, noisy, mean, between(answer, t, self.schedule), t, self.schedule)

    @torch.no_grad()
    def bound(self, clean: Tensor, generator: torch.Generator, label: Tensor | None = None) -> Tensor:
        """At most so many bits for each number are needed to store these samples without loss.   (B, ...) -> (B,)

        All T terms and the prior's, each with noise drawn once: T passes of the network.
        """
        total = prior_term(clean, self.schedule)
        if label is None and self.no_label is not None:
            label = torch.full((len(clean),), self.no_label)
        for step in range(1, self.schedule.steps + 1):
            t = torch.full((len(clean),), step)
            noisy = q_sample(clean, torch.randn(clean.shape, generator=generator), t, self.schedule)
            predicted, answer = self.predict(noisy, t, label).chunk(2, dim=1)
            total = total + self.term(clean, noisy, predicted, answer, t)
        return total

    def ask(
        self, noisy: Tensor, t: int, label: Tensor | None, guidance: float, step: int, chain: Schedule
    ) -> tuple[Tensor, Variance | Tensor]:
        """Compute the predicted noise, and the learned variance between both ends of the shorter chain's step.

        Guidance moves the noise alone, and the variance is that of the labelled network.
        """
        plain = Diffusion(self.schedule, self.predict, self.no_label)
        found, answer = plain.noise_at(noisy, t, label, 1.0).chunk(2, dim=1)
        if label is not None and self.no_label is not None and guidance != 1:
            without, _ = plain.noise_at(noisy, t, None, 1.0).chunk(2, dim=1)
            found = classifier_free_guidance(found, without, guidance)
        return found, between(answer, step, chain).exp()
