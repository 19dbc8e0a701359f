"""Layer norm: every position brought to mean 0 and spread 1, by itself."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from course_lib.exercises.author import *
from course_lib.layers import norm


def _mean_square(x: Tensor, eps: float) -> Tensor:
    return (x.var(-1, keepdim=True, correction=0) + eps).sqrt()


def normed_with(
    middle: Callable[[Tensor], Tensor | float] = lambda x: x.mean(-1, keepdim=True),
    size: Callable[[Tensor, float], Tensor] = _mean_square,
) -> Callable[..., Tensor]:
    """Layer norm with one part done in another way."""

    def layer_norm(x: Tensor, gain: Tensor, bias: Tensor, eps: float) -> Tensor:
        return (x - middle(x)) / size(x, eps) * gain + bias

    return layer_norm


one_less = normed_with(size=lambda x, eps: (x.var(-1, keepdim=True) + eps).sqrt())


outside_the_root = normed_with(size=lambda x, eps: x.std(-1, keepdim=True, correction=0) + eps)


root_forgotten = normed_with(size=lambda x, eps: x.var(-1, keepdim=True, correction=0) + eps)


own_eps = normed_with(size=lambda x, eps: _mean_square(x, 1e-5))


mean_kept = normed_with(middle=lambda x: 0.0)


across_positions = normed_with(
    lambda x: x.mean(-2, keepdim=True), lambda x, eps: (x.var(-2, keepdim=True, correction=0) + eps).sqrt()
)


everything_at_once = normed_with(lambda x: x.mean(), lambda x, eps: (x.var(correction=0) + eps).sqrt())


def bias_stretched(x: Tensor, gain: Tensor, bias: Tensor, eps: float) -> Tensor:
    return ((x - x.mean(-1, keepdim=True)) / _mean_square(x, eps) + bias) * gain


def nothing_learned(x: Tensor, gain: Tensor, bias: Tensor, eps: float) -> Tensor:
    return (x - x.mean(-1, keepdim=True)) / _mean_square(x, eps)


BUILT_IN = (
    "torch.nn.functional.layer_norm",
    "torch.nn.LayerNorm",
    "torch.layer_norm",
    "torch.native_layer_norm",
    "torch.nn.functional.group_norm",
    "torch.nn.GroupNorm",
    "torch.group_norm",
    "torch.native_group_norm",
    "torch.nn.functional.instance_norm",
    "torch.nn.functional.batch_norm",
    "torch.instance_norm",
    "torch.batch_norm",
)


@law("mean 0 and spread 1 before gain and bias")
def mean_and_spread(call: Call) -> Broken | None:
    """With gain 1 and bias 0, every row has mean 0 and a mean square of 1."""
    x, gain = call.inputs["x"], call.inputs["gain"]
    result = call.again(x=20 * x, gain=torch.ones_like(gain), bias=torch.zeros_like(gain), eps=1e-5)
    for what, is_now, wanted in (("mean", result.mean(-1), 0.0), ("mean square", result.square().mean(-1), 1.0)):
        if bool(((is_now - wanted).abs() > 1e-2).any()):
            first = float(is_now.reshape(-1)[0])
            return elsewhere(
                call,
                f"With gain 1 and bias 0, every row should have {what} {wanted:g}; your first one has {first:.3f}.",
            )
    return None


@law("adding the same to a whole row changes nothing")
def shift_changes_nothing(call: Call) -> Broken | None:
    """The mean is taken away, whatever it was."""
    result = call.again(x=call.inputs["x"] + 50.0)
    off = (result - call.yours).abs().max() > 1e-2
    return elsewhere(call, "With 50 added to every number the result changes.", result, call.yours) if off else None


@law("each position by itself")
def positions_stay_apart(call: Call) -> Broken | None:
    """Another first row leaves the other rows as they were."""
    x = call.inputs["x"].clone()
    x.view(-1, x.shape[-1])[0] = torch.arange(x.shape[-1]) ** 2.0
    yours, now = (each.reshape(-1, x.shape[-1])[1:] for each in (call.yours, call.again(x=x)))
    off = bool(((yours - now).abs() > 1e-4).any())
    return (
        elsewhere(call, "Only the first row was changed, and other rows of the result move.", now, yours)
        if off
        else None
    )


@law("a row of equal numbers gives the bias")
def equal_numbers_are_safe(call: Call) -> Broken | None:
    """There the spread is 0, and only eps keeps the division alive."""
    x, bias = call.inputs["x"], call.inputs["bias"]
    result, wanted = call.again(x=torch.full_like(x, 2.5), eps=1e-5), bias.expand(x.shape)
    good = bool(((result - wanted).abs() < 1e-3).all())
    return (
        None
        if good
        else elsewhere(call, "A row whose numbers are all 2.5 has spread 0; it should give the bias.", result, wanted)
    )


@law("keeps double precision")
def keeps_double(call: Call) -> Broken | None:
    """float64 in, float64 out."""
    names = ("x", "gain", "bias")
    result = call.again(**{name: call.inputs[name].double() for name in names})
    if result.dtype is torch.float64:
        return None
    return elsewhere(call, f"Given float64 numbers, your function gives {str(result.dtype).removeprefix('torch.')}.")


@exercise("w08.layer_norm", title="Layer norm", section="8.2", points=3, minutes=8, difficulty=2, importance=5,
          forbid=BUILT_IN)  # fmt: skip
class LayerNorm:
    """Bring every position to mean 0 and spread 1, then stretch and shift each column."""

    reference = norm.layer_norm

    def inputs(self, draw: Draw) -> dict[str, Any]:
        lead = (2,) if draw.tiny else (2, 5)
        width = draw.size(3, 7)
        x = draw.normal(*lead, width) * (0.5 + 2 * draw.uniform(*lead, 1)) + draw.normal(*lead, 1, scale=2.0)
        return {
            "x": x,
            "gain": 0.5 + draw.uniform(width),
            "bias": draw.normal(width),
            "eps": draw.choice([0.05, 0.1, 0.2]),
        }

    laws = [
        mean_and_spread,
        shift_changes_nothing,
        positions_stay_apart,
        equal_numbers_are_safe,
        equals_reference,
        keeps_double,
        gradients_reach("x", "gain", "bias"),
    ]
    mistakes = {
        "divided by D - 1": mistake(
            one_less,
            "Which of the two does the formula divide by?",
            "torch's var and std divide by D - 1 unless they are told otherwise.",
        ),
        "eps outside the root": mistake(
            outside_the_root,
            "What stands under the root in the formula, and why does that matter to the gradient at spread 0?",
            "You add eps to the spread; the formula adds it to the square of the spread.",
        ),
        "the root forgotten": mistake(
            root_forgotten,
            "If x is in metres, in what unit is the mean of its squares?",
            "You divide by the mean of the squares itself.",
        ),
        "an eps of your own": mistake(
            own_eps, "Which number did the caller ask for?", "The result does not change when eps does."
        ),
        "the mean not taken away": mistake(
            mean_kept,
            "What has a row's mean become in your result?",
            "You divide by the spread but never centre the row.",
        ),
        "across positions": mistake(
            across_positions,
            "Which axis holds the numbers of one position?",
            "Your mean runs over the positions of a column, so what one letter is depends on the others.",
        ),
        "everything at once": mistake(
            everything_at_once,
            "How many means should there be: one, or one for every position?",
            "There is a single mean and spread for the whole tensor.",
        ),
        "bias stretched, too": mistake(
            bias_stretched, "In which order do gain and bias act?", "Your bias comes out multiplied by the gain."
        ),
        "gain and bias not used": mistake(
            nothing_learned,
            "What lets the layer undo the norm where that is useful?",
            "The row is normed and then left alone.",
        ),
    }
    hints = [
        "Four steps: a mean for every position, the mean square around it, divide, then gain and bias.",
        "mean(dim=-1, keepdim=True) leaves an axis of size 1, so that it can be subtracted from every column.",
        "The mean of the squared differences is the number under the root; eps joins it there.",
    ]
