"""What a check found, as one frozen value."""

from dataclasses import dataclass, field
from typing import Any, Literal

Status = Literal["right", "wrong", "not attempted", "stopped"]


@dataclass(frozen=True)
class Verdict:
    """The answer to one check. `message` is the whole feedback as plain text; a face may draw it more richly."""

    id: str
    status: Status
    message: str
    score: float = 0.0  # 0 to 1, the weighted share of laws kept; 1 only when right
    mistake: str | None = None  # the name of the known mistake it behaves like
    law: str | None = None  # the first broken law
    words: str = ""  # the message without its numbers
    nudge: str = ""  # what to think about next
    kept: tuple[str, ...] = ()  # laws that held in every trial
    broken: tuple[str, ...] = ()
    line: str = ""  # the learner's line an error came from
    printed: str = ""  # the first lines the function printed
    inputs: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)  # the smallest counter-example
    yours: Any = field(default=None, compare=False, repr=False)
    expected: Any = field(default=None, compare=False, repr=False)
    where: tuple[int, ...] | None = field(default=None, compare=False, repr=False)  # the entry that shows it

    @property
    def right(self) -> bool:
        """Is the answer right?"""
        return self.status == "right"
