"""Training losses that go wrong, each in one way."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from course_lib.exercises.w14.drawing import over
from course_lib.layers.noise_schedule import Schedule

Ask = Callable[[nn.Module, Tensor, Schedule, torch.Generator], Tensor]


def trained(
    low: int = 1,
    beyond: int = 1,
    draw: Callable[..., Tensor] = torch.randn,
    keep: Callable[[Tensor], Tensor] = torch.sqrt,
    add: Callable[[Tensor], Tensor] = lambda left: (1 - left).sqrt(),
    single_time: bool = False,
    single_noise: bool = False,
    told: int = 0,
    show: Callable[[Tensor, Tensor], Tensor] = lambda clean, noisy: noisy,
    target: Callable[[Tensor, Tensor], Tensor] = lambda clean, noise: noise,
    error: Callable[[Tensor], Tensor] = lambda difference: difference.square().mean(),
) -> Ask:
    """The loss with one part done in another way."""

    def loss(predict: nn.Module, clean: Tensor, schedule: Schedule, generator: torch.Generator) -> Tensor:
        count = 1 if single_time else len(clean)
        t = torch.randint(low, schedule.steps + beyond, (count,), generator=generator).expand(len(clean))
        size = clean.shape[1:] if single_noise else clean.shape
        noise = draw(size, generator=generator).expand(clean.shape)
        left = over(schedule.alpha_bars[t], clean)
        noisy = keep(left) * clean + add(left) * noise
        return error(predict(show(clean, noisy), t + told) - target(clean, noise))

    return loss


asks_for_clean = trained(target=lambda clean, noise: clean)


shows_clean = trained(show=lambda clean, noisy: clean)


one_time = trained(single_time=True)


one_noise = trained(single_noise=True)


times_from_zero = trained(low=0, beyond=0)


last_time_missing = trained(beyond=0)


uniform_noise = trained(draw=torch.rand)


not_faded = trained(keep=torch.ones_like)


no_roots = trained(keep=lambda left: left, add=lambda left: 1 - left)


tells_another_time = trained(told=-1)


a_sum = trained(error=lambda difference: difference.square().sum())


absolute = trained(error=lambda difference: difference.abs().mean())
