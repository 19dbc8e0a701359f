"""A cell that prints without end is stopped, and the notebook lives on."""

import sys
import threading
from collections.abc import Callable
from typing import Any

LIMIT = 1_000_000  # characters a cell may print
SHOWN = 2_000  # of a single write that is too long, this much is still shown


class TooMuchOutput(BaseException):
    """Raised in a cell that prints more than `LIMIT`. Not an `Exception`: `except Exception` must not keep it going."""

    def __init__(self) -> None:
        super().__init__(
            f"This cell printed more than {LIMIT // 1_000_000} MB, so it was stopped here. Nothing is lost: "
            "your variables are all there. Print fewer lines, or look at one value: x[:10], x.shape."
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

    def reset(self, *_: object) -> None:
        """Forget what the last cell wrote."""
        self.written = 0
        self.stopped = False

    def guard(self, write: Callable[[Any, str], Any]) -> Callable[[Any, str], Any]:
        """Wrap a stream class's `write`: the cell itself is stopped, whatever prints beside it falls silent."""

        def limited(stream: Any, text: str) -> Any:
            size = len(text)
            if self.written + size <= self.limit:
                self.written += size
                return write(stream, text)
            if not self.stopped:
                write(stream, text[: min(SHOWN, self.limit - self.written)] + "\n[...]\n")
                self.stopped = True
            del text  # or the traceback would keep a gigabyte alive
            if threading.current_thread() is threading.main_thread():
                raise TooMuchOutput
            return size

        return limited

    def shorten(self, shown: Any) -> Any:
        """Cut the text of a value that would choke the page; `shown` is what IPython's formatter returns."""
        data = shown[0]
        text = data.get("text/plain")
        if isinstance(text, str) and len(text) > self.limit:
            data["text/plain"] = f"{text[:SHOWN]}\n[... {len(text):,} characters; the rest is not shown]"
        return shown


def install(shell: Any) -> OutputLimit:
    """Limit what each cell of this IPython shell prints or shows. A second call returns the first one's limit.

    The kernel's stream class is changed rather than its two streams: IPython puts a `write` of its own on the streams
    for the length of a cell, and what it puts back afterwards would not be ours.
    """
    known: OutputLimit | None = getattr(shell, "course_output_limit", None)
    if known is not None:
        return known
    limit = shell.course_output_limit = OutputLimit()
    kernel_streams = sys.modules.get("ipykernel.iostream")
    if kernel_streams is not None:  # a terminal scrolls, and needs no limit
        kernel_streams.OutStream.write = limit.guard(kernel_streams.OutStream.write)
    formatter = shell.display_formatter
    format_value = formatter.format

    def format_shortened(*arguments: Any, **options: Any) -> Any:
        return limit.shorten(format_value(*arguments, **options))

    formatter.format = format_shortened
    shell.events.register("pre_run_cell", limit.reset)
    return limit
