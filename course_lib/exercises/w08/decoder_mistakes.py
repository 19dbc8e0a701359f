"""Decoder blocks that go wrong, each in one way."""

from torch import Tensor

from course_lib.exercises.w08.parts import Part

Norms = list[Part]


def norm_after(
    x: Tensor, memory: Tensor, self_attention: Part, cross_attention: Part, feed_forward: Part, norms: Norms
) -> Tensor:
    x = norms[0](x + self_attention(x))
    x = norms[1](x + cross_attention(x, memory))
    return norms[2](x + feed_forward(x))


def listen_first(
    x: Tensor, memory: Tensor, self_attention: Part, cross_attention: Part, feed_forward: Part, norms: Norms
) -> Tensor:
    x = x + cross_attention(norms[0](x), memory)
    x = x + self_attention(norms[1](x))
    return x + feed_forward(norms[2](x))


def memory_normed(
    x: Tensor, memory: Tensor, self_attention: Part, cross_attention: Part, feed_forward: Part, norms: Norms
) -> Tensor:
    x = x + self_attention(norms[0](x))
    x = x + cross_attention(norms[1](x), norms[1](memory))
    return x + feed_forward(norms[2](x))


def listens_to_itself(
    x: Tensor, memory: Tensor, self_attention: Part, cross_attention: Part, feed_forward: Part, norms: Norms
) -> Tensor:
    x = x + self_attention(norms[0](x))
    x = x + cross_attention(norms[1](x), norms[1](x))
    return x + feed_forward(norms[2](x))


def listening_not_added(
    x: Tensor, memory: Tensor, self_attention: Part, cross_attention: Part, feed_forward: Part, norms: Norms
) -> Tensor:
    x = x + self_attention(norms[0](x))
    x = cross_attention(norms[1](x), memory)
    return x + feed_forward(norms[2](x))


def thinking_not_added(
    x: Tensor, memory: Tensor, self_attention: Part, cross_attention: Part, feed_forward: Part, norms: Norms
) -> Tensor:
    x = x + self_attention(norms[0](x))
    x = x + cross_attention(norms[1](x), memory)
    return feed_forward(norms[2](x))


def one_norm(
    x: Tensor, memory: Tensor, self_attention: Part, cross_attention: Part, feed_forward: Part, norms: Norms
) -> Tensor:
    x = x + self_attention(norms[0](x))
    x = x + cross_attention(norms[0](x), memory)
    return x + feed_forward(norms[0](x))


def nothing_remembered(
    x: Tensor, memory: Tensor, self_attention: Part, cross_attention: Part, feed_forward: Part, norms: Norms
) -> Tensor:
    x = x + cross_attention(norms[1](x), memory)
    return x + feed_forward(norms[2](x))


def asks_without_norm(
    x: Tensor, memory: Tensor, self_attention: Part, cross_attention: Part, feed_forward: Part, norms: Norms
) -> Tensor:
    x = x + self_attention(norms[0](x))
    x = x + cross_attention(x, memory)
    return x + feed_forward(norms[2](x))


def old_question(
    x: Tensor, memory: Tensor, self_attention: Part, cross_attention: Part, feed_forward: Part, norms: Norms
) -> Tensor:
    h = x + self_attention(norms[0](x))
    h = h + cross_attention(norms[1](x), memory)
    return h + feed_forward(norms[2](h))
