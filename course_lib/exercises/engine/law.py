"""What a law is: a sentence that holds for every right answer, and a test that shows where it does not."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True)
class Broken:
    """How a law was broken: a sentence, and the numbers that show it (default: yours and the expected result)."""

    message: str
    yours: Any = None
    expected: Any = None
    where: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Law:
    """A named law. Weight 0 makes it a gate: nothing counts while it is broken."""

    name: str
    weight: float
    test: Callable[[Any], Broken | None]  # of a Call
    about_values: bool = False  # compares with the reference, so a constant answer cannot keep it by luck

    def __call__(self, call: Any) -> Broken | None:
        return self.test(call)

    def worth(self, weight: float) -> "Law":
        """The same law with another weight."""
        return replace(self, weight=weight)


def law(name: str, weight: float = 1.0) -> Callable[[Callable[[Any], Broken | None]], Law]:
    """Make a function a law: it receives a Call and gives None, or what is Broken."""
    return lambda test: Law(name, weight, test)
