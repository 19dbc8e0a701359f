"""The blocks of a Transformer: listen, then think, and add each to what was there.

Sizes   B batch   T positions written   S positions read   D width   H heads   I inner width
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from torch import Tensor, nn

from course_lib.layers.attention import MultiHeadAttention, cached_attention, merge_heads

Part = Callable[[Tensor], Tensor]
Ask = Callable[[Tensor, Tensor], Tensor]


def pre_norm_encoder(x: Tensor, listen: Part, think: Part, first_norm: Part, second_norm: Part) -> Tensor:
    """Norm inside the branch: x itself runs from the first block to the last untouched.   x (B, S, D) -> (B, S, D).

    Source: Xiong et al. 2020 (arXiv:2002.04745), figure 1b.
    """
    x = x + listen(first_norm(x))
    return x + think(second_norm(x))


def post_norm_encoder(x: Tensor, listen: Part, think: Part, first_norm: Part, second_norm: Part) -> Tensor:
    """Norm after each sum, as the Transformer was first published.   x (B, S, D) -> (B, S, D).

    Source: Vaswani et al. 2017 (arXiv:1706.03762), section 3.1.
    """
    x = first_norm(x + listen(x))
    return second_norm(x + think(x))


def pre_norm_decoder(
    x: Tensor, memory: Tensor, remember: Part, listen: Ask, think: Part, norms: Sequence[Part]
) -> Tensor:
    """Remember what was written, listen to what was read, think; each branch behind its norm.

    x (B, T, D)   memory (B, S, D)   listen(x, memory)   norms, one for each branch   -> (B, T, D)
    """
    x = x + remember(norms[0](x))
    x = x + listen(norms[1](x), memory)
    return x + think(norms[2](x))


def post_norm_decoder(
    x: Tensor, memory: Tensor, remember: Part, listen: Ask, think: Part, norms: Sequence[Part]
) -> Tensor:
    """The same three branches with the norm after each sum.   x (B, T, D)   memory (B, S, D)   -> (B, T, D)."""
    x = norms[0](x + remember(x))
    x = norms[1](x + listen(x, memory))
    return norms[2](x + think(x))


ENCODERS = {"pre": pre_norm_encoder, "post": post_norm_encoder}
DECODERS = {"pre": pre_norm_decoder, "post": post_norm_decoder}


def choose(wirings: dict[str, Callable[..., Tensor]], order: str | Callable[..., Tensor]) -> Callable[..., Tensor]:
    """The wiring with that name, or the function itself. Raises ValueError for a name that is not there."""
    if callable(order):
        return order
    if order not in wirings:
        raise ValueError(f"order {order!r} is not known; choose one of {sorted(wirings)}, or give a function")
    return wirings[order]


class FeedForward(nn.Sequential):
    """Think about each position alone: widen, keep what is positive, narrow again.   x (B, T, D) -> (B, T, D).

    Source: Vaswani et al. 2017 (arXiv:1706.03762), equation 2.
    """

    def __init__(self, width: int, inner: int) -> None:
        super().__init__(nn.Linear(width, inner), nn.ReLU(), nn.Linear(inner, width))


class EncoderBlock(nn.Module):
    """Positions that read each other, then think.

    x (B, S, D), mask (B, S, S) or (B, 1, S) with True = may look -> (B, S, D)
    order   "pre", "post", or a function with the arguments of `pre_norm_encoder`: your own wiring
    dropout   what each branch adds is dropped at this rate in training (section 5.4 of the paper)
    """

    def __init__(
        self, width: int, heads: int, inner: int, order: str | Callable[..., Tensor] = "pre", dropout: float = 0.0
    ) -> None:
        super().__init__()
        self.wiring = choose(ENCODERS, order)
        self.look, self.think = MultiHeadAttention(width, heads), FeedForward(width, inner)
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(2))
        self.drop = nn.Dropout(dropout)

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        def listen(y: Tensor) -> Tensor:
            return self.drop(self.look(y, y, mask, weights=False)[0])

        return self.wiring(x, listen, lambda y: self.drop(self.think(y)), *self.norms)


class Kept(NamedTuple):
    """What one decoder block need not compute twice: keys and values (B, H, ., K) of both attentions."""

    own_keys: Tensor
    own_values: Tensor
    read_keys: Tensor
    read_values: Tensor


class DecoderBlock(nn.Module):
    """Positions that remember what was written, ask what was read, then think.

    x (B, T, D), memory (B, S, D), own_mask (B, T, T) or (1, T, T), memory_mask (B, 1, S) -> (B, T, D)
    order   "pre", "post", or a function with the arguments of `pre_norm_decoder`: your own wiring
    """

    def __init__(
        self, width: int, heads: int, inner: int, order: str | Callable[..., Tensor] = "pre", dropout: float = 0.0
    ) -> None:
        super().__init__()
        self.wiring = choose(DECODERS, order)
        self.remember, self.listen = MultiHeadAttention(width, heads), MultiHeadAttention(width, heads)
        self.think = FeedForward(width, inner)
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(3))
        self.drop = nn.Dropout(dropout)

    def forward(
        self, x: Tensor, memory: Tensor, own_mask: Tensor | None = None, memory_mask: Tensor | None = None
    ) -> Tensor:
        def remember(y: Tensor) -> Tensor:
            return self.drop(self.remember(y, y, own_mask, weights=False)[0])

        def listen(y: Tensor, memory: Tensor) -> Tensor:
            return self.drop(self.listen(y, memory, memory_mask, weights=False)[0])

        return self.wiring(x, memory, remember, listen, lambda y: self.drop(self.think(y)), list(self.norms))

    def keep(self, memory: Tensor) -> Kept:
        """Before the first token: nothing written, and the keys and values of what was read.   memory (B, S, D)."""
        own_keys, own_values = self.remember.keys_and_values(memory[:, :0])
        return Kept(own_keys, own_values, *self.listen.keys_and_values(memory))

    def step(self, x: Tensor, memory: Tensor, memory_mask: Tensor | None, kept: Kept) -> tuple[Tensor, Kept]:
        """One new position alone, equal to the last row of `forward`.   x (B, 1, D) -> (B, 1, D), what to keep."""
        grown = [kept]

        def remember(y: Tensor) -> Tensor:
            new = self.remember.queries(y), *self.remember.keys_and_values(y)
            heard, keys, values = cached_attention(*new, kept.own_keys, kept.own_values)
            grown[0] = kept._replace(own_keys=keys, own_values=values)
            return self.remember.to_out(merge_heads(heard))

        def listen(y: Tensor, _: Tensor) -> Tensor:
            return self.listen.answer(self.listen.queries(y), kept.read_keys, kept.read_values, memory_mask)

        x = self.wiring(x, memory, remember, listen, self.think, list(self.norms))
        return x, grown[0]
