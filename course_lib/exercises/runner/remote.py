"""An answer that lives in another process: judging asks it what elsewhere is read from a function's own code."""

from typing import Any, Literal

Stands = Literal["", "blank", "leftover"]


class RemoteAnswer:
    """Something to be called like the answer it stands for. Graders make a subclass that really asks."""

    is_class = False  # is the answer a class?
    is_blank = False  # is its body still empty?

    def __call__(self, *args: Any, **options: Any) -> Any:
        """Ask the answer."""
        raise NotImplementedError

    def line_of(self, error: BaseException) -> str:
        """Where in the answer the error happened: `line 3: scores = q @ k`, or ""."""
        raise NotImplementedError

    def stands(self, error: BaseException) -> Stands:
        """Is the error the notebook's own `raise NotImplementedError`, on a blank or left below finished work?"""
        raise NotImplementedError


class Unreadable:
    """A result that did not arrive, and why: it stands in its place."""

    def __init__(self, why: str) -> None:
        self.why = why
