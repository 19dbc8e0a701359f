"""Sums around a part of a block: what was there, and what the part adds.

Sizes   D width
"""

from collections.abc import Callable

from torch import Tensor


def scaled_residual(
    x: Tensor, part: Callable[[Tensor], Tensor], norm: Callable[[Tensor], Tensor], alpha: float
) -> Tensor:
    """Sum and norm in favour of what was there: norm(alpha x + part(x)).   x (..., D) -> (..., D).

    alpha = 1 is the sum of Vaswani et al. 2017; DeepNorm takes (2 L)^(1/4) for an encoder of L blocks.
    Source: Wang et al. 2022 (arXiv:2203.00555), section 3 and figure 2.
    """
    return norm(alpha * x + part(x))
