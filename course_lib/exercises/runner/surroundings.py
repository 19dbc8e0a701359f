"""The world a candidate runs in: what it prints is caught and capped, what it changes is put back."""

import builtins
import io
import random
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch

OUTPUT_LIMIT = 20_000  # characters
MEMORY_LIMIT = 2 * 2**30  # bytes beyond what the process already has


class TooMuchOutput(BaseException):
    """The function printed more than a check keeps."""


class Capped(io.TextIOBase):
    """A stream that keeps the first characters and refuses to take more than its limit."""

    def __init__(self, limit: int = OUTPUT_LIMIT) -> None:
        self.left = limit
        self.kept: list[str] = []

    def writable(self) -> bool:
        """It is written to."""
        return True

    def write(self, text: str) -> int:
        """Keep what still fits."""
        piece = str(text[: max(self.left, 0)])
        size = len(text)
        self.left -= size
        self.kept.append(piece)
        if self.left < 0:
            del text  # or the traceback would keep a gigabyte alive
            raise TooMuchOutput
        return size

    @property
    def text(self) -> str:
        """What was kept."""
        return "".join(self.kept)

    @property
    def over(self) -> bool:
        """Was more written than fits?"""
        return self.left < 0


@contextmanager
def own_names() -> Iterator[None]:
    """Put Python's own functions back, should someone have given `sum` or `len` another meaning for everybody."""
    names = dict(vars(builtins))
    try:
        yield
    finally:
        vars(builtins).update(names)


@contextmanager
def caught_output(stream: Capped) -> Iterator[None]:
    """Send print and error output to the stream; the real ones come back whatever happens."""
    before = sys.stdout, sys.stderr, sys.unraisablehook
    sys.stdout = sys.stderr = stream
    sys.unraisablehook = bool  # takes what is raised in a destructor and says nothing; in C, so that no ring can hit it
    try:
        yield
    finally:
        sys.stdout, sys.stderr, sys.unraisablehook = before


def seed_world(seed: int) -> None:
    """The same chance for the candidate, the reference and the mistakes."""
    random.seed(seed)
    np.random.seed(seed)
    torch.default_generator.manual_seed(seed)


@contextmanager
def restored_world() -> Iterator[None]:
    """Leave random generators, torch's defaults and warning filters as they were."""
    chance = torch.get_rng_state(), np.random.get_state(), random.getstate()
    defaults = torch.get_default_dtype(), torch.is_grad_enabled(), sys.getrecursionlimit()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a check says what matters in words, and nothing on stderr
        try:
            yield
        finally:
            torch.set_default_dtype(defaults[0])
            torch.set_grad_enabled(defaults[1])
            sys.setrecursionlimit(defaults[2])
            torch.set_rng_state(chance[0])
            np.random.set_state(chance[1])
            random.setstate(chance[2])


@contextmanager
def limited_memory(extra: int = MEMORY_LIMIT) -> Iterator[None]:
    """Refuse to let the process grow by more than `extra` bytes (Linux; elsewhere there is no such limit)."""
    if not sys.platform.startswith("linux"):
        yield
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    with open("/proc/self/statm") as pages:  # noqa: PTH123 (read at every check: keep it quick)
        now = int(pages.read().split()[0]) * resource.getpagesize()
    wanted = now + extra if soft == resource.RLIM_INFINITY else min(soft, now + extra)
    resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
