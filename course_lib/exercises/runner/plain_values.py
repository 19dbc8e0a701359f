"""Results as plain values: no subclass, no property and no method of the learner's is trusted on the way."""

import copy
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from course_lib.exercises.runner.remote import Unreadable

NUMBERS = (bool, int, float, complex)
DEEPEST = 6


class NotPlain(Exception):
    """A result that cannot be compared; the message tells the learner why."""


def type_name(value: object) -> str:
    """The true name of a value's type, in a newcomer's words."""
    kind = type(value)
    known = {
        type(None): "None",
        Tensor: "a tensor",
        nn.Parameter: "a tensor",
        np.ndarray: "a NumPy array",
        str: "a text",
        bool: "True or False",
        int: "a whole number",
        float: "a number",
        list: "a list",
        tuple: "a tuple",
        dict: "a dictionary",
        type(lambda: None): "a function",
        type(_ for _ in ()): "a generator",
    }
    name = type.__dict__["__name__"].__get__(kind)
    return known.get(kind) or (
        f"a class ({type.__dict__['__name__'].__get__(value)})"
        if issubclass(kind, type)
        else f"an object of type {name}"
    )


def plain(value: Any, depth: int = 0) -> Any:
    """Detached copies in plain containers. Raises NotPlain for what cannot be read safely."""
    kind = type(value)
    if value is None or kind in NUMBERS or kind is str:
        return value
    if kind is Tensor or kind is nn.Parameter:
        return plain_tensor(value)
    if issubclass(kind, Tensor):
        raise NotPlain(f"your result is {type_name(value)}, a special kind of tensor; return a plain torch tensor")
    if issubclass(kind, np.generic):
        return np.generic.item(value)
    if kind is np.ndarray:
        return np.array(value)
    if depth >= DEEPEST:
        raise NotPlain(f"your result is nested more than {DEEPEST} levels deep")
    if issubclass(kind, tuple):  # named tuples and torch.Size are tuples to us
        return tuple(plain(tuple.__getitem__(value, i), depth + 1) for i in range(tuple.__len__(value)))
    if kind is list:
        return [plain(item, depth + 1) for item in value]
    if kind is dict:
        return {
            str(key) if type(key) is str else plain(key, depth + 1): plain(item, depth + 1)
            for key, item in value.items()
        }
    if kind in (set, frozenset) and all(type(item) in (int, str, tuple) for item in value):
        return frozenset(plain(item, depth + 1) for item in value)
    if kind is Unreadable:
        raise NotPlain(value.why)
    if kind.__name__ == "generator":
        raise NotPlain("your function returns a generator; is there a `yield` where `return` should be?")
    raise NotPlain(f"your function returns {type_name(value)}, which is not a result this exercise can read")


def plain_tensor(value: Tensor) -> Tensor:
    """A dense copy on the CPU without gradient history."""
    if value.device.type == "meta":
        raise NotPlain("your tensor is on the device 'meta': it has a shape but no numbers")
    with torch.no_grad():
        if value.layout is not torch.strided or value.is_quantized:
            value = value.dequantize() if value.is_quantized else value.to_dense()
        return value.detach().to("cpu").resolve_conj().resolve_neg().clone()


def fresh(value: Any) -> Any:
    """A copy of an input that a learner's function may do anything to. Functions are passed on as they are."""
    if isinstance(value, Tensor):
        return value.detach().clone().requires_grad_(value.requires_grad)
    if isinstance(value, nn.Module):
        return copy.deepcopy(value)
    if isinstance(value, np.ndarray):
        return value.copy()
    if type(value) in (list, tuple, set):
        return type(value)(fresh(item) for item in value)
    if type(value) is dict:
        return {key: fresh(item) for key, item in value.items()}
    return value
