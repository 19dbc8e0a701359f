"""Attention: every query position averages the values, weighted by how well its query matches each key.

Sizes   B batch   T target (query) positions   S source (key) positions
        D width   H heads   d_k = D / H   V value width
"""

import math

import torch
import torch.nn.functional as F
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

    q (..., T, d_k)   k (..., S, d_k)   v (..., S, V)   mask (..., T, S), True = may look
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
    """Cut the width into heads that stand side by side, each owning d_k neighbouring columns.

    x (B, T, D) -> (B, H, T, d_k)
    Raises ValueError when D does not divide by the number of heads.
    Source: Vaswani et al. 2017 (arXiv:1706.03762), section 3.2.2.
    """
    if heads < 1 or x.shape[-1] % heads:
        fits = [h for h in range(1, x.shape[-1] + 1) if x.shape[-1] % h == 0]
        raise ValueError(f"width {x.shape[-1]} does not split into {heads} heads; try one of {fits}")
    return rearrange(x, "b t (h k) -> b h t k", h=heads)


def merge_heads(x: Tensor) -> Tensor:
    """Lay the heads side by side again, undoing `split_heads`.   x (B, H, T, d_k) -> (B, T, D)."""
    return rearrange(x, "b h t k -> b t (h k)")


def cached_attention(
    q_new: Tensor, k_new: Tensor, v_new: Tensor, k_past: Tensor, v_past: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """Attend from one new position to itself and everything before it, whose keys and values were kept.

    q_new, k_new, v_new (B, H, 1, d_k)   k_past, v_past (B, H, T, d_k), T may be 0
    -> heard (B, H, 1, d_k), and the keys and values to keep (B, H, T + 1, d_k)
    No mask: what is yet to come is not there. Equal to the last row of causal attention over all T + 1 positions.
    """
    k, v = torch.cat([k_past, k_new], dim=-2), torch.cat([v_past, v_new], dim=-2)
    return F.scaled_dot_product_attention(q_new, k, v), k, v


class MultiHeadAttention(nn.Module):
    """One sequence attends to another, H times in parallel, each time in its own d_k-dimensional view.

    target (B, T, D), source (B, S, D), mask (B, T, S) with True = may look
    -> what each target position heard (B, T, D), and the weights (B, H, T, S) that produced it
    weights=False gives None for the weights: PyTorch's fused operator then computes the same averages block by block
    and never stores the (T, S) table. `viz.record` asks for the weights of such calls too.
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

    def forward(
        self, target: Tensor, source: Tensor, mask: Tensor | None = None, weights: bool = True
    ) -> tuple[Tensor, Tensor | None]:
        q, k, v = self.queries(target), *self.keys_and_values(source)
        if not weights:
            return self.answer(q, k, v, mask), None
        heard, table = attend(q, k, v, None if mask is None else mask[:, None])  # one mask for every head
        return self.to_out(merge_heads(heard)), table

    def queries(self, target: Tensor) -> Tensor:
        """Compute the query of each target position.   target (B, T, D) -> (B, H, T, d_k)."""
        return split_heads(self.to_q(target), self.heads)

    def keys_and_values(self, source: Tensor) -> tuple[Tensor, Tensor]:
        """Compute the keys and values of the source positions: all a cache has to keep.

        (B, S, D) -> twice (B, H, S, d_k).
        """
        return split_heads(self.to_k(source), self.heads), split_heads(self.to_v(source), self.heads)

    def answer(self, q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
        """Give what was heard, by the fused operator.   q (B, H, T, d_k)   k, v (B, H, S, d_k)   -> (B, T, D)."""
        heard = F.scaled_dot_product_attention(q, k, v, attn_mask=None if mask is None else mask[:, None])
        return self.to_out(merge_heads(heard))
