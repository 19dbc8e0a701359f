"""Losses that go wrong, each in one way."""

from torch import Tensor


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
