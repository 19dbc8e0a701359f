"""How alike are two sets of samples? Distances between sets of features, because no two samples belong together.

Sizes   N real   M generated   D features
"""

import torch
from torch import Tensor


def frechet(a: Tensor, b: Tensor) -> float:
    """Compute the Fréchet distance between the two Gaussians that have the sets' means and covariances.

    a (N, D), b (M, D).

    |mean difference|^2 + trace(A + B - 2 (A B)^(1/2)); 0 when both agree, and biased upwards for small sets: compare
    only figures of the same N and M, with that of real against real beside them.
    Raises ValueError for fewer than two samples, or different features.
    Source: Dowson and Landau 1982; Heusel et al. 2017 (arXiv:1706.08500), equation 6, with Inception's features.
    """
    if a.ndim != 2 or b.ndim != 2 or a.shape[1] != b.shape[1] or min(len(a), len(b)) < 2:
        raise ValueError(
            f"sets of shapes {tuple(a.shape)} and {tuple(b.shape)}: each needs 2 rows and the same columns"
        )
    a, b = a.double(), b.double()
    cov_a, cov_b = torch.cov(a.T).reshape(a.shape[1], -1), torch.cov(b.T).reshape(b.shape[1], -1)
    root = _root(cov_a)
    middle = torch.linalg.eigvalsh(root @ cov_b @ root).clamp(min=0).sqrt().sum()  # trace of (A B)^(1/2)
    apart = (a.mean(0) - b.mean(0)).square().sum()
    return float(apart + cov_a.trace() + cov_b.trace() - 2 * middle)


def precision_recall(real: Tensor, fake: Tensor, k: int = 3) -> tuple[float, float]:
    """Measure which share of the fakes could be real, and which share of the real could be fakes.   (N, D), (M, D).

    A set's territory is a ball around each of its members that reaches to that member's k-th neighbour. Precision is
    the share of fakes in the territory of the real, recall the share of the real in the territory of the fakes.
    -> two numbers from 0 to 1
    Raises ValueError where a set has no k-th neighbour.
    Source: Kynkäänniemi et al. 2019 (arXiv:1904.06991), equations 1 to 3; k = 3 as there.
    """
    if k < 1 or min(len(real), len(fake)) <= k:
        raise ValueError(f"neighbour {k} of sets of {len(real)} and {len(fake)}: each set needs more than k members")
    apart = _apart(fake, real)  # (M, N)
    precision = (apart <= _reach(real, k)).any(dim=1)
    recall = (apart <= _reach(fake, k)[:, None]).any(dim=0)
    return float(precision.double().mean()), float(recall.double().mean())


def nearest(queries: Tensor, among: Tensor) -> tuple[Tensor, Tensor]:
    """Compute the distance to the nearest of the others, and which one that is.   (M, ...), (N, ...) -> (M,), (M,).

    Samples that lie nearer to the training set than fresh data do are copies.
    """
    found = _apart(queries.flatten(1), among.flatten(1)).min(dim=1)
    return found.values, found.indices


def _reach(samples: Tensor, k: int) -> Tensor:
    """Each sample's distance to its k-th neighbour, itself not counted.   (N, D) -> (N,)."""
    return _apart(samples, samples).kthvalue(k + 1, dim=1).values


def _apart(a: Tensor, b: Tensor) -> Tensor:
    """All distances, subtracted term by term: 0 is 0 and ties stay ties.   (M, D), (N, D) -> (M, N)."""
    return torch.cdist(a.double(), b.double(), compute_mode="donot_use_mm_for_euclid_dist")


def _root(matrix: Tensor) -> Tensor:
    values, vectors = torch.linalg.eigh(matrix)
    return (vectors * values.clamp(min=0).sqrt()) @ vectors.T
