"""What a message-passing explorer measures: who can be reached, who resembles whom, and how bytes stand for numbers.

Sizes   N nodes   E edges, sender to receiver   R rounds   D features
"""

import math

import numpy as np

NEVER = 255  # hops: no path at all


def hop_distances(edges: np.ndarray, size: int) -> np.ndarray:
    """How many rounds until one node's features reach another.

    edges (2, E), row 0 sends, row 1 receives -> (N, N) bytes: [i, j] = steps from j to i along the edges, 255 = never
    """
    from scipy.sparse import coo_array, csgraph  # type: ignore[import-untyped]

    heard = coo_array((np.ones(edges.shape[1]), (edges[0], edges[1])), shape=(size, size)).tocsr()
    steps = csgraph.shortest_path(heard, unweighted=True)  # from sender to receiver, inf without a path
    return np.where(steps < NEVER, steps, NEVER).astype(np.uint8).T.copy()


def unit_length(features: np.ndarray) -> np.ndarray:
    """Each feature vector (..., D) divided by its length; a vector of zeros stays zeros."""
    lengths = np.linalg.norm(features, axis=-1, keepdims=True)
    return features / np.where(lengths > 0, lengths, 1)


def cosine_similarity(features: np.ndarray) -> np.ndarray:
    """features (..., N, D) -> (..., N, N) from -1 to 1; a node is 1 to itself, and 0 to a node whose features are 0"""
    unit = unit_length(features.astype(np.float64))
    found = np.clip(unit @ unit.swapaxes(-1, -2), -1, 1)
    found[..., np.arange(found.shape[-1]), np.arange(found.shape[-1])] = 1
    return found


def mean_over_pairs(similarity: np.ndarray) -> np.ndarray:
    """similarity (R+1, N, N) -> (R+1,), the mean over pairs of two different nodes; 1 where there is no pair"""
    size = similarity.shape[-1]
    if size < 2:
        return np.ones(len(similarity))
    return (similarity.sum((-1, -2)) - size) / (size * (size - 1))


def main_difference(features: np.ndarray) -> np.ndarray:
    """The direction in which the nodes of a round differ most, as one number a node.

    First principal component of the features at unit length, each round around its own mean, one direction for all
    rounds. When the nodes become alike, all values go to 0, as the similarities go to 1.
    features (R+1, N, D) -> (R+1, N)
    """
    unit = unit_length(features.astype(np.float64))
    centred = unit - unit.mean(1, keepdims=True)
    direction = np.linalg.svd(centred.reshape(-1, features.shape[-1]), full_matrices=False)[2][0]
    direction *= np.sign(direction[np.abs(direction).argmax()]) or 1
    return centred @ direction


def ruler(top: float, most: int) -> tuple[int, int]:
    """The finest scale in steps of 1, 2 or 5 that reaches `top` with at most `most` steps.

    -> (step, digits): count n stands for n * step / 10^digits, which every language writes the same way
    """
    if not top > 1e-12:
        return 1, 0
    power = math.floor(math.log10(top / most))
    marks = [(1, power), (2, power), (5, power), (1, power + 1)]
    mark, power = next((mark, p) for mark, p in marks if top <= most * mark * 10.0**p or p > power)
    return mark * 10 ** max(power, 0), max(-power, 0)


def counts(values: np.ndarray, scale: tuple[int, int]) -> np.ndarray:
    """How many steps of the ruler each value is, to the nearest."""
    step, digits = scale
    return np.round(values.astype(np.float64) * 10.0**digits / step).astype(int)


def reading(count: int, scale: tuple[int, int]) -> str:
    """The number a count stands for: count 42 on (2, 2) is 0.84."""
    step, digits = scale
    return f"{int(count) * step / 10**digits:.{digits}f}"
