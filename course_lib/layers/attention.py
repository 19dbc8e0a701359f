"""Attention: every position asks, every position answers, and the answers are averaged.

Sizes   B batch   T asking   S answering   D width   H heads   K = D / H   V value width
"""

import math

import torch
from einops import rearrange
from torch import Tensor, nn


def mix(scores: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
    """Average the values with positive weights that sum to 1: a convex combination.

    scores (..., S), any real numbers   values (..., S, V)
    -> average (..., V), inside the smallest box that holds the values; weights (..., S)
    Source: the softmax weights of Bahdanau et al. 2015 (arXiv:1409.0473), equations 5 and 6.
    """
    weights = scores.softmax(dim=-1)
    return (weights[..., None] * values).sum(dim=-2), weights


def additive_scores(q: Tensor, k: Tensor, w_q: Tensor, w_k: Tensor, v: Tensor) -> Tensor:
    """Score every query against every key with one hidden layer.

    q (..., T, D)   k (..., S, E)   w_q (D, A)   w_k (E, A)   v (A)   -> scores (..., T, S)
    Source: Bahdanau et al. 2015 (arXiv:1409.0473), appendix A.1.2.
    """
    hidden = torch.tanh((q @ w_q)[..., :, None, :] + (k @ w_k)[..., None, :, :])  # (..., T, S, A)
    return hidden @ v


def attend(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """Average the values, weighted by how well each query matches each key.

    q (..., T, K)   k (..., S, K)   v (..., S, V)   mask (..., T, S), True = may look
    -> averages (..., T, V), weights (..., T, S) whose rows sum to 1
    A row of the mask without one True has nothing to average and comes out as nan, as in torch.
    Source: Vaswani et al. 2017 (arXiv:1706.03762), equation 1.
    """
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask, -torch.inf)
    weights = scores.softmax(dim=-1)
    return weights @ v, weights


def split_heads(x: Tensor, heads: int) -> Tensor:
    """Cut the width into heads that stand side by side, each owning K neighbouring columns.

    x (B, T, D) -> (B, H, T, K)
    Raises ValueError when D does not divide by the number of heads.
    Source: Vaswani et al. 2017 (arXiv:1706.03762), section 3.2.2.
    """
    if heads < 1 or x.shape[-1] % heads:
        fits = [h for h in range(1, x.shape[-1] + 1) if x.shape[-1] % h == 0]
        raise ValueError(f"width {x.shape[-1]} does not split into {heads} heads; try one of {fits}")
    return rearrange(x, "b t (h k) -> b h t k", h=heads)


def merge_heads(x: Tensor) -> Tensor:
    """Lay the heads side by side again, undoing `split_heads`.   x (B, H, T, K) -> (B, T, D)."""
    return rearrange(x, "b h t k -> b t (h k)")


class MultiHeadAttention(nn.Module):
    """One sequence asks another, H times in parallel, each time in its own K-dimensional view.

    asking (B, T, D), answering (B, S, D), mask (B, T, S) with True = may look
    -> what each asking position heard (B, T, D), and the weights (B, H, T, S) that produced it
    Source: Vaswani et al. 2017 (arXiv:1706.03762), section 3.2.2.
    """

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        if heads < 1 or width % heads:
            below = width - width % max(heads, 1)
            raise ValueError(f"width {width} does not split into {heads} heads; try {below} or {below + max(heads, 1)}")
        self.heads = heads
        self.to_q = nn.Linear(width, width)
        self.to_k = nn.Linear(width, width)
        self.to_v = nn.Linear(width, width)
        self.to_out = nn.Linear(width, width)

    def forward(self, asking: Tensor, answering: Tensor, mask: Tensor | None = None) -> tuple[Tensor, Tensor]:
        q, k, v = self.to_q(asking), self.to_k(answering), self.to_v(answering)
        q, k, v = (split_heads(x, self.heads) for x in (q, k, v))
        if mask is not None:
            mask = mask[:, None]  # the same for every head
        heard, weights = attend(q, k, v, mask)
        return self.to_out(merge_heads(heard)), weights
