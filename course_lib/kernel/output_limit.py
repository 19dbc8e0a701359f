"""A cell that prints without end is stopped, and the notebook lives on."""

import sys
import threading
from collections.abc import Callable
from typing import Any

LIMIT = 1_000_000  # characters a cell may print
LEAST = 20  # what a single write counts at least, so that an endless loop of short lines ends soon too
VALUE = 1_000  # what a value that is shown counts: it costs a page more than a line does
SHOWN = 2_000  # of a single write that is too long, this much is still shown


class TooMuchOutput(BaseException):
    """Raised in a cell that prints more than `LIMIT`. Not an `Exception`: `except Exception` must not keep it going."""

    def __init__(self) -> None:
        super().__init__(
            f"This cell printed more than {LIMIT // 1_000_000} MB, or {LIMIT // LEAST // 2:,} lines, so it was stopped "
            "here. Nothing is lost: your variables are all there. Print less, or look at one value: x[:10], x.shape."
        )

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in place of a traceback."""
        return [str(self)]


class OutputLimit:
    """Counts the characters a cell writes to stdout and stderr together."""

    def __init__(self, limit: int = LIMIT) -> None:
        self.limit = limit
        self.written = 0
        self.stopped = False
        self.unguarded: list[tuple[Any, Any]] = []

    def begin(self, *_: object) -> None:
        """Before a cell: count from nothing, and stand in front of both streams.

        Once a cell, not once for all: IPython puts a `write` of its own on the streams at each cell's start and puts
        back at its end what it found, so that a guard which came in between would be lost.
        """
        self.end()
        self.written, self.stopped = 0, False
        for stream in (sys.stdout, sys.stderr):
            self.unguarded.append((stream, stream.write))
            stream.write = self.guard(stream.write)  # type: ignore[method-assign]

    def end(self, *_: object) -> None:
        """After a cell: the streams are as they were."""
        while self.unguarded:
            stream, write = self.unguarded.pop()
            stream.write = write

    def guard(self, write: Callable[[str], Any]) -> Callable[[str], Any]:
        """Wrap a stream's `write`: the cell itself is stopped, whatever prints beside it falls silent."""

        def limited(text: str) -> Any:
            size = max(len(text), LEAST)
            if self.written + size <= self.limit:
                self.written += size
                return write(text)
            if not self.stopped:
                write(text[:SHOWN] + "\n[...]\n")
                self.stopped = True
            del text  # or the traceback would keep a gigabyte alive
            if threading.current_thread() is threading.main_thread():
                raise TooMuchOutput
            return None

        return limited

    def shorten(self, shown: Any) -> Any:
        """Cut the text of a value that would choke the page, and end a loop that shows values without end.

        shown  what IPython's formatter returns for a value: its forms, and what is known about them
        """
        if self.written + VALUE > self.limit and threading.current_thread() is threading.main_thread():
            raise TooMuchOutput
        self.written += VALUE
        data = shown[0]
        text = data.get("text/plain")
        if isinstance(text, str) and len(text) > self.limit:
            data["text/plain"] = f"{text[:SHOWN]}\n[... {len(text):,} characters; the rest is not shown]"
        return shown


def install(shell: Any) -> OutputLimit:
    """Limit what each cell of this IPython shell prints or shows. A second call returns the first one's limit."""
    known: OutputLimit | None = getattr(shell, "course_output_limit", None)
    if known is not None:
        return known
    limit = shell.course_output_limit = OutputLimit()
    if "ipykernel" in sys.modules:  # a terminal scrolls, and needs no limit
        limit.begin()
        shell.events.register("pre_run_cell", limit.begin)
        shell.events.register("post_run_cell", limit.end)
    formatter = shell.display_formatter
    format_value = formatter.format

    def format_shortened(*arguments: Any, **options: Any) -> Any:
        return limit.shorten(format_value(*arguments, **options))

    formatter.format = format_shortened
    return limit
