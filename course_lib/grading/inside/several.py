"""Many questions of one answer in one message: what a right answer is asked anyway, without a round trip for each.

The first trouble ends it. What the answer is worth then is found out elsewhere, one question at a time.
"""

from contextlib import nullcontext, suppress
from typing import TYPE_CHECKING, Any

import torch

from course_lib.exercises.runner.surroundings import Capped
from course_lib.grading.inside.alarm import TimeUp, within
from course_lib.grading.protocol.frames import seal
from course_lib.grading.protocol.values import WireError
from course_lib.grading.protocol.writer import Writer

if TYPE_CHECKING:
    from course_lib.grading.inside.child import Child

TROUBLES = ("fails", "unreadable", "over", "forbidden")
TOLD = ("value", "graph", "slopes", "after")  # of each reply; the rest says that nothing was wrong


def several(child: "Child", seconds: float, wall: float, output: int) -> dict[str, Any]:
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


def one(child: "Child", asked: dict[str, Any], stream: Capped) -> dict[str, Any]:
    """A call or a pull of the list. A result whose gradients are asked for later goes by the marker's own label."""
    label = asked["label"]
    if "slopes" in asked:
        return child.slopes(child.labels.get(label), asked["slopes"], nullcontext())
    reply = child.once(asked["args"], asked["options"], asked["seed"], stream, nullcontext(), check=False)
    if reply.get("graph"):
        child.labels[label] = reply["graph"]
        reply["graph"] = label
    return reply
