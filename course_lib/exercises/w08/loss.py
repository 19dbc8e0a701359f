"""The loss of the paper: cross-entropy with smoothed labels, padding left out."""

from typing import Any

import torch
from torch import Tensor

from course_lib.exercises.author import *
from course_lib.train import losses


def _each(scores: Tensor, target: Tensor, smoothing: float) -> Tensor:
    logs = scores.log_softmax(-1)
    right = logs.gather(-1, target[..., None]).squeeze(-1)
    return -(1 - smoothing) * right - smoothing * logs.mean(-1)  # (B, T)


def padding_counted(scores: Tensor, target: Tensor, smoothing: float) -> Tensor:
    return _each(scores, target, smoothing).mean()


def divided_by_all(scores: Tensor, target: Tensor, smoothing: float) -> Tensor:
    return (_each(scores, target, smoothing) * (target != 0)).mean()


def a_sum(scores: Tensor, target: Tensor, smoothing: float) -> Tensor:
    return _each(scores, target, smoothing)[target != 0].sum()


def mean_of_means(scores: Tensor, target: Tensor, smoothing: float) -> Tensor:
    real = target != 0
    return ((_each(scores, target, smoothing) * real).sum(1) / real.sum(1)).mean()


def no_smoothing(scores: Tensor, target: Tensor, smoothing: float) -> Tensor:
    return _each(scores, target, 0.0)[target != 0].mean()


def shares_exchanged(scores: Tensor, target: Tensor, smoothing: float) -> Tensor:
    return _each(scores, target, 1 - smoothing)[target != 0].mean()


def others_only(scores: Tensor, target: Tensor, smoothing: float) -> Tensor:
    logs, real = scores.log_softmax(-1), target != 0
    right = logs.gather(-1, target[..., None]).squeeze(-1)
    others = (logs.sum(-1) - right) / (scores.shape[-1] - 1)
    return -((1 - smoothing) * right + smoothing * others)[real].mean()


def evenly_summed(scores: Tensor, target: Tensor, smoothing: float) -> Tensor:
    logs, real = scores.log_softmax(-1), target != 0
    right = logs.gather(-1, target[..., None]).squeeze(-1)
    return -((1 - smoothing) * right + smoothing * logs.sum(-1))[real].mean()


def sign_forgotten(scores: Tensor, target: Tensor, smoothing: float) -> Tensor:
    return -_each(scores, target, smoothing)[target != 0].mean()


def over_the_wrong_axis(scores: Tensor, target: Tensor, smoothing: float) -> Tensor:
    logs, real = scores.log_softmax(-2), target != 0
    right = logs.gather(-1, target[..., None]).squeeze(-1)
    return -((1 - smoothing) * right + smoothing * logs.mean(-1))[real].mean()


BUILT_IN = (
    "torch.nn.functional.cross_entropy",
    "torch.nn.CrossEntropyLoss",
    "torch._C._nn.cross_entropy_loss",
)


@law("scores at padding do not matter")
def padding_is_free(call: Call) -> Broken | None:
    """Whatever the model says where there is nothing to say, the loss stays."""
    padding = (call.inputs["target"] == 0)[..., None]
    result = call.again(scores=torch.where(padding, -3 * call.inputs["scores"] + 1, call.inputs["scores"]))
    if same(result, call.yours):
        return None
    return elsewhere(call, "Only the scores at padding were changed, and the loss changes.", result, call.yours)


@law("adding the same to every score changes nothing")
def only_differences_count(call: Call) -> Broken | None:
    """Probabilities depend on differences of scores."""
    result = call.again(scores=call.inputs["scores"] + 20.0)
    if same(result, call.yours, 1e-3):
        return None
    return elsewhere(call, "With 20 added to every score, the loss changes.", result, call.yours)


