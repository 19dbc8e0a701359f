"""Caches that go wrong, each in one way."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

Three = tuple[Tensor, Tensor, Tensor]


def heard(q: Tensor, k: Tensor, v: Tensor, scale: float | None = None, axis: int = -1) -> Tensor:
    return (q @ k.transpose(-2, -1) / (scale or math.sqrt(q.shape[-1]))).softmax(axis) @ v


def remembered_with(
    join: Callable[[Tensor, Tensor], Tensor] = lambda past, new: torch.cat([past, new], -2),
    hear: Callable[..., Tensor] = lambda q, k, v, *past: heard(q, k, v),
    keep: Callable[..., tuple[Tensor, Tensor]] = lambda k, v, *new: (k, v),
) -> Callable[..., Three]:
    """Attention with a cache, with one part done in another way."""

    def cached(q_new: Tensor, k_new: Tensor, v_new: Tensor, k_past: Tensor, v_past: Tensor) -> Three:
        k, v = join(k_past, k_new), join(v_past, v_new)
        return hear(q_new, k, v, k_past, v_past), *keep(k, v, k_new, v_new, k_past, v_past)

    return cached


new_in_front = remembered_with(join=lambda past, new: torch.cat([new, past], -2))


only_the_past = remembered_with(hear=lambda q, k, v, k_past, v_past: heard(q, k_past, v_past))


only_the_new = remembered_with(keep=lambda k, v, k_new, v_new, *past: (k_new, v_new))


past_handed_back = remembered_with(keep=lambda k, v, k_new, v_new, k_past, v_past: (k_past, v_past))


exchanged = remembered_with(keep=lambda k, v, *new: (v, k))


not_scaled = remembered_with(hear=lambda q, k, v, *past: heard(q, k, v, 1.0))


scaled_by_time = remembered_with(hear=lambda q, k, v, *past: heard(q, k, v, math.sqrt(k.shape[-2])))


over_the_asking = remembered_with(hear=lambda q, k, v, *past: heard(q, k, v, axis=-2))


oldest_dropped = remembered_with(keep=lambda k, v, *new: (k[..., 1:, :], v[..., 1:, :]))
