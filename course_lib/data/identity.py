"""How alike two aligned sequences are, who belongs together, and how much each should count.

Sizes   N sequences   C columns
"""

import torch
from torch import Tensor


def identities(tokens: Tensor) -> Tensor:
    """The share of columns in which two rows agree; a gap agrees with a gap.

    tokens int64 (N, C) -> float32 (N, N), 1 on the diagonal
    """
    if tokens.ndim != 2:
        raise ValueError(f"tokens have the shape {tuple(tokens.shape)}; (sequences, columns) is needed")
    ones = torch.nn.functional.one_hot(tokens).float().flatten(1)
    return ones @ ones.T / tokens.shape[1]


def alike(tokens: Tensor, identity: float) -> Tensor:
    """Which rows agree in at least this share of columns. -> bool (N, N)"""
    if not 0 < identity <= 1:
        raise ValueError(f"identity={identity} is a share of columns: more than 0, at most 1")
    return identities(tokens) >= identity - 1e-6  # 40 of 50 columns is 0.8, whatever float32 says


def row_weights(tokens: Tensor, identity: float = 0.8) -> Tensor:
    """One over the number of rows that are alike, itself included. -> float64 (N,); the sum is called Neff."""
    return 1 / alike(tokens, identity).sum(1).double()


def clusters(tokens: Tensor, identity: float = 0.8) -> Tensor:
    """Number the groups in which each row is alike to some other: single linkage, so that groups never touch.

    -> int64 (N,): the first row of the group; rows of different groups agree in less than `identity`
    """
    one, other = alike(tokens, identity).nonzero(as_tuple=True)
    first = torch.arange(len(tokens))
    while True:  # everyone takes the smallest number among the neighbours, until nothing changes
        lowest = first.scatter_reduce(0, one, first[other], "amin")
        lowest = lowest[lowest]
        if torch.equal(lowest, first):
            return first
        first = lowest
