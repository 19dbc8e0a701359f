"""The sandbox's end of the line: run the cells, then answer what the marker asks about the functions they define."""

import random
import socket
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import numpy as np
import torch
from torch import Tensor

from course_lib.exercises.runner import blank, forbidden_calls
from course_lib.exercises.runner.plain_values import NotPlain
from course_lib.exercises.runner.surroundings import Capped, caught_output
from course_lib.grading.inside import rehearsal, stand_ins
from course_lib.grading.inside.alarm import within
from course_lib.grading.inside.cells import new_notebook, run_cells
from course_lib.grading.inside.given import Given
from course_lib.grading.inside.graphs import Graphs, tensors
from course_lib.grading.inside.results import SAYS, changeable, failure, parameters, readable, written
from course_lib.grading.inside.several import several
from course_lib.grading.protocol.connection import HungUp, Line
from course_lib.grading.protocol.values import Opaque, WireError

untouched_torch = torch._C.DisableTorchFunction  # in it a mode that an answer left behind changes nothing


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
        self.labels: dict[int, int] = {}  # the marker's names for some of them
        self.candidate: Any = None
        self.watched: forbidden_calls.Forbidden | None = None

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
            "several": lambda **limits: several(self, **limits),
        }
        nonce = message.pop("nonce")
        reply = able[message.pop("do")](**message)
        more = reply.pop("more", b"")  # a frame that is written already
        with untouched_torch():
            try:
                self.line.say({"nonce": nonce, **reply})
                self.line.send(more)
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
        self.watched = forbidden_calls.Forbidden(forbidden) if forbidden else None
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
        """Call the answer once, within its limits."""
        return self.once(args, options, seed, Capped(output), within(seconds, wall))

    def once(
        self,
        args: list[Any],
        options: dict[str, Any],
        seed: int,
        stream: Capped,
        clock: AbstractContextManager[Any],
        check: bool = True,
    ) -> dict[str, Any]:
        """Call the answer -> what came of it. `check`: also whether its result can be sent."""
        random.seed(seed)
        np.random.seed(seed % 2**32)
        torch.default_generator.manual_seed(seed)  # torch.manual_seed also writes down a traceback for each kind of GPU
        before = written([args, options])
        leaves = [each for each in tensors([args, options]) if each.requires_grad]
        stand_ins.called.clear()
        watcher = forbidden_calls.watching(self.watched) if self.watched else nullcontext()
        reply: dict[str, Any] = {}
        watch: forbidden_calls.Watch | None = None
        try:
            with caught_output(stream), clock:
                with watcher as watch:
                    value = readable(self.candidate(*args, **options))
                with untouched_torch():
                    reply = self.result(value, leaves, check)
        except BaseException as error:  # noqa: BLE001 (whatever it is, the marker hears of it)
            reply = failure(error, self.candidate)
        seen = [*stand_ins.called, *([watch.seen] if watch is not None and watch.seen else [])]
        return reply | {
            "printed": stream.text[:2000],
            "over": stream.over,
            "output": max(stream.left, 0),
            "forbidden": seen[0] if seen else "",
            "after": None if leaves or self.same(before, args, options) else changeable([args, options]),
        }

    def same(self, before: Any, args: list[Any], options: dict[str, Any]) -> bool:
        """Are the inputs as they were?"""
        with untouched_torch():
            return bool(written([args, options]) == before)

    def result(self, value: Any, leaves: list[Tensor], check: bool) -> dict[str, Any]:
        """A result in a form that can be sent; with a graph where gradients may be asked for."""
        try:
            if isinstance(value, NotPlain):
                raise value
            if check:
                written(value, whole=True)
        except (NotPlain, WireError) as reason:
            return {"unreadable": str(reason)[:SAYS]}
        outputs = [each for each in tensors(value) if each.requires_grad] if leaves else []
        return {"value": value, "graph": self.graphs.keep(outputs, leaves) if outputs else 0}

    def pull(self, graph: int, slopes: list[Tensor | None], seconds: float, wall: float) -> dict[str, Any]:
        """Gradients through an earlier result, within limits."""
        return self.slopes(graph, slopes, within(seconds, wall))

    def slopes(
        self, graph: int | None, slopes: list[Tensor | None], clock: AbstractContextManager[Any]
    ) -> dict[str, Any]:
        """Gradients through an earlier result."""
        try:
            with caught_output(Capped()), clock:
                return {"slopes": self.graphs.pull(graph, slopes)}
        except BaseException as error:  # noqa: BLE001 (as in call)
            return failure(error, self.candidate)
