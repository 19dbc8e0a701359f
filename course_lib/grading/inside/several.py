"""Many questions of one answer in one message: what a right answer is asked anyway, without a round trip for each.

The first trouble ends it. What the answer is worth then is found out elsewhere, one question at a time.
"""

from contextlib import AbstractContextManager, nullcontext, suppress
from typing import Any, Protocol

import torch
from torch import Tensor

from course_lib.exercises.runner.surroundings import Capped
from course_lib.grading.inside.alarm import TimeUp, within
from course_lib.grading.protocol.connection import Line
from course_lib.grading.protocol.frames import seal
from course_lib.grading.protocol.values import Opaque, WireError
from course_lib.grading.protocol.writer import Writer

TROUBLES = ("fails", "unreadable", "over", "forbidden")
TOLD = ("value", "graph", "slopes", "after")  # of each reply; the rest says that nothing was wrong


class Answering(Protocol):
    """What is needed of the sandbox's end of the line: who hears, who is asked, and the marker's names for results."""

    line: Line
    labels: dict[int, int]

    def given(self, what: Opaque) -> Any:
        """What stands for a function of the marker's."""

    def once(
        self,
        args: list[Any],
        options: dict[str, Any],
        seed: int,
        stream: Capped,
        clock: AbstractContextManager[Any],
        check: bool = True,
    ) -> dict[str, Any]:
        """Call the answer."""

    def slopes(
        self, graph: int | None, slopes: list[Tensor | None], clock: AbstractContextManager[Any]
    ) -> dict[str, Any]:
        """Gradients through an earlier result."""


def several(child: Answering, seconds: float, wall: float, output: int) -> dict[str, Any]:
    """Do what the next message lists -> `whole`: did all go well? The replies follow in a frame of their own."""
    asked = child.line.hear(child.given)["asked"]
    writer, nodes, stream = Writer(), list[Any](), Capped(output)
    with suppress(WireError, TimeUp), within(seconds, wall):
        for each in asked:
            reply = one(child, each, stream)
            if any(reply.get(name) for name in TROUBLES):
                break
            with torch._C.DisableTorchFunction():  # now, before it can change
                nodes.append(writer.node({name: reply[name] for name in TOLD if name in reply}, 1))
    whole = len(nodes) == len(asked)
    replies = ["d", ["replies", ["l", *nodes]]] if whole else ["d"]
    return {"whole": whole, "output": max(stream.left, 0), "more": seal(replies, writer.arrays if whole else [])}


def one(child: Answering, asked: dict[str, Any], stream: Capped) -> dict[str, Any]:
    """A call or a pull of the list. A result whose gradients are asked for later goes by the marker's own label."""
    label = asked["label"]
    if "slopes" in asked:
        return child.slopes(child.labels.get(label), asked["slopes"], nullcontext())
    reply = child.once(asked["args"], asked["options"], asked["seed"], stream, nullcontext(), check=False)
    if reply.get("graph"):
        child.labels[label] = reply["graph"]
        reply["graph"] = label
    return reply
