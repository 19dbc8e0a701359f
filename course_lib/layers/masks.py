"""Who may look at whom: boolean masks, True where a position may look.

Sizes   B batch   T target (query) positions   S source (key) positions
"""

import torch
from torch import Tensor


def causal_mask(size: int) -> Tensor:
    """Let a position see itself and what came before.   -> (T, T), True where s <= t."""
    return torch.ones(size, size, dtype=torch.bool).tril()


def padding_mask(lengths: Tensor, size: int) -> Tensor:
    """Nobody looks at padding.   lengths (B), how many positions are real   -> (B, 1, S), True where s < length.

    The middle axis has size 1: the same keys are hidden from every query position.
    """
    return (torch.arange(size) < lengths[:, None])[:, None, :]


def may_look(lengths: Tensor, size: int) -> Tensor:
    """Both rules at once: not ahead, and not at padding.   lengths (B), each at least 1   -> (B, T, T)."""
    return causal_mask(size) & padding_mask(lengths, size)


def banded_mask(size: int, reach: int) -> Tensor:
    """Let a position see itself and at most `reach` steps back.   -> (T, T), True where t - reach <= s <= t."""
    steps_back = torch.arange(size)[:, None] - torch.arange(size)
    return (steps_back >= 0) & (steps_back <= reach)
