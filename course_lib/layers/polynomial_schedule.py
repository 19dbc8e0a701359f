"""The noise schedule for molecules: the share of the clean positions falls along a parabola.

Sizes   T steps
"""

import torch

from course_lib.layers.noise_schedule import Schedule


def polynomial(steps: int = 1000, floor: float = 1e-5, steepest: float = 1e-3) -> Schedule:
    """alpha = (1 - 2 floor) (1 - (t / T)^2) + floor, and alpha_bar its square in our words.

    floor     what the share of the variance falls to, so that nothing is divided by zero at t = T
    steepest  the least share of the variance that one step may leave
    Source: Hoogeboom et al. 2022 (arXiv:2203.17003), section 3.4 and appendix B; squares are taken before the floor,
    as the authors' code does.
    """
    if steps < 2:
        raise ValueError(f"{steps} steps are too few for this schedule; take at least 2")
    share = torch.arange(steps + 1, dtype=torch.float64) / steps
    left = (1 - share**2) ** 2
    kept = torch.cat([left.new_ones(1), (left[1:] / left[:-1]).clamp(min=steepest)])
    bars = (1 - 2 * floor) * kept.cumprod(0) + floor
    bars[0] = 1.0  # t = 0 is clean
    return Schedule(torch.cat([bars.new_zeros(1), 1 - bars[1:] / bars[:-1]]))
