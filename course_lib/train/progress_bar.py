"""A progress line for wherever it is read: a terminal, a notebook, or a log file."""

import sys
import time
from types import TracebackType
from typing import Any

from tqdm import tqdm


class ProgressBar:
    """Say how far a long job is.

    A terminal gets tqdm's bar. A notebook gets one line that is rewritten in place and stays as one line in the file.
    A log, which nobody can rewrite, gets a line for every tenth of the way. All go to stdout: stderr means trouble.
    """

    def __init__(self, total: int, title: str, already: int = 0) -> None:
        self.total, self.title, self.already = total, title, already
        self.done = already
        self.started = self.last_shown = time.perf_counter()
        self.kind = _where()
        self.bar = tqdm(total=total, initial=already, desc=title, file=sys.stdout) if self.kind == "terminal" else None
        self.handle: Any = None

    def __enter__(self) -> "ProgressBar":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if self.bar is not None:
            self.bar.close()
        elif self.done < self.total or self.kind == "notebook":
            self._say(final=True)

    def advance(self, note: str = "") -> None:
        """Count one step; `note` says how it goes, for example the loss."""
        self.done += 1
        self.note = note
        if self.bar is not None:
            self.bar.set_postfix_str(note, refresh=False)
            self.bar.update()
        elif self.kind == "notebook":
            if time.perf_counter() - self.last_shown > 0.3:
                self._say()
        elif self.done * 10 // self.total > (self.done - 1) * 10 // self.total:
            self._say()

    note = ""

    def line(self) -> str:
        """Say the state in words, with an estimate of the time that is left."""
        spent = time.perf_counter() - self.started
        fresh = self.done - self.already
        left = spent / fresh * (self.total - self.done) if fresh else 0.0
        when = f"{left:.0f} s left" if self.done < self.total else f"{spent:.0f} s"
        return " · ".join(part for part in (f"{self.title} {self.done}/{self.total}", self.note, when) if part)

    def _say(self, final: bool = False) -> None:
        self.last_shown = time.perf_counter()
        if self.kind == "log":
            print(self.line() + (" · stopped here" if final else ""), flush=True)
            return
        from IPython.display import display

        shown = {"text/plain": self.line()}
        if self.handle is None:
            self.handle = display(shown, raw=True, display_id=True)
        else:
            self.handle.update(shown, raw=True)


def _where() -> str:
    """`notebook`, `terminal` or `log`."""
    shell = sys.modules.get("IPython")
    current = shell.get_ipython() if shell is not None else None
    if current is not None and hasattr(current, "kernel"):
        return "notebook"
    return "terminal" if sys.stdout.isatty() else "log"
