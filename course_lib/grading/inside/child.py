"""The sandbox's end of the line: run the cells, then answer what the marker asks about the functions they define."""

import random
import socket
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import numpy as np
import torch
from torch import Tensor

from course_lib.exercises import blank, forbid
from course_lib.exercises.plain import NotPlain
from course_lib.exercises.world import Capped, TooMuchOutput, caught_output
from course_lib.grading.inside import rehearsal, stand_ins
from course_lib.grading.inside.alarm import TimeUp, within
from course_lib.grading.inside.cells import new_notebook, public_name, run_cells
from course_lib.grading.inside.given import Given
from course_lib.grading.inside.graphs import Graphs, tensors
from course_lib.grading.inside.results import changeable, parameters, place_of, sendable, written
from course_lib.grading.line.talk import HungUp, Line
from course_lib.grading.line.values import Opaque, WireError

SAYS = 1000  # characters of an error's message that are passed on


def serve(end: socket.socket) -> None:
    """Answer until the marker hangs up."""
    child = Child(Line(end, trusts=True))
    while True:
        try:
            message = child.line.hear(child.given)
        except HungUp:
            return
        child.answer(message)


def rehearse() -> None:
    """What the warm parent does before it forks."""
    rehearsal.rehearse(Child)


class Child:
    """One submission's functions."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.notebook = new_notebook()
        self.graphs = Graphs()
        self.candidate: Any = None
        self.watched: forbid.Forbidden | None = None

    def given(self, what: Opaque) -> Given:
        """What stands for a function of the marker's."""
        return Given(self.line, what)

    def answer(self, message: dict[str, Any]) -> None:
        """Do what is asked and say what came of it. The nonce shows that the question was heard."""
        able: dict[str, Callable[..., dict[str, Any]]] = {
            "run": self.run,
            "look": self.look,
            "call": self.call,
            "pull": self.pull,
        }
        nonce = message.pop("nonce")
        reply = able[message.pop("do")](**message)
        try:
            self.line.say({"nonce": nonce, **reply})
        except WireError as error:
            self.line.say({"nonce": nonce, "fails": "WireError", "says": str(error)})

    def run(self, cells: list[tuple[str, bool]], seconds: float, wall: float, without: list[str]) -> dict[str, Any]:
        """Run the cells of a notebook."""
        stand_ins.stand_in()
        stand_ins.take_away(without)
        return {"troubles": run_cells(self.notebook, cells, seconds, wall)}

    def look(self, name: str, forbidden: list[str]) -> dict[str, Any]:
        """What the notebook calls by this name."""
        found = self.candidate = vars(self.notebook).get(name)
        self.watched = forbid.Forbidden(forbidden) if forbidden else None
        return {
            "there": name in vars(self.notebook),
            "callable": callable(found),
            "class": isinstance(found, type),
            "blank": callable(found) and bool(blank.is_blank(found)),
            "takes": parameters(found),
        }

    def call(
        self, args: list[Any], options: dict[str, Any], seed: int, seconds: float, wall: float, output: int
    ) -> dict[str, Any]:
        """Call the answer once."""
        random.seed(seed)
        np.random.seed(seed % 2**32)
        torch.default_generator.manual_seed(seed)  # torch.manual_seed also writes down a traceback for each kind of GPU
        stream, before = Capped(output), written([args, options])
        leaves = [each for each in tensors([args, options]) if each.requires_grad]
        stand_ins.called.clear()
        watcher = forbid.watching(self.watched) if self.watched else nullcontext()
        reply: dict[str, Any] = {}
        watch: forbid.Watch | None = None
        try:
            with caught_output(stream), within(seconds, wall), watcher as watch:
                reply = self.result(self.candidate(*args, **options), leaves)
        except BaseException as error:  # noqa: BLE001 (whatever it is, the marker hears of it)
            reply = self.failure(error)
        seen = [*stand_ins.called, *([watch.seen] if watch is not None and watch.seen else [])]
        return reply | {
            "printed": stream.text[:2000],
            "over": stream.over,
            "output": max(stream.left, 0),
            "forbidden": seen[0] if seen else "",
            "after": None if leaves or written([args, options]) == before else changeable([args, options]),
        }

    def result(self, value: Any, leaves: list[Tensor]) -> dict[str, Any]:
        """A result in a form that can be sent; with a graph where gradients may be asked for."""
        try:
            value = sendable(value)
            written(value, whole=True)
        except (NotPlain, WireError) as reason:
            return {"unreadable": str(reason)[:SAYS]}
        outputs = [each for each in tensors(value) if each.requires_grad] if leaves else []
        return {"value": value, "graph": self.graphs.keep(outputs, leaves) if outputs else 0}

    def pull(self, graph: int, slopes: list[Tensor | None], seconds: float, wall: float) -> dict[str, Any]:
        """Gradients through an earlier result."""
        try:
            with caught_output(Capped()), within(seconds, wall):
                return {"slopes": self.graphs.pull(graph, slopes)}
        except BaseException as error:  # noqa: BLE001 (as in call)
            return self.failure(error)

    def failure(self, error: BaseException) -> dict[str, Any]:
        """An error by its public name, with the line it came from."""
        if isinstance(error, TooMuchOutput):
            kind = "output"
        elif isinstance(error, TimeUp):
            kind = "time"
        else:
            kind = public_name(type(error))
        said = str(error)[:SAYS] if type(error).__str__ in (BaseException.__str__, KeyError.__str__) else ""
        stands = "leftover" if blank.left_behind(error, self.candidate) else ""
        stands = "blank" if blank.still_blank(error, self.candidate) else stands
        return {"fails": kind, "says": said, "at": place_of(error, self.candidate), "stands": stands}
