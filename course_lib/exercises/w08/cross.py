"""Cross-attention: who writes asks, who was read answers."""

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from course_lib.exercises.author import *
from course_lib.layers import cross_attention

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


BUILT_IN = (
    "torch.nn.functional.scaled_dot_product_attention",
    "torch.nn.functional.multi_head_attention_forward",
    "torch.nn.MultiheadAttention",
)


@law("padding gets no weight and is not heard")
def padding_is_silent(call: Call) -> Broken | None:
    """Whatever stands in the padding of the memory changes nothing."""
    real, (_, weights) = call.inputs["real"], call.yours
    leak = (weights != 0) & ~real[:, None]
    if bool(leak.any()):
        b, t, s = (int(i) for i in leak.nonzero()[0])
        return Broken(
            f"Position {s} of sequence {b} is padding, yet the writer at {t} gives it {weights[b, t, s]:.3f} of its "
            "attention.",
            weights,
            call.expected[1],
            (b, t, s),
        )
    memory = call.inputs["memory"].masked_fill(~real[..., None], 9.0)
    result = call.again(memory=memory)
    if same(result, call.yours, 1e-3):
        return None
    return elsewhere(call, "With other numbers in the padding of the memory the result changes.", result, call.yours)


@law("writers do not hear each other")
def writers_stay_apart(call: Call) -> Broken | None:
    """Another first writer leaves what the others hear as it was."""
    x = call.inputs["x"].clone()
    x[:, 0] += 3.0
    mine, now = (each[0][:, 1:] for each in (call.yours, call.again(x=x)))
    if same(now, mine, 1e-3):
        return None
    return elsewhere(call, "Only the first writer asks something else, and what the others hear changes.", now, mine)


@exercise("w08.cross_attention", title="Cross-attention", section="8.4", points=4, minutes=10, difficulty=2,
          importance=5, forbid=BUILT_IN)  # fmt: skip
class CrossAttention:
    """Whoever writes asks; the real letters of the memory answer."""

    reference = cross_attention.cross_attention
    returns = ("heard", "weights")

    def inputs(self, draw: Draw) -> dict[str, Any]:
        batch, writing, reading, width = draw.size(1, 3), draw.size(2, 5), draw.size(3, 7), draw.size(2, 4)
        lengths = torch.tensor([2]) if draw.tiny else torch.tensor([1, 7, 4])
        return {
            "x": draw.normal(batch, writing, width),
            "memory": draw.normal(batch, reading, width),
            "w_q": draw.normal(width, width),
            "w_k": draw.normal(width, width),
            "w_v": draw.normal(width, width),
            "real": torch.arange(reading) < lengths[:, None],
        }

    laws = [
        rows_sum_to_one,
        padding_is_silent,
        writers_stay_apart,
        equals_reference,
        gradients_reach("x", "memory", "w_q", "w_k", "w_v"),
    ]
    mistakes = {
        "the memory asks": mistake(
            memory_asks, "Who needs an answer here: the reader or the writer?", "Your rows belong to the memory."
        ),
        "it asks itself": mistake(
            asks_itself,
            "Where do keys and values come from?",
            "The memory does not occur: this is self-attention.",
        ),
        "padding heard": mistake(
            padding_heard, "Which letters of the memory are real?", "Padding gets weight like any other letter."
        ),
        "only padding heard": mistake(
            padding_only, "True means a real letter; which ones do you silence?", "Your mask stands upside down."
        ),
        "padding with score 0": mistake(
            padding_score_zero, "What is the exponential of 0?", "A score of 0 still earns weight."
        ),
        "padding cut after the softmax": mistake(
            padding_cut_late, "What do your rows add up to?", "Padding took its share before you removed it."
        ),
        "no scaling": mistake(
            not_scaled, "How do scores grow with the width?", "The scores are not divided by the root of D."
        ),
        "softmax over the writers": mistake(
            over_the_writers,
            "Who shares out one unit of attention: a writer or a letter?",
            "Columns sum to 1, not rows.",
        ),
        "values not projected": mistake(
            raw_values, "Which of the three matrices have you not used?", "You average the memory itself."
        ),
        "keys and values exchanged": mistake(
            keys_are_values,
            "Which matrix makes what is compared, and which what is heard?",
            "Two matrices changed places.",
        ),
        "matrices turned over": mistake(
            matrices_turned,
            "Does the formula say W or its transpose?",
            "nn.Linear multiplies by the transpose; here the matrices are used as they are.",
        ),
    }
    hints = [
        "It is the attention of week 7. Only two questions are new: who asks, and who answers?",
        "Queries come from x, keys and values from the memory, each through its own matrix.",
        "real is (B, S), the scores are (B, T, S). An axis of size 1 lets one row hide letters from every writer.",
    ]
