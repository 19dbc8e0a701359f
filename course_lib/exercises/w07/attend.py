"""Scaled dot-product attention, and what people make of it."""

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from course_lib.exercises.author import *
from course_lib.layers import attention


def attend_with(
    scale: Callable[[Tensor, Tensor], float] = lambda q, v: math.sqrt(q.shape[-1]),
    hide: Callable[[Tensor, Tensor], Tensor] = lambda scores, mask: scores.masked_fill(~mask, -torch.inf),
    axis: int = -1,
) -> Callable[..., tuple[Tensor, Tensor]]:
    """Attention with one part done in another way."""

    def attend(q: Tensor, k: Tensor, v: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        weights = hide(q @ k.transpose(-2, -1) / scale(q, v), mask).softmax(axis)
        return weights @ v, weights

    return attend


over_the_queries = attend_with(axis=-2)


not_scaled = attend_with(scale=lambda q, v: 1.0)


scaled_by_width = attend_with(scale=lambda q, v: q.shape[-1])


mask_upside_down = attend_with(hide=lambda scores, mask: scores.masked_fill(mask, -torch.inf))


mask_forgotten = attend_with(hide=lambda scores, mask: scores)


hidden_score_zero = attend_with(hide=lambda scores, mask: scores * mask)


def multiplied_scale(q: Tensor, k: Tensor, v: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    return attend_with(scale=lambda q, v: 1 / math.sqrt(q.shape[-1]))(q, k, v, mask)


def mask_after_softmax(q: Tensor, k: Tensor, v: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    weights = (q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])).softmax(-1) * mask
    return weights @ v, weights


BUILT_IN = (
    "torch.nn.functional.scaled_dot_product_attention",
    "torch.nn.functional.multi_head_attention_forward",
    "torch.nn.MultiheadAttention",
)


@law("works without a mask")
def mask_is_optional(call: Call) -> Broken | None:
    """Called with mask=None, everybody may look at everybody."""
    q, k, v = (call.inputs[name] for name in "qkv")
    expected = attention.attend(q, k, v)
    result = call.again(mask=None)
    return None if same(result, expected) else Broken("Called with mask=None, the result is off.", result, expected)


@exercise(
    "w07.attend", title="Attend", section="7.3", points=4, minutes=12, difficulty=2, importance=5, forbid=BUILT_IN
)
class Attend:
    """Average the values by how well queries match keys."""

    reference = attention.attend
    returns = ("averages", "weights")

    def inputs(self, draw: Draw) -> dict[str, Any]:
        lead = () if draw.tiny else (2,)
        t, s, k, v = draw.size(2, 5), draw.size(3, 7), draw.size(2, 3), draw.size(1, 11)
        q, keys, values = draw.normal(*lead, t, k), draw.normal(*lead, s, k), draw.normal(*lead, s, v)
        return {"q": q, "k": keys, "v": values, "mask": draw.mask(*lead, t, s)}

    laws = [rows_sum_to_one, hidden_positions_get_no_weight, mask_is_optional, equals_reference]
    mistakes = {
        "softmax over the queries": mistake(
            over_the_queries, "Each row should sum to 1; here each column does. Which axis holds the answers?"
        ),
        "no scaling": mistake(not_scaled, "The scores grow with the width K. What does that do to the softmax?"),
        "divided by K": mistake(scaled_by_width, "The variance of a score is K. What is its typical size?"),
        "multiplied by the root of K": mistake(
            multiplied_scale, "Wide vectors give large scores already. Should they become larger or smaller?"
        ),
        "mask after the softmax": mistake(
            mask_after_softmax, "Hidden positions get 0, but the rest of the row no longer sums to 1."
        ),
        "mask upside down": mistake(mask_upside_down, "True means may look. Which positions do you silence?"),
        "hidden scores set to 0": mistake(
            hidden_score_zero, "exp(0) is 1, so a score of 0 still earns weight. Which score earns none?"
        ),
        "mask not used": mistake(mask_forgotten, "Hidden positions still get weight. Where does the mask act?"),
    }
    hints = [
        "How many numbers does each query get, and one per what? That is the shape of the scores.",
        "q @ k.transpose(-2, -1) is every dot product at once. Scale, silence what is hidden, then softmax(dim=-1).",
        "masked_fill(~mask, -torch.inf) gives hidden positions a score whose exponential is 0.",
    ]
