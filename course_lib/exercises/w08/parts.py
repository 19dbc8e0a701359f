"""Parts of a block as inputs of an exercise: small functions with weights of their own.

Sizes   B batch   T writing   S reading   D width
"""

from collections.abc import Callable

import torch
from torch import Tensor

from course_lib.exercises.author import *

WORDS = ("no tensors", "one tensor", "two tensors")


class Part:
    """A function that takes so many tensors, gives a new one, and says so when it is called in another way."""

    def __init__(self, role: str, does: str, function: Callable[..., Tensor], takes: int = 1) -> None:
        self.role, self.name, self.function, self.takes = role, does, function, takes

    def __call__(self, *given: Tensor) -> Tensor:
        if len(given) != self.takes or not all(isinstance(each, Tensor) for each in given):
            got = ", ".join(type(each).__name__ for each in given) or "nothing"
            raise TypeError(f"`{self.role}` takes {WORDS[self.takes]} and was called with ({got})")
        return self.function(*given)

    def __repr__(self) -> str:
        return f"the function {self.name}"


def silent(part: Part) -> Part:
    """The same part with nothing to say: all zeros."""
    return Part(part.role, "that says nothing", lambda x, *rest: torch.zeros_like(x), part.takes)


def norm(draw: Draw, role: str, width: int) -> Part:
    """Brings every position to one size, then stretches and shifts each column in its own way."""
    gain, shift = 0.5 + draw.uniform(width), draw.normal(width, scale=0.5)
    return Part(role, "that norms", lambda x: gain * x / (x.square().mean(-1, keepdim=True) + 0.1).sqrt() + shift)


def listening(draw: Draw, role: str, length: int, width: int) -> Part:
    """Every position hears all the others."""
    across, within = draw.normal(length, length), draw.normal(width, width)
    return Part(role, "that mixes positions", lambda x: torch.tanh(across @ x) @ within)


def remembering(draw: Draw, role: str, width: int) -> Part:
    """Every position hears itself and what came before."""
    within = draw.normal(width, width)
    return Part(role, "that mixes what came before", lambda x: torch.tanh(x.cumsum(-2)) @ within)


def reading(draw: Draw, role: str, width: int) -> Part:
    """Every position of the first tensor hears all of the second."""
    within = draw.normal(width, width)

    def read(x: Tensor, memory: Tensor) -> Tensor:
        return (x @ memory.transpose(-2, -1) / x.shape[-1]).softmax(-1) @ memory @ (2 * within) + 0.5 * x.roll(1, -1)

    return Part(role, "that reads the memory", read, takes=2)


def thinking(draw: Draw, role: str, width: int) -> Part:
    """Every position by itself."""
    within, shift = draw.normal(width, width), draw.normal(width)
    return Part(role, "of each position alone", lambda x: torch.tanh(x @ within + shift) * 1.5)
