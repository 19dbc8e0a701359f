"""A progress bar in bytes: redrawn in a terminal, a few readable lines in a log."""

import sys
import time
from typing import TextIO


class Meter:
    """Shows how much of `total` bytes has come, and how long the rest will take."""

    def __init__(self, label: str, total: int, stream: TextIO | None = None) -> None:
        self.label, self.total = label, max(total, 1)
        self.stream = stream or sys.stdout
        self.live = self.stream.isatty()
        self.begun = self.last = time.monotonic()
        self.done = self.quarters = 0
        self._put(f"{label}: {total / 1e6:.1f} MB to fetch")

    def update(self, done: int) -> None:
        """Tell it how many bytes are there now."""
        self.done = max(self.done, min(done, self.total))  # never back: a finished download moves to another folder
        now, part = time.monotonic(), self.done / self.total
        if not self.live and int(part * 4) == self.quarters and now - self.last < 10:
            return  # a log gets a line a quarter, and one every ten seconds
        self.last, self.quarters = now, int(part * 4)
        left = (now - self.begun) * (1 - part) / part if part > 0 else None
        rest = "" if left is None or part == 1 else f", about {left:.0f} s left"
        bar = "#" * int(20 * part)
        self._put(f"{self.label}: [{bar:<20}] {self.done / 1e6:.1f} of {self.total / 1e6:.1f} MB{rest}")

    def end(self, how: str) -> None:
        """The last word, on a line of its own."""
        self._put(f"{self.label}: {how} ({time.monotonic() - self.begun:.1f} s)")
        if self.live:
            self.stream.write("\n")

    def _put(self, text: str) -> None:
        self.stream.write(f"\r{text:<79}" if self.live else f"{text}\n")
        self.stream.flush()
