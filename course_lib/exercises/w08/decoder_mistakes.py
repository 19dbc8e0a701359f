"""Decoder blocks that go wrong, each in one way."""

from torch import Tensor

from course_lib.exercises.w08.parts import Part

Norms = list[Part]


def norm_after(x: Tensor, memory: Tensor, remember: Part, listen: Part, think: Part, norms: Norms) -> Tensor:
    x = norms[0](x + remember(x))
    x = norms[1](x + listen(x, memory))
    return norms[2](x + think(x))


def listen_first(x: Tensor, memory: Tensor, remember: Part, listen: Part, think: Part, norms: Norms) -> Tensor:
    x = x + listen(norms[0](x), memory)
    x = x + remember(norms[1](x))
    return x + think(norms[2](x))


def memory_normed(x: Tensor, memory: Tensor, remember: Part, listen: Part, think: Part, norms: Norms) -> Tensor:
    x = x + remember(norms[0](x))
    x = x + listen(norms[1](x), norms[1](memory))
    return x + think(norms[2](x))


def listens_to_itself(x: Tensor, memory: Tensor, remember: Part, listen: Part, think: Part, norms: Norms) -> Tensor:
    x = x + remember(norms[0](x))
    x = x + listen(norms[1](x), norms[1](x))
    return x + think(norms[2](x))


def listening_not_added(x: Tensor, memory: Tensor, remember: Part, listen: Part, think: Part, norms: Norms) -> Tensor:
    x = x + remember(norms[0](x))
    x = listen(norms[1](x), memory)
    return x + think(norms[2](x))


def thinking_not_added(x: Tensor, memory: Tensor, remember: Part, listen: Part, think: Part, norms: Norms) -> Tensor:
    x = x + remember(norms[0](x))
    x = x + listen(norms[1](x), memory)
    return think(norms[2](x))


def one_norm(x: Tensor, memory: Tensor, remember: Part, listen: Part, think: Part, norms: Norms) -> Tensor:
    x = x + remember(norms[0](x))
    x = x + listen(norms[0](x), memory)
    return x + think(norms[0](x))


def nothing_remembered(x: Tensor, memory: Tensor, remember: Part, listen: Part, think: Part, norms: Norms) -> Tensor:
    x = x + listen(norms[1](x), memory)
    return x + think(norms[2](x))


def asks_without_norm(x: Tensor, memory: Tensor, remember: Part, listen: Part, think: Part, norms: Norms) -> Tensor:
    x = x + remember(norms[0](x))
    x = x + listen(x, memory)
    return x + think(norms[2](x))


def old_question(x: Tensor, memory: Tensor, remember: Part, listen: Part, think: Part, norms: Norms) -> Tensor:
    h = x + remember(norms[0](x))
    h = h + listen(norms[1](x), memory)
    return h + think(norms[2](h))
