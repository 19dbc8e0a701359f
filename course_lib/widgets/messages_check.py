"""The arrays of a bundle of messages, checked one by one; whoever gave something else is told what would fit.

Sizes   N nodes   E edges, sender to receiver   R rounds   H heads   M width of a message
"""

from typing import Any

import numpy as np

LOOSE = 0.01  # how far the weights that arrive at a node may be from 1: half precision loses this much


def array_of(name: str, value: Any, wanted: str, axes: int) -> np.ndarray:
    """A float array out of a tensor or lists, with as many axes as wanted and no nan."""
    if isinstance(value, list | tuple) and value and hasattr(value[0], "detach"):
        value = [each.detach().cpu().float().numpy() for each in value]
    array = np.asarray(value.detach().cpu().float() if hasattr(value, "detach") else value, dtype=np.float32)
    if array.ndim != axes:
        raise ValueError(f"{name} have shape {array.shape}; {wanted} would fit")
    if not np.isfinite(array).all():
        place = [int(i) for i in np.argwhere(~np.isfinite(array))[0]]
        raise ValueError(f"{name}{place} is {array[tuple(place)]}; only finite numbers can be shown")
    return array


def norms_of(value: Any, rounds: int, edges: int) -> np.ndarray:
    """(R, E) norms, taken here when the messages themselves are given. None may be below 0."""
    each = [array_of(f"norms[{i}]", one, "(E,), or messages (E, M),", np.ndim(one)) for i, one in enumerate(value)]
    if any(one.ndim not in (1, 2) or len(one) != edges for one in each) or len(each) != rounds:
        shapes = ", ".join(str(one.shape) for one in each[:3])
        raise ValueError(f"norms are {len(each)} rounds of shape {shapes}; {rounds} rounds over {edges} edges need "
                         f"({rounds}, {edges}), or messages ({rounds}, {edges}, M)")  # fmt: skip
    norms = np.stack([np.linalg.norm(one, axis=1) if one.ndim == 2 else one for one in each])
    if (norms < 0).any():
        place = [int(i) for i in np.argwhere(norms < 0)[0]]
        raise ValueError(f"norms{place} is {norms[tuple(place)]:.3g}; a norm is 0 or more")
    return norms


def weights_of(value: Any, rounds: int, edges: np.ndarray, size: int) -> np.ndarray:
    """(R, H, E) shares: in each head, what arrives at a node sums to 1."""
    weights = array_of("weights", value, "(R, H, E): rounds, heads, edges", 3)
    if weights.shape[::2] != (rounds, edges.shape[1]) or not weights.shape[1]:
        raise ValueError(f"weights have shape {weights.shape}; ({rounds}, heads, {edges.shape[1]}) would fit")
    sums = weights @ np.eye(size, dtype=np.float32)[edges[1]]  # (R, H, N): what arrives at each node
    wrong = (np.abs(sums - 1) > LOOSE) & np.isin(np.arange(size), edges[1])
    if wrong.any() or (weights < 0).any():
        place = [int(i) for i in (np.argwhere(wrong) if wrong.any() else np.argwhere(weights < 0))[0]]
        if not wrong.any():
            raise ValueError(f"weights{place} is {weights[tuple(place)]:.3g}; a share is 0 or more")
        raise ValueError(
            f"the weights that arrive at node {place[2]} in round {place[0] + 1}, head {place[1]}, sum to "
            f"{sums[tuple(place)]:.3g}, not 1; is the softmax over the edges of one receiver?"
        )
    return weights
