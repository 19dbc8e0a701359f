"""What judging an answer found, as one frozen value of facts. How a person reads it is for `feedback`."""

from dataclasses import dataclass, field
from typing import Any, Literal

Status = Literal["right", "wrong", "not attempted", "stopped"]
Kind = Literal["right", "blank", "no function", "a class", "over a limit", "forbidden call", "error", "broken law"]


@dataclass(frozen=True)
class Verdict:
    """The facts of one check: what kind of finding, which law, the evidence, the known mistake, the line.

    `course_lib.exercises.judge` adds the `message`, the whole feedback as plain text; the engine leaves it empty.
    """

    id: str
    status: Status
    message: str = ""
    score: float = 0.0  # 0 to 1, the weighted share of laws kept; 1 only when right
    mistake: str | None = None  # the name of the known mistake it behaves like
    law: str | None = None  # the first broken law
    kind: Kind = "broken law"
    reason: str = ""  # by kind: what was handed over, which limit, what was called, the error, what the law says
    numbers_say_it: bool = False  # the numbers below show by themselves what broke
    seconds: float = 0.0  # the limit of time that was set
    trials: int = 0  # sets of inputs that were tried
    kept: tuple[str, ...] = ()  # laws that held in every trial
    broken: tuple[str, ...] = ()
    line: str = ""  # the learner's line an error came from
    printed: str = ""  # what the function printed
    inputs: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)  # the smallest counter-example
    yours: Any = field(default=None, compare=False, repr=False)
    expected: Any = field(default=None, compare=False, repr=False)
    where: tuple[int, ...] | None = field(default=None, compare=False, repr=False)  # the entry that shows it

    @property
    def right(self) -> bool:
        """Is the answer right?"""
        return self.status == "right"
