"""Averages and scores: the first steps of the lecture on attention."""

from typing import Any

import torch
from torch import Tensor

from course_lib.exercises.author import *
from course_lib.layers import attention


def exp_without_total(scores: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
    weights = scores.exp()
    return (weights[..., None] * values).sum(-2), weights


def divide_without_exp(scores: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
    weights = scores / scores.sum(-1, keepdim=True)
    return (weights[..., None] * values).sum(-2), weights


def everyone_alike(scores: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
    weights = torch.full_like(scores, 1 / scores.shape[-1])
    return values.mean(-2), weights


def winner_takes_all(scores: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
    weights = torch.nn.functional.one_hot(scores.argmax(-1), scores.shape[-1]).to(scores.dtype)
    return (weights[..., None] * values).sum(-2), weights


def mean_of_the_weighted(scores: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
    weights = scores.softmax(-1)
    return (weights[..., None] * values).mean(-2), weights


def no_bend(q: Tensor, k: Tensor, w_q: Tensor, w_k: Tensor, v: Tensor) -> Tensor:
    return ((q @ w_q)[..., :, None, :] + (k @ w_k)[..., None, :, :]) @ v


def bend_each_alone(q: Tensor, k: Tensor, w_q: Tensor, w_k: Tensor, v: Tensor) -> Tensor:
    return (torch.tanh(q @ w_q)[..., :, None, :] + torch.tanh(k @ w_k)[..., None, :, :]) @ v


def keys_first(q: Tensor, k: Tensor, w_q: Tensor, w_k: Tensor, v: Tensor) -> Tensor:
    return torch.tanh((q @ w_q)[..., None, :, :] + (k @ w_k)[..., :, None, :]) @ v


def product_instead_of_sum(q: Tensor, k: Tensor, w_q: Tensor, w_k: Tensor, v: Tensor) -> Tensor:
    return torch.tanh((q @ w_q)[..., :, None, :] * (k @ w_k)[..., None, :, :]) @ v


def softmaxed_already(q: Tensor, k: Tensor, w_q: Tensor, w_k: Tensor, v: Tensor) -> Tensor:
    return (torch.tanh((q @ w_q)[..., :, None, :] + (k @ w_k)[..., None, :, :]) @ v).softmax(-1)


def _some_nan(call: Call, result: object) -> bool:
    return any(bool(part.isnan().any()) for part in (result if isinstance(result, tuple) else (result,)))


@law("adding the same to every score changes nothing")
def only_differences_count(call: Call) -> Broken | None:
    """Also for scores whose exponential is too large for a float."""
    result = call.again(scores=call.inputs["scores"] + 200.0)
    if _some_nan(call, result):
        return Broken("With scores around 200 your result is nan: exp(200) is too large for a 32-bit number.", result)
    same_again = same(result, call.yours, 1e-3)
    return None if same_again else Broken("With 200 added to every score your result changes.", result, call.yours)


@exercise("w07.mix", title="Mix", section="7.1", points=2, minutes=5, difficulty=1, importance=5)
class Mix:
    """Average the values with positive weights that sum to 1."""

    reference = attention.mix
    returns = ("average", "weights")

    def inputs(self, draw: Draw) -> dict[str, Any]:
        lead = () if draw.tiny else (3,)
        answers, width = draw.size(2, 7), draw.size(1, 5)
        return {"scores": draw.normal(*lead, answers), "values": draw.normal(*lead, answers, width, scale=3.0)}

    laws = [rows_sum_to_one, only_differences_count, equals_reference]
    mistakes = {
        "exponentials that are not divided by their sum": mistake(
            exp_without_total, "Your weights are positive. What do they add up to?"
        ),
        "scores divided by their sum, without the exponential": mistake(
            divide_without_exp, "A score may be below zero. What happens to its weight, and to the average?"
        ),
        "everybody alike": mistake(everyone_alike, "Your weights are all 1/S. Where do the scores come into it?"),
        "the largest score takes all": mistake(
            winner_takes_all,
            "Only one answer is heard. A score that is a little smaller should weigh a little less.",
        ),
        "a mean over the weighted values": mistake(
            mean_of_the_weighted, "The weights already sum to 1. What does dividing by S do on top of that?"
        ),
    }
    hints = [
        "Two steps: scores to weights, then weights and values to an average. Which axis is shared by both?",
        "softmax along the last axis of the scores gives weights of shape (..., S). The values have (..., S, V).",
        "An axis of size 1 at the end of the weights lets them multiply every column of the values; then sum over S.",
    ]


@exercise(
    "w07.additive",
    function="additive_scores",
    title="Additive scores",
    section="7.3",
    points=3,
    minutes=10,
    difficulty=3,
    importance=3,
)
class Additive:
    """Score every query against every key with one hidden layer."""

    reference = attention.additive_scores

    def inputs(self, draw: Draw) -> dict[str, Any]:
        lead = () if draw.tiny else (2,)
        t, s, d, e, a = draw.size(2, 5), draw.size(3, 7), draw.size(2, 4), draw.size(1, 6), draw.size(2, 3)
        return {
            "q": draw.normal(*lead, t, d),
            "k": draw.normal(*lead, s, e),
            "w_q": draw.normal(d, a),
            "w_k": draw.normal(e, a),
            "v": draw.normal(a),
        }

    laws = [equals_reference]
    mistakes = {
        "no tanh": mistake(no_bend, "Without a bend the query adds the same to a whole row. What does softmax do?"),
        "tanh of each part alone": mistake(
            bend_each_alone, "Bent apart and then added, query and key never meet. What stands inside the tanh?"
        ),
        "queries and keys exchanged": mistake(keys_first, "Your rows belong to the keys. Who asks, and so owns a row?"),
        "a product where the formula has a sum": mistake(
            product_instead_of_sum, "Look inside the tanh of the formula: what joins the two parts?"
        ),
        "softmax taken already": mistake(
            softmaxed_already, "These are weights. The exercise asks for what comes before them."
        ),
    }
    hints = [
        "First bring queries to (..., T, A) and keys to (..., S, A). How can every pair meet without a loop?",
        "Give the queries an axis of size 1 for S, and the keys one for T. Their sum is then (..., T, S, A).",
        "tanh of that sum, and a product with v, which removes the last axis.",
    ]
