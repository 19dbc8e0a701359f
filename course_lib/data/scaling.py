"""Scaling: columns of one size, measured on the training rows alone.

Sizes   N training rows   M other rows   F columns
"""

import torch
from torch import Tensor


def standardise(train: Tensor, test: Tensor) -> tuple[Tensor, Tensor]:
    """Shift and stretch every column so that it has mean 0 and variance 1 over the training rows.

    train (N, F)   test (M, F)   -> both, with the mean and the standard deviation of `train`
    The standard deviation divides by N, as scikit-learn's StandardScaler does. A column that never changes in `train`
    has none: it is only shifted.
    """
    mean, spread = train.mean(0), train.std(0, correction=0)
    constant = (train == train[0]).all(0)  # rounding can leave a spread of 1e-8
    spread = torch.where(constant, torch.ones_like(spread), spread)
    return (train - mean) / spread, (test - mean) / spread