@law("scores in the hundreds are safe")
def large_scores_are_safe(call: Call) -> Broken | None:
    """A softmax rounds to 0 there, and the logarithm of 0 is -inf."""
    scores = 150 * call.inputs["scores"]
    result = call.again(scores=scores)
    wanted = losses.smoothed_cross_entropy(scores, call.inputs["target"], call.inputs["smoothing"])
    if same(result, wanted, 1e-3):
        return None
    return elsewhere(
        call,
        "With scores in the hundreds your loss is off. Probabilities round to 0 there; is there a way to their "
        "logarithms that does not go through them?",
        result,
        wanted,
    )


@law("without smoothing it is cross-entropy")
def plain_without_smoothing(call: Call) -> Broken | None:
    """smoothing = 0 leaves minus the log-probability of the right token, averaged."""
    scores, target = call.inputs["scores"], call.inputs["target"]
    logs = scores.log_softmax(-1)
    wanted = torch.stack([-logs[b, t, target[b, t]] for b, t in target.nonzero().tolist()]).mean()
    result = call.again(smoothing=0.0)
    return None if same(result, wanted) else elsewhere(call, "With smoothing 0 the loss is off.", result, wanted)


@exercise("w08.smoothed_loss", title="Smoothed loss", section="8.5", points=3, minutes=10, difficulty=3, importance=4,
          forbid=BUILT_IN)  # fmt: skip
class SmoothedLoss:
    """Cross-entropy against labels that are almost sure, over real tokens only."""

    reference = losses.smoothed_cross_entropy

    def inputs(self, draw: Draw) -> dict[str, Any]:
        batch, length, tokens = draw.size(1, 3), draw.size(3, 5), draw.size(4, 7)
        lengths = torch.tensor([2]) if draw.tiny else torch.tensor([5, 1, 3])
        target = draw.integers(1, tokens, batch, length)
        return {
            "scores": draw.normal(batch, length, tokens, scale=2.0),
            "target": target * (torch.arange(length) < lengths[:, None]),
            "smoothing": draw.choice([0.1, 0.2, 0.3]),
        }

    laws = [
        padding_is_free,
        only_differences_count,
        plain_without_smoothing,
        equals_reference,
        large_scores_are_safe,
        gradients_reach("scores"),
    ]
    mistakes = {
        "padding counted": mistake(
            padding_counted,
            "Which positions of the target are real?",
            "Padding is averaged in as if it were a token.",
        ),
        "divided by all positions": mistake(
            divided_by_all,
            "How many tokens are there to average over?",
            "Padding adds nothing to your sum, but it is counted where you divide.",
        ),
        "a sum instead of a mean": mistake(
            a_sum, "Should a longer batch have a larger loss?", "You add up where an average is asked for."
        ),
        "a mean of means": mistake(
            mean_of_means,
            "Does every token weigh the same in your loss?",
            "You average each sequence first, so a token of a short one counts for more.",
        ),
        "no smoothing": mistake(
            no_smoothing, "Where does `smoothing` act?", "All of the label stands on the right token."
        ),
        "the shares exchanged": mistake(
            shares_exchanged, "Which share is the large one?", "The right token gets the small share."
        ),
        "only the others get a share": mistake(
            others_only,
            "Over how many tokens is the small share spread: over all V, or over V - 1?",
            "This is another common form of smoothing; here the right token has its part of the even share, too.",
        ),
        "the even share summed": mistake(
            evenly_summed,
            "What does each token get when `smoothing` is shared out among V?",
            "Your labels add up to more than 1.",
        ),
        "the sign forgotten": mistake(
            sign_forgotten, "Is the logarithm of a probability above or below 0?", "Your loss is negative."
        ),
        "over the positions": mistake(
            over_the_wrong_axis, "What should sum to 1 at every position?", "Your softmax runs along time."
        ),
    }
    hints = [
        "Write the label of one token as V numbers that sum to 1. The loss is minus label times log-probability.",
        "scores.log_softmax(-1) gives all log-probabilities; gather(-1, target[..., None]) picks the right ones.",
        "The even part is the mean of the log-probabilities over V. Average over the positions where target is not 0.",
    ]
