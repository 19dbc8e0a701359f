"""Numbers and inputs in a few short lines that a newcomer can read."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from course_lib.exercises.engine.compare import torch_knows

MOST_NUMBERS = 40  # a tensor with more is shown in part
MOST_COLUMNS = 8


def number(value: Any) -> str:
    """One number with three decimals, fewer digits where it is huge or minute."""
    if isinstance(value, bool) or not isinstance(value, float):
        return str(value)
    if value != value or value in (float("inf"), float("-inf")):
        return str(value)
    return f"{value:.3f}" if 1e-3 <= abs(value) < 1e4 or value == 0 else f"{value:.2e}"


def rows(tensor: Tensor) -> list[list[str]]:
    """A tensor of at most two axes as rows of texts, cut after MOST_COLUMNS."""
    table = tensor.reshape(1, -1) if tensor.dim() < 2 else tensor
    shown = [
        [number(x) for x in row[:MOST_COLUMNS].tolist()] + ["..."] * (len(row) > MOST_COLUMNS)
        for row in table[:MOST_COLUMNS]
    ]
    return shown + [["..."]] * (len(table) > MOST_COLUMNS)


def grid(tensor: Tensor) -> list[str]:
    """Lines with aligned columns."""
    texts = rows(tensor)
    wide = max((len(text) for row in texts for text in row), default=1)
    return ["[" + " ".join(text.rjust(wide) for text in row) + "]" for row in texts]


def focus(tensor: Tensor, where: tuple[int, ...] | None = None) -> tuple[str, Tensor]:
    """The last two axes of a tensor at the place that matters -> (label such as "at [0, 2]", those numbers)."""
    if tensor.dim() <= 2 or tensor.numel() == 0:
        return "", tensor
    place = tuple((where or ())[: tensor.dim() - 2])
    place += (0,) * (tensor.dim() - 2 - len(place))
    if all(size == 1 for size in tensor.shape[:-2]):
        return "", tensor[place]
    return f"at [{', '.join(map(str, place))}]", tensor[place]


def shape(tensor: Tensor) -> str:
    """(5, 7), with one axis (5), with none 'a single number'."""
    return f"({', '.join(map(str, tensor.shape))})" if tensor.dim() else "a single number"


def has_parts(value: Any) -> bool:
    """Is it a result made of several results (and not, say, a list of words)?"""
    if isinstance(value, dict):
        return True
    return isinstance(value, (tuple, list)) and any(
        isinstance(item, (Tensor, np.ndarray, tuple, list, dict)) for item in value
    )


def titled(value: Any, names: tuple[str, ...] = ()) -> list[tuple[str, Any]]:
    """The parts of a result with a heading each."""
    if isinstance(value, dict):
        return [(f"{key}:", item) for key, item in list(value.items())[:6]]
    called = [*names, *(f"result number {i + 1}" for i in range(len(names), 4))]
    return [(f"{name}:", item) for name, item in zip(called, value, strict=False)]


def lines(value: Any, where: tuple[int, ...] | None = None, names: tuple[str, ...] = ()) -> list[str]:
    """Any plain value in short lines; `names` are what the parts of a result are called."""
    if isinstance(value, np.ndarray) and value.dtype.kind in "fiub" and torch_knows(value):
        return ["NumPy", *lines(torch.from_numpy(value), where)]
    if isinstance(value, Tensor):
        if value.numel() == 0:
            return [f"no numbers, shape {shape(value)}"]
        if value.dim() == 0:
            return [number(value.item())]
        label, shown = focus(value, where)
        return ([label] if label else []) + grid(shown)
    if has_parts(value):
        return [line for title, item in titled(value, names) for line in (title, *lines(item, where))]
    if isinstance(value, (nn.Module, Callable)):  # type: ignore[arg-type]
        return [called(value)]
    text = number(value) if isinstance(value, float) else repr(value)
    return [text if len(text) <= 100 else text[:97] + "..."]


def called(thing: Any) -> str:
    """The name of a function or module that is an input."""
    if isinstance(thing, nn.Module):
        return " ".join(repr(thing).split())[:100]
    name = getattr(thing, "name", None) or getattr(thing, "__name__", type(thing).__name__)
    return f"the function {name}" if name != "<lambda>" else "a function"


def describe_input(name: str, value: Any) -> list[str]:
    """An input with its name and shape; small ones with their numbers."""
    if isinstance(value, Tensor):
        head = f"{name} {shape(value)}" if value.dim() else name
        if value.numel() > MOST_NUMBERS:
            return [head]
        if value.dim() <= 1:
            return [f"{head} = {lines(value)[0]}"]
        if value.dim() > 2 and value.numel() > value[..., :, :].shape[-1] * value.shape[-2]:
            flat = value.reshape(-1, *value.shape[-2:])
            return [f"{head} =", *(f"  {line}" for piece in flat for line in grid(piece))]
        return [f"{head} =", *(f"  {line}" for line in lines(value))]
    names = tuple(f"{name}[{i}]" for i in range(len(value))) if isinstance(value, (list, tuple)) else ()
    text = lines(value, names=names)
    return [f"{name} = {text[0]}"] if len(text) == 1 else [f"{name} =", *(f"  {line}" for line in text)]


def beside(yours: list[str], expected: list[str]) -> list[str]:
    """Two blocks of lines next to each other under their headings; below each other where they are too wide."""
    left, right = ["yours", *yours], ["expected", *expected]
    wide = max(map(len, left))
    if wide + 4 + max(map(len, right)) > 110:
        return [*left, *right]
    height = max(len(left), len(right))
    left, right = left + [""] * (height - len(left)), right + [""] * (height - len(right))
    return [f"{a.ljust(wide)}    {b}".rstrip() for a, b in zip(left, right, strict=True)]
