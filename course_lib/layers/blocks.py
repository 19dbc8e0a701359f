"""The blocks of a Transformer: attention, then a feed-forward network, each added to what was there.

Sizes   B batch   T target positions   S source positions   D width   H heads   I inner width
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from torch import Tensor, nn

from course_lib.former_names import former, former_attributes
from course_lib.layers.attention import MultiHeadAttention, cached_attention, merge_heads

Part = Callable[[Tensor], Tensor]
Ask = Callable[[Tensor, Tensor], Tensor]


def pre_norm_encoder(
    x: Tensor, self_attention: Part, feed_forward: Part, first_norm: Part, second_norm: Part
) -> Tensor:
    """Norm inside the branch: x itself runs from the first block to the last untouched.   x (B, S, D) -> (B, S, D).

    Source: Xiong et al. 2020 (arXiv:2002.04745), figure 1b.
    """
    x = x + self_attention(first_norm(x))
    return x + feed_forward(second_norm(x))


def post_norm_encoder(
    x: Tensor, self_attention: Part, feed_forward: Part, first_norm: Part, second_norm: Part
) -> Tensor:
    """Norm after each sum, as the Transformer was first published.   x (B, S, D) -> (B, S, D).

    Source: Vaswani et al. 2017 (arXiv:1706.03762), section 3.1.
    """
    x = first_norm(x + self_attention(x))
    return second_norm(x + feed_forward(x))


def pre_norm_decoder(
    x: Tensor, memory: Tensor, self_attention: Part, cross_attention: Ask, feed_forward: Part, norms: Sequence[Part]
) -> Tensor:
    """Attend to what was written, attend to what was read, feed forward; each branch behind its norm.

    x (B, T, D)   memory (B, S, D)   cross_attention(x, memory)   norms, one for each branch   -> (B, T, D)
    """
    x = x + self_attention(norms[0](x))
    x = x + cross_attention(norms[1](x), memory)
    return x + feed_forward(norms[2](x))


def post_norm_decoder(
    x: Tensor, memory: Tensor, self_attention: Part, cross_attention: Ask, feed_forward: Part, norms: Sequence[Part]
) -> Tensor:
    """Run the same three branches with the norm after each sum.   x (B, T, D)   memory (B, S, D)   -> (B, T, D)."""
    x = norms[0](x + self_attention(x))
    x = norms[1](x + cross_attention(x, memory))
    return norms[2](x + feed_forward(x))


ENCODERS = {"pre": pre_norm_encoder, "post": post_norm_encoder}
DECODERS = {"pre": pre_norm_decoder, "post": post_norm_decoder}


def choose(wirings: dict[str, Callable[..., Tensor]], order: str | Callable[..., Tensor]) -> Callable[..., Tensor]:
    """Give the wiring with that name, or the function itself. Raises ValueError for a name that is not there."""
    if callable(order):
        return order
    if order not in wirings:
        raise ValueError(f"order {order!r} is not known; choose one of {sorted(wirings)}, or give a function")
    return wirings[order]


class FeedForward(nn.Sequential):
    """Change each position alone: widen, keep what is positive, narrow again.   x (B, T, D) -> (B, T, D).

    Source: Vaswani et al. 2017 (arXiv:1706.03762), equation 2.
    """

    def __init__(self, width: int, inner: int) -> None:
        super().__init__(nn.Linear(width, inner), nn.ReLU(), nn.Linear(inner, width))


@former_attributes(look="self_attention", think="feed_forward")
class EncoderBlock(nn.Module):
    """Positions that attend to each other, then change alone.

    x (B, S, D), mask (B, S, S) or (B, 1, S) with True = may look -> (B, S, D)
    order   "pre", "post", or a function with the arguments of `pre_norm_encoder`: your own wiring
    dropout   what each branch adds is dropped at this rate in training (section 5.4 of the paper)
    """

    def __init__(
        self, width: int, heads: int, inner: int, order: str | Callable[..., Tensor] = "pre", dropout: float = 0.0
    ) -> None:
        super().__init__()
        self.wiring = choose(ENCODERS, order)
        self.self_attention, self.feed_forward = MultiHeadAttention(width, heads), FeedForward(width, inner)
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(2))
        self.drop = nn.Dropout(dropout)

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        def self_attention(y: Tensor) -> Tensor:
            return self.drop(self.self_attention(y, y, mask, weights=False)[0])

        return self.wiring(x, self_attention, lambda y: self.drop(self.feed_forward(y)), *self.norms)


class KVCache(NamedTuple):
    """What one decoder block need not compute twice: keys and values (B, H, ., d_k) of both attentions."""

    own_keys: Tensor
    own_values: Tensor
    read_keys: Tensor
    read_values: Tensor


@former_attributes(remember="self_attention", listen="cross_attention", think="feed_forward", keep="start_cache")
class DecoderBlock(nn.Module):
    """Positions that attend to what was written, then to what was read, then change alone.

    x (B, T, D), memory (B, S, D), own_mask (B, T, T) or (1, T, T), memory_mask (B, 1, S) -> (B, T, D)
    order   "pre", "post", or a function with the arguments of `pre_norm_decoder`: your own wiring
    """

    def __init__(
        self, width: int, heads: int, inner: int, order: str | Callable[..., Tensor] = "pre", dropout: float = 0.0
    ) -> None:
        super().__init__()
        self.wiring = choose(DECODERS, order)
        self.self_attention, self.cross_attention = MultiHeadAttention(width, heads), MultiHeadAttention(width, heads)
        self.feed_forward = FeedForward(width, inner)
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(3))
        self.drop = nn.Dropout(dropout)

    def forward(
        self, x: Tensor, memory: Tensor, own_mask: Tensor | None = None, memory_mask: Tensor | None = None
    ) -> Tensor:
        def self_attention(y: Tensor) -> Tensor:
            return self.drop(self.self_attention(y, y, own_mask, weights=False)[0])

        def cross_attention(y: Tensor, memory: Tensor) -> Tensor:
            return self.drop(self.cross_attention(y, memory, memory_mask, weights=False)[0])

        def feed_forward(y: Tensor) -> Tensor:
            return self.drop(self.feed_forward(y))

        return self.wiring(x, memory, self_attention, cross_attention, feed_forward, list(self.norms))

    def start_cache(self, memory: Tensor) -> KVCache:
        """Before the first token: nothing written, and the keys and values of what was read.   memory (B, S, D)."""
        own_keys, own_values = self.self_attention.keys_and_values(memory[:, :0])
        return KVCache(own_keys, own_values, *self.cross_attention.keys_and_values(memory))

    def step(self, x: Tensor, memory: Tensor, memory_mask: Tensor | None, kept: KVCache) -> tuple[Tensor, KVCache]:
        """Take one new position alone, equal to the last row of `forward`.   x (B, 1, D) -> (B, 1, D), what to keep."""
        grown = [kept]

        def self_attention(y: Tensor) -> Tensor:
            new = self.self_attention.queries(y), *self.self_attention.keys_and_values(y)
            heard, keys, values = cached_attention(*new, kept.own_keys, kept.own_values)
            grown[0] = kept._replace(own_keys=keys, own_values=values)
            return self.self_attention.to_out(merge_heads(heard))

        def cross_attention(y: Tensor, _: Tensor) -> Tensor:
            query = self.cross_attention.queries(y)
            return self.cross_attention.answer(query, kept.read_keys, kept.read_values, memory_mask)

        x = self.wiring(x, memory, self_attention, cross_attention, self.feed_forward, list(self.norms))
        return x, grown[0]


__getattr__ = former(__name__, {"Kept": "KVCache"})
