"""Layer norm: bring every position to mean 0 and spread 1, then let the network choose its own.

Sizes   D width
"""

import torch
from torch import Tensor


def layer_norm(x: Tensor, gain: Tensor, bias: Tensor, eps: float = 1e-5) -> Tensor:
    """Standardise each position over its own D numbers; neither the batch nor the other positions matter.

    x (..., D)   gain, bias (D)   eps, added to the variance so that a constant position does not divide by 0
    -> (..., D); before gain and bias each position has mean 0 and (biased) variance just under 1
    `nn.LayerNorm` is this function, fused into one pass over memory.
    Source: Ba et al. 2016 (arXiv:1607.06450), equations 3 and 4.
    """
    centred = x - x.mean(dim=-1, keepdim=True)
    variance = centred.square().mean(dim=-1, keepdim=True)
    return gain * centred * torch.rsqrt(variance + eps) + bias
