"""Learning rates that change: a careful start, a bold middle, a quiet end.   Steps count from 1."""

import math

from torch.optim import Optimizer
from torch.optim.lr_scheduler import LambdaLR


def noam(step: int, width: int, warmup: int) -> float:
    """Rise in a straight line for `warmup` steps, then fall with the square root of the step.

    -> width^-0.5 * min(step^-0.5, step * warmup^-1.5), whose peak (width * warmup)^-0.5 is at step = warmup
    Raises ValueError for a step, width or warmup below 1.
    Source: Vaswani et al. 2017 (arXiv:1706.03762), equation 3.
    """
    _at_least_one(step=step, width=width, warmup=warmup)
    return width**-0.5 * min(step**-0.5, step * warmup**-1.5)


def warm_up(step: int, warmup: int, peak: float) -> float:
    """Give the same shape with its height chosen: peak * step / warmup, then peak * sqrt(warmup / step).

    Raises ValueError for a step or warmup below 1.
    """
    _at_least_one(step=step, warmup=warmup)
    return peak * min(step / warmup, math.sqrt(warmup / step))


def warm_up_cosine(step: int, warmup: int, steps: int) -> float:
    """Give a factor that rises to 1 in a straight line, then falls to 0 along half a cosine.   -> 0 at step = steps.

    Raises ValueError for a step below 1 or a warmup that leaves nothing of `steps`.
    Source: the cosine of Loshchilov and Hutter 2017 (arXiv:1608.03983), equation 5, with a warm-up before it.
    """
    _at_least_one(step=step)
    if not 0 <= warmup < steps:
        raise ValueError(f"warmup {warmup} must be at least 0 and less than all {steps} steps")
    if step <= warmup:
        return step / warmup
    return 0.5 * (1 + math.cos(math.pi * min(step - warmup, steps - warmup) / (steps - warmup)))


def by_noam(optimiser: Optimizer, width: int, warmup: int) -> LambdaLR:
    """`noam` as a schedule for `fit`: it multiplies the optimiser's own rate, so give that as 1.0 (or a factor)."""
    return LambdaLR(optimiser, lambda done: noam(done + 1, width, warmup))


def by_cosine(optimiser: Optimizer, warmup: int, steps: int) -> LambdaLR:
    """`warm_up_cosine` as a schedule for `fit`; the optimiser's own rate is the peak."""
    return LambdaLR(optimiser, lambda done: warm_up_cosine(done + 1, warmup, steps))


def _at_least_one(**given: int) -> None:
    for name, value in given.items():
        if value < 1:
            raise ValueError(f"{name} {value} must be at least 1: steps are counted from 1")
