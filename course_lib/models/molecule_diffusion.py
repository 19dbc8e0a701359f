"""Molecules out of noise: the diffusion of positions and atom types together.

Sizes   N atoms of all molecules   M molecules   A kinds of atom   S stops of a journey
Types travel as one-hot rows times `SCALE`; a molecule's kinds are the largest entries at the end.
"""

from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor

from course_lib.layers.diffusion import predict_x0, q_sample
from course_lib.layers.equivariant import zero_centre
from course_lib.layers.noise_schedule import Schedule
from course_lib.models.molecule_denoiser import SCALE, MoleculeDenoiser


@dataclass(frozen=True)
class MoleculeJourney:
    """From noise to molecules, seen at S stops; positions in angstrom, types as one-hot rows or on the way to them.

    stops: the time of each   noisy, clean (S, N, 3): where the atoms are, and where the model thinks they belong
    noisy_types, clean_types (S, N, A), in one-hot units   counts (M): atoms of each molecule, one after the other
    """

    stops: list[int]
    noisy: Tensor
    noisy_types: Tensor
    clean: Tensor
    clean_types: Tensor
    counts: Tensor

    @property
    def positions(self) -> Tensor:
        """Tell where the atoms are at the end. -> (N, 3)"""
        return self.clean[-1]

    def atoms_of(self, molecule: int) -> slice:
        """Give the atoms of one molecule, 0 to M - 1; `noisy[:, atoms_of(2)]` is the way of the third."""
        end = int(self.counts[: molecule + 1].sum())
        return slice(end - int(self.counts[molecule]), end)

    @property
    def kinds(self) -> Tensor:
        """Give what the atoms are at the end. -> (N,)"""
        return self.clean_types[-1].argmax(1)


def owner_of(counts: Tensor) -> Tensor:
    """Compute the molecule of every atom.   counts (M) -> (N)."""
    return torch.repeat_interleave(torch.arange(len(counts)), counts)


def cloud_noise(counts: Tensor, kinds: int, chance: torch.Generator) -> tuple[Tensor, Tensor]:
    """Draw standard normal noise, that of the positions with every molecule's mean taken away. -> (N, 3), (N, A)"""
    owner = owner_of(counts)
    places = torch.randn(len(owner), 3, generator=chance)
    return zero_centre(places, owner, len(counts)), torch.randn(len(owner), kinds, generator=chance)


class MoleculeDiffusion:
    """A schedule and a network that finds the noise.

    The network answers with a velocity for each number; the noise in it is sqrt(1 - alpha_bar) noisy +
    sqrt(alpha_bar) velocity. So at much noise, where the noise is nearly all there is to see, little is left to learn.
    """

    def __init__(self, schedule: Schedule, network: MoleculeDenoiser) -> None:
        self.schedule, self.network = schedule, network

    def predict(self, positions: Tensor, types: Tensor, t: Tensor, counts: Tensor) -> tuple[Tensor, Tensor]:
        """Compute the noise in positions (N, 3) and scaled types (N, A) at times t (M).   -> (N, 3), (N, A)"""
        left = self.schedule.alpha_bars[t].to(positions.dtype)[owner_of(counts)][:, None]
        turns, kinds = self.network(positions, types, t / self.schedule.steps, counts)
        return (
            (1 - left).sqrt() * positions + left.sqrt() * turns.to(positions.dtype),
            (1 - left).sqrt() * types + left.sqrt() * kinds.to(types.dtype),
        )

    def loss(self, positions: Tensor, kinds: Tensor, counts: Tensor, chance: torch.Generator) -> Tensor:
        """Compute the mean squared error of the predicted noise over all numbers; each molecule draws its t.

        positions (N, 3) in angstrom, any centre   kinds (N) int64   counts (M)
        Source: Hoogeboom et al. 2022 (arXiv:2203.17003), algorithm 1.
        """
        owner, many = owner_of(counts), self.network.sizes.kinds
        types = torch.nn.functional.one_hot(kinds, many).to(positions.dtype) * SCALE
        t = torch.randint(1, self.schedule.steps + 1, (len(counts),), generator=chance)
        noise = cloud_noise(counts, many, chance)
        clean = zero_centre(positions, owner, len(counts)), types
        there = [q_sample(part, of, t[owner], self.schedule) for part, of in zip(clean, noise, strict=True)]
        said = self.predict(there[0], there[1], t, counts)
        return (torch.cat(said, dim=1) - torch.cat(noise, dim=1)).square().mean()

    @torch.no_grad()
    def sample(
        self, counts: Tensor, chance: torch.Generator, steps: int | None = None, stops: int = 1
    ) -> MoleculeJourney:
        """Make molecules of the asked sizes, in `steps` jumps from t = T to 0 with fresh noise after each.

        counts (M)   stops: how many evenly spread jumps to remember, the last one always
        A jump from t to any earlier time is drawn from q(x_earlier | x_t, predicted clean), Gaussian by Bayes' rule.
        Source: Hoogeboom et al. 2022 (arXiv:2203.17003), algorithm 2.
        """
        top = self.schedule.steps
        steps = top if steps is None else steps
        if not 1 <= steps <= top or not 1 <= stops <= steps:
            raise ValueError(f"{steps} steps and {stops} stops: steps go from 1 to {top}, stops from 1 to the steps")
        times = torch.linspace(top, 0, steps + 1).round().long().tolist()
        remember = set(torch.linspace(0, steps - 1, stops).round().long().tolist()) if stops > 1 else {steps - 1}
        when: list[int] = []
        seen: list[tuple[Tensor, Tensor, Tensor, Tensor]] = []
        places, types = cloud_noise(counts, self.network.sizes.kinds, chance)
        for jump, (t, earlier) in enumerate(pairwise(times)):
            noise = self.predict(places, types, torch.full((len(counts),), t), counts)
            there = (places, types)
            clean = [predict_x0(part, of, t, self.schedule) for part, of in zip(there, noise, strict=True)]
            if jump in remember:
                when.append(t)
                seen.append((places, types / SCALE, clean[0], clean[1] / SCALE))
            fresh = cloud_noise(counts, self.network.sizes.kinds, chance)
            places, types = (
                self.jump(part, of, t, earlier, new) for part, of, new in zip(there, clean, fresh, strict=True)
            )
        at_places, at_types, at_clean, at_clean_types = (torch.stack(part) for part in zip(*seen, strict=True))
        return MoleculeJourney(when, at_places, at_types, at_clean, at_clean_types, counts)

    def jump(self, noisy: Tensor, clean: Tensor, t: int, earlier: int, fresh: Tensor) -> Tensor:
        """Go from t to an earlier time, when the clean sample is believed. Ends at `clean` where earlier = 0.

        Source: Ho et al. 2020 (arXiv:2006.11239), equations 6 and 7, with one large step from `earlier` to t.
        """
        left, before = self.schedule.alpha_bars[t], self.schedule.alpha_bars[earlier]
        kept = left / before
        towards = float(before.sqrt() * (1 - kept) / (1 - left))
        stay = float(kept.sqrt() * (1 - before) / (1 - left))
        spread = float(((1 - before) / (1 - left) * (1 - kept)).sqrt())
        return towards * clean + stay * noisy + spread * fresh
