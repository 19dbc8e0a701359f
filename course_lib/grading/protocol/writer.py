"""A value on its way out: JSON-able nodes, and a list of raw arrays."""

from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from course_lib.grading.protocol.values import ARRAYS, DEEPEST, DTYPES, LAYERS, Keep, WireError, nobody

NAMES = {kind: name for name, kind in DTYPES.items()}


class Writer:
    """Turns a value into JSON-able nodes and a list of raw arrays."""

    def __init__(self, keep: Keep = nobody) -> None:
        self.arrays: list[bytes] = []
        self.keep = keep

    def node(self, value: Any, depth: int = 0) -> Any:
        """The node of a value. Raises WireError for what cannot be sent."""
        kind = type(value)
        if value is None or kind in (bool, str):
            return value
        if kind is int:
            return value if abs(value) < 2**63 else ["i", hex(value)] if value.bit_length() < 8192 else self.no(value)
        if kind is float:
            return value
        if depth > DEEPEST:
            raise WireError(f"nested more than {DEEPEST} levels deep")
        if kind is Tensor:
            return self.tensor(value)
        return self.rarer(value, kind, depth + 1)

    def rarer(self, value: Any, kind: type, depth: int) -> Any:
        """Containers and what is left."""
        if kind is list or kind is tuple:
            return ["l" if kind is list else "u", *(self.node(item, depth) for item in value)]
        if kind is dict:
            return ["d", *([self.node(key, depth), self.node(item, depth)] for key, item in value.items())]
        if kind is complex:
            return ["c", value.real, value.imag]
        if kind is range:
            return ["r", value.start, value.stop, value.step]
        if kind in (set, frozenset):
            return ["s", *(self.node(item, depth) for item in value)]
        if kind is bytes:
            return ["b", self.raw(value)]
        if kind is np.ndarray and value.dtype.char in ARRAYS:
            return ["n", value.dtype.char, list(value.shape), self.raw(np.ascontiguousarray(value).tobytes())]
        if is_dataclass(value) and kind.__module__.startswith(LAYERS):
            parts = {each.name: getattr(value, each.name) for each in fields(value)}
            return ["o", f"{kind.__module__}:{kind.__qualname__}", self.node(parts, depth)]
        stays = self.keep(value)
        return ["x", *stays] if stays is not None else self.no(value)

    def tensor(self, value: Tensor) -> Any:
        """A dense tensor's type, shape and bytes."""
        name = NAMES.get(value.dtype)
        if name is None or value.layout is not torch.strided or value.device.type != "cpu":
            return self.no(value)
        if value.dtype is torch.bfloat16:  # NumPy does not know it
            data = value.detach().contiguous().view(torch.int16).numpy().tobytes()
        else:
            data = value.numpy(force=True).tobytes()
        return ["t", name, list(value.shape), self.raw(data), value.requires_grad]

    def raw(self, data: bytes) -> int:
        """Keep the bytes -> their number."""
        self.arrays.append(data)
        return len(self.arrays) - 1

    def no(self, value: Any) -> Any:
        """Refuse it."""
        raise WireError(f"{type(value).__name__} cannot be sent")
