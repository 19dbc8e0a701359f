"""Cross-attention that goes wrong, each time in one way."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

Turned = Callable[[Tensor], Tensor]


def asked_with(
    scale: Callable[[int], float] = math.sqrt,
    hide: Callable[[Tensor, Tensor], Tensor] = lambda scores, real: scores.masked_fill(~real[:, None], -torch.inf),
    axis: int = -1,
    late: Callable[[Tensor, Tensor], Tensor] = lambda weights, real: weights,
    turn: Turned = lambda w: w,
) -> Callable[..., tuple[Tensor, Tensor]]:
    """Cross-attention with one part done in another way."""

    def cross(x: Tensor, memory: Tensor, w_q: Tensor, w_k: Tensor, w_v: Tensor, real: Tensor) -> tuple[Tensor, Tensor]:
        q, k, v = x @ turn(w_q), memory @ turn(w_k), memory @ turn(w_v)
        weights = late(hide(q @ k.transpose(-2, -1) / scale(x.shape[-1]), real).softmax(axis), real)
        return weights @ v, weights

    return cross


def _open(scores: Tensor, real: Tensor) -> Tensor:
    return scores


right_way = asked_with()


padding_heard = asked_with(hide=_open)


padding_only = asked_with(hide=lambda scores, real: scores.masked_fill(real[:, None], -100.0))


padding_score_zero = asked_with(hide=lambda scores, real: scores * real[:, None])


padding_cut_late = asked_with(hide=_open, late=lambda weights, real: weights * real[:, None])


not_scaled = asked_with(scale=lambda width: 1.0)


over_the_writers = asked_with(hide=_open, axis=-2, late=lambda weights, real: weights * real[:, None])


matrices_turned = asked_with(turn=lambda w: w.T)


def memory_asks(x: Tensor, memory: Tensor, w_q: Tensor, w_k: Tensor, w_v: Tensor, real: Tensor) -> tuple[Tensor, ...]:
    everyone = torch.ones(x.shape[:2], dtype=torch.bool)
    return right_way(memory, x, w_q, w_k, w_v, everyone)


def asks_itself(x: Tensor, memory: Tensor, w_q: Tensor, w_k: Tensor, w_v: Tensor, real: Tensor) -> tuple[Tensor, ...]:
    return right_way(x, x, w_q, w_k, w_v, torch.ones(x.shape[:2], dtype=torch.bool))


def raw_values(x: Tensor, memory: Tensor, w_q: Tensor, w_k: Tensor, w_v: Tensor, real: Tensor) -> tuple[Tensor, ...]:
    return right_way(x, memory, w_q, w_k, torch.eye(len(w_v)), real)


def keys_are_values(
    x: Tensor, memory: Tensor, w_q: Tensor, w_k: Tensor, w_v: Tensor, real: Tensor
) -> tuple[Tensor, ...]:
    return right_way(x, memory, w_q, w_v, w_k, real)
