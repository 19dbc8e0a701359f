"""A value on its way in: rebuilt from nodes and raw arrays, none of which is trusted."""

import importlib
import math
from typing import Any

import numpy as np
import torch
from torch import Tensor

from course_lib.grading.protocol.values import ARRAYS, DEEPEST, DIMS, DTYPES, LAYERS, Find, Opaque, WireError


class Reader:
    """Turns nodes and raw arrays back into values, trusting none of them."""

    def __init__(self, arrays: list[bytes], values: int, find: Find | None = None, trusts: bool = False) -> None:
        self.arrays, self.left, self.find = arrays, values, find
        self.trusts = (
            trusts  # a sandbox trusts the marker and may build the course's own dataclasses; never the reverse
        )

    def value(self, node: Any, depth: int = 0) -> Any:
        """The value of a node. Raises WireError when it does not add up."""
        self.left -= 1
        if self.left < 0 or depth > DEEPEST + 2:
            raise WireError("a message with too many values, or too deep")
        if node is None or type(node) in (bool, int, float, str):
            return node
        if type(node) is not list or not node or type(node[0]) is not str:
            raise WireError("a value without a kind")
        kind, rest = node[0], node[1:]
        if kind in ("l", "u"):
            items = [self.value(item, depth + 1) for item in rest]
            return items if kind == "l" else tuple(items)
        if kind == "t" and len(rest) == 4:
            return self.tensor(*rest)
        if kind == "d":
            return self.dictionary(rest, depth + 1)
        return self.rarer(kind, rest, depth + 1)

    def rarer(self, kind: str, rest: list[Any], depth: int) -> Any:
        """What seldom comes."""
        if kind == "x" and len(rest) == 3 and [type(each) for each in rest] == [int, str, str] and self.find:
            return self.find(Opaque(*rest))
        if kind == "o" and len(rest) == 2 and self.trusts and type(rest[0]) is str and rest[0].startswith(LAYERS):
            module, _, name = rest[0].partition(":")
            return getattr(importlib.import_module(module), name)(**self.value(rest[1], depth))
        if kind == "i" and len(rest) == 1 and type(rest[0]) is str and len(rest[0]) < 2100:
            return int(rest[0], 16)
        if kind == "c" and len(rest) == 2 and all(type(each) is float for each in rest):
            return complex(*rest)
        if kind == "r" and len(rest) == 3 and all(type(each) is int for each in rest) and rest[2]:
            return range(*rest)
        if kind == "s":
            items = [self.value(item, depth) for item in rest]
            return frozenset(item for item in items if type(item) in (int, str, tuple) and _hashable(item))
        if kind == "b" and len(rest) == 1:
            return self.data(rest[0])
        if kind == "n" and len(rest) == 3 and type(rest[0]) is str and len(rest[0]) == 1 and rest[0] in ARRAYS:
            found = np.dtype(rest[0])
            data = self.sized(rest[1], found.itemsize, rest[2])
            return np.frombuffer(data, found).reshape(rest[1]).copy()
        raise WireError(f"an unknown kind of value: {kind[:20]!r}")

    def dictionary(self, pairs: list[Any], depth: int) -> dict[Any, Any]:
        """Keys that can be keys."""
        found = {}
        for pair in pairs:
            if type(pair) is not list or len(pair) != 2:
                raise WireError("a dictionary with half an entry")
            key = self.value(pair[0], depth)
            if not _hashable(key):
                raise WireError("a dictionary with a key that cannot be one")
            found[key] = self.value(pair[1], depth)
        return found

    def tensor(self, name: Any, shape: Any, number: Any, grad: Any) -> Tensor:
        """A tensor of its own memory."""
        if type(name) is not str or name not in DTYPES or type(grad) is not bool:
            raise WireError("a tensor of an unknown type")
        dtype = DTYPES[name]
        data = self.sized(shape, dtype.itemsize, number)
        if not data:
            made = torch.empty(shape, dtype=dtype)
        elif dtype is torch.bool:  # any other byte than 0 and 1 would be a bool that is neither
            made = torch.frombuffer(bytearray(data), dtype=torch.uint8).reshape(shape) != 0
        else:
            made = torch.frombuffer(bytearray(data), dtype=dtype).reshape(shape)
        return made.requires_grad_() if grad and (dtype.is_floating_point or dtype.is_complex) else made

    def sized(self, shape: Any, item: int, number: Any) -> bytes:
        """The bytes of an array, exactly as many as its shape asks for."""
        if type(shape) is not list or len(shape) > DIMS or not all(type(n) is int and 0 <= n < 2**31 for n in shape):
            raise WireError("an array without a proper shape")
        data = self.data(number)
        if math.prod(shape) * item != len(data):
            raise WireError(f"an array of shape {shape} with {len(data)} bytes")
        return data

    def data(self, number: Any) -> bytes:
        """The array of that number."""
        if type(number) is not int or not 0 <= number < len(self.arrays):
            raise WireError("an array that was not sent")
        return self.arrays[number]


def _hashable(key: Any) -> bool:
    return key is None or type(key) in (bool, int, float, str) or (type(key) is tuple and all(map(_hashable, key)))
