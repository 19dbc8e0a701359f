"""Layer norms that go wrong, each in one way."""

from collections.abc import Callable

from torch import Tensor


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
