"""Functions of ours that a submission may call: they stay on this side, and only numbers cross the line."""

from typing import Any

import torch

from course_lib.grading.inside.graphs import Graphs, tensors
from course_lib.grading.protocol.values import Keep, Opaque, nobody

ASKS = 20_000  # a submission may call what it is given so many times
LARGEST = 2**16  # numbers in the arguments of one such call


class Lent:
    """What was handed into one sandbox, by number."""

    def __init__(self) -> None:
        self.things: dict[int, Any] = {}
        self.graphs = Graphs()
        self.asks = 0

    def keep(self, thing: Any) -> Opaque | None:
        """Give a function or module a number; None for what cannot be called."""
        if not callable(thing):
            return None
        number = next((n for n, known in self.things.items() if known is thing), len(self.things))
        self.things[number] = thing
        return Opaque(number, repr(thing)[:200], "function")

    def serve(self, said: dict[str, Any]) -> tuple[dict[str, Any], Keep]:
        """Answer a call from inside -> the reply, and how to send it."""
        self.asks += 1
        try:
            if self.asks > ASKS:
                raise RuntimeError(f"the functions you are given were called more than {ASKS} times")
            if "pull" in said:
                return {"slopes": self.graphs.pull(said["pull"], said.get("slopes"))}, nobody
            return self.call(said), self.keep
        except Exception as error:  # noqa: BLE001 (an error of what we lent is an error of whoever misused it)
            return {"fails": type(error).__name__, "says": str(error)[:1000]}, nobody

    def call(self, said: dict[str, Any]) -> dict[str, Any]:
        """Call what has that number."""
        number, args, options = said.get("ask"), said.get("args"), said.get("options")
        if type(number) is not int or number not in self.things:
            raise RuntimeError("there is no such function")
        if type(args) is not tuple or type(options) is not dict or not all(type(name) is str for name in options):
            raise TypeError("a function is called with arguments")
        given = tensors([args, options])
        if sum(each.numel() for each in given) > LARGEST:
            raise ValueError(f"the arguments hold more than {LARGEST} numbers")
        with torch.set_grad_enabled(said.get("grad") is True):
            gives = self.things[number](*args, **options)
        outputs = [each for each in tensors(gives) if each.requires_grad]
        leaves = [each for each in given if each.requires_grad]
        graph = self.graphs.keep(outputs, leaves) if outputs and leaves else 0
        if not graph and outputs:
            gives = gives.detach() if isinstance(gives, torch.Tensor) else gives
        return {"gives": gives, "graph": graph}
