"""Reading attention: numbers that say what a head is doing.

Sizes   B batch   H heads   T target positions   S source positions   d_k head width   D width
"""

from collections.abc import Callable

import torch
from torch import Tensor


def entropy(weights: Tensor) -> Tensor:
    """Measure how many answers a row listens to, in bits: 0 for one, log2(S) for all alike.

    weights (..., S), rows that sum to 1   -> (...), with 0 log 0 = 0
    Source: Shannon 1948, section 6.
    """
    return torch.special.entr(weights).sum(dim=-1) / torch.log(torch.tensor(2.0, dtype=weights.dtype))


def silence_head(per_head: Tensor, head: int) -> Tensor:
    """Replace what one head heard by nothing, and leave the others alone.   per_head (B, H, T, d_k) -> the same shape.

    Raises IndexError for a head that is not there.
    Source: the head ablation of Michel et al. 2019 (arXiv:1905.10650), section 2.3.
    """
    if not 0 <= head < per_head.shape[1]:
        raise IndexError(f"head {head} is not there; this layer has heads 0 to {per_head.shape[1] - 1}")
    keep = torch.arange(per_head.shape[1]) != head
    return per_head * keep[:, None, None]


def equivariance_error(layer: Callable[[Tensor], Tensor], x: Tensor, order: Tensor) -> float:
    """Measure how far a layer is from not caring about order: the largest |layer(x[order]) - layer(x)[order]|.

    x (T, D)   order (T), a permutation   -> 0 up to rounding for a permutation-equivariant layer
    Source: the equivariance of Lee et al. 2019 (arXiv:1810.00825).
    """
    return float((layer(x[order]) - layer(x)[order]).detach().abs().max())


def mean_squared_difference(a: Tensor, b: Tensor) -> Tensor:
    """Measure how different two tensors of one shape are.

    a, b (any shape, the same) -> a scalar, 0 for equal tensors.
    """
    return ((a - b) ** 2).mean()
