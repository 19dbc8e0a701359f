"""One submission in its sandbox, and the questions that are put to it."""

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor

from course_lib.exercises.runner.remote import Unreadable
from course_lib.exercises.runner.surroundings import OUTPUT_LIMIT
from course_lib.grading.inside.given import Through
from course_lib.grading.inside.graphs import replaced, tensors
from course_lib.grading.marking.callbacks import Lent
from course_lib.grading.marking.failures import raised
from course_lib.grading.marking.pace import stretch
from course_lib.grading.marking.putting_back import put_back
from course_lib.grading.marking.replies import number, text
from course_lib.grading.protocol.connection import HungUp, Line, TooSlow
from course_lib.grading.protocol.values import Find, Keep, WireError, nobody

LOOK = 2.0  # seconds for looking at what a name holds
GRACE = 0.4  # seconds beyond the sandbox's own alarm before the marker hangs up


class Lost(Exception):
    """The sandbox is gone or not to be trusted any more; `why` is time, crash, or protocol."""

    def __init__(self, why: str, words: str = "") -> None:
        super().__init__(words or why)
        self.why = why


class Session:
    """One submission in its sandbox."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.lent = Lent()
        self.code: list[tuple[str, bool]] = []
        self.until = 0.0  # when the question's time is over
        self.stretch = 1.0  # see course_lib.grading.marking.pace
        self.output = OUTPUT_LIMIT
        self.printed = ""
        self.forbidden = ""
        self.over = False
        self.lost: Lost | None = None
        self.ready: Callable[[dict[str, Any]], dict[str, Any] | None] = lambda message: None  # replies heard before

    def run(self, cells: list[tuple[str, bool]], seconds: float, without: list[str]) -> list[dict[str, Any]]:
        """Run a notebook's cells -> what went wrong in them. Raises Lost."""
        self.code = cells
        self.allow(seconds)
        asked = {"do": "run", "cells": cells, "without": without} | self.left()
        troubles = self.ask(asked).get("troubles")
        return [each for each in troubles if type(each) is dict] if type(troubles) is list else []

    def look(self, name: str, forbidden: list[str]) -> dict[str, Any]:
        """Facts about what the notebook calls by this name. Raises Lost."""
        self.allow(LOOK)
        return self.ask({"do": "look", "name": name, "forbidden": forbidden})

    def call(self, args: tuple[Any, ...], options: dict[str, Any]) -> Any:
        """Call the answer once -> its result, as plain values. Raises what it raised, or Lost."""
        asked = {"do": "call", "args": list(args), "options": options, "seed": torch.initial_seed() % 2**63}
        said = self.ask(asked | {"output": self.output} | self.left(), keep=self.lent.keep)
        self.printed += text(said, "printed")
        self.output = min(self.output, number(said, "output"))
        self.over = self.over or said.get("over") is True
        self.forbidden = self.forbidden or text(said, "forbidden")
        put_back([list(args), options], said.get("after"))
        if "fails" in said:
            raise raised(said)
        if "unreadable" in said:
            return Unreadable(text(said, "unreadable"))
        return self.with_gradients(said.get("value"), number(said, "graph"), [list(args), options])

    def with_gradients(self, value: Any, graph: int, given: Any) -> Any:
        """The value, tied to the inputs by a way back through the sandbox where there is one."""
        outputs = [each for each in tensors(value) if each.requires_grad]
        leaves = [each for each in tensors(given) if each.requires_grad]
        if not graph or not outputs or not leaves:
            return replaced(value, {id(each): each.detach() for each in outputs})
        tied = Through.apply(lambda slopes: self.pull(graph, slopes), [each.detach() for each in outputs], *leaves)  # type: ignore[no-untyped-call]
        return replaced(value, {id(old): new for old, new in zip(outputs, tied, strict=True)})

    def pull(self, graph: int, slopes: list[Tensor | None]) -> list[Tensor | None]:
        """Gradients of the inputs of an earlier call. Raises what went wrong in there, or Lost."""
        said = self.ask({"do": "pull", "graph": graph, "slopes": slopes} | self.left())
        if "fails" in said:
            raise raised(said)
        found = said.get("slopes")
        if type(found) is not list or not all(each is None or type(each) is Tensor for each in found):
            raise RuntimeError("what came back are no gradients")
        return found

    def allow(self, seconds: float) -> None:
        """Give so many seconds from now on, more on a busy machine."""
        self.stretch = stretch()
        self.until = time.monotonic() + seconds * self.stretch

    def left(self) -> dict[str, float]:
        """What is left of them, by the processor and by the clock on the wall."""
        wall = max(self.until - time.monotonic(), 0.01)
        return {"seconds": wall / self.stretch, "wall": wall}

    def ask(self, message: dict[str, Any], keep: Keep = nobody, find: Find | None = None) -> dict[str, Any]:
        """One question and its answer; functions that were lent may be used in between. Raises Lost."""
        if self.lost is not None:
            raise self.lost
        if (said := self.ready(message)) is not None:
            return said
        return self.put(message, keep, find)

    def several(self, frame: bytes) -> tuple[bytes, bytes] | None:
        """Many questions in one frame -> the frame of their replies, unread; None when not all went well. Raises Lost.

        The frame of replies comes right behind an answer that carries the nonce, and is as little trusted.
        """
        if self.lost is not None:
            raise self.lost
        said = self.put({"do": "several", "output": self.output} | self.left(), frame=frame)
        with self.or_lost():
            heard = self.line.receive()
        self.output = min(self.output, number(said, "output"))
        return heard if said.get("whole") is True else None

    def put(
        self, message: dict[str, Any], keep: Keep = nobody, find: Find | None = None, frame: bytes = b""
    ) -> dict[str, Any]:
        """Send a question, with a frame behind it, and hear the answer. Raises Lost."""
        nonce = secrets.token_hex(8)
        self.line.until = self.until + GRACE
        with self.or_lost():
            self.line.say(message | {"nonce": nonce}, keep)
            self.line.send(frame)
            while True:
                said = self.line.hear(find)
                if "ask" not in said and "pull" not in said:
                    break
                self.line.say(*self.lent.serve(said))
        heard = said.pop("nonce", None)
        if type(heard) is not str or heard != nonce:  # an array would be neither equal nor not
            self.lose("protocol", "an answer to a question that was not asked")
        return said

    @contextmanager
    def or_lost(self) -> Iterator[None]:
        """Whatever goes wrong with the line loses the session. Raises Lost."""
        try:
            yield
        except TooSlow:
            self.lose("time")
        except HungUp:
            self.lose("crash")
        except WireError as error:
            self.lose("protocol", str(error))

    def lose(self, why: str, words: str = "") -> None:
        """Hang up for good. Raises Lost."""
        self.lost = Lost(why, words)
        self.line.close()
        raise self.lost
