"""What an exercise is, once it is declared."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from course_lib.exercises.engine.law import Law
from course_lib.exercises.engine.mistakes import Mistake


@dataclass(frozen=True)
class Exercise:
    """One idea to write down in a few lines, and everything needed to judge an answer."""

    id: str
    title: str
    about: str  # the class docstring: what must hold
    notebook: str  # "lecture" or "homework"
    section: str
    function: str  # what the notebook calls the answer
    points: float
    minutes: int
    difficulty: int  # 1 to 5
    importance: int  # 1 to 5
    reference: Callable[..., Any]
    inputs: Callable[..., dict[str, Any]]
    laws: tuple[Law, ...]  # gates first; a gate weighs 0 and must hold before anything counts
    mistakes: dict[str, Mistake] = field(default_factory=dict)
    hints: tuple[str, ...] = ()
    forbid: tuple[str, ...] = ()  # dotted names that may not be called
    returns: tuple[str, ...] = ()  # what the parts of the result are called in messages
    seconds: float | None = None  # time for one check; None = the course's default
    trials: int = 2  # full-size trials after the tiny one
    open_book: bool = False  # True: the answer may call the library's reference
    use: Callable[..., Any] | None = None  # use(candidate, **inputs) -> result, where calling it is not enough
    answer: Callable[..., Any] | None = None  # whose source `solution` shows; None = the reference

    @property
    def week(self) -> str:
        """The week its id begins with: `w07`."""
        return self.id.split(".")[0]

    def facts(self) -> dict[str, Any]:
        """Plain values for tables and JSON."""
        plain = ("id", "week", "notebook", "section", "title", "points", "difficulty", "importance", "minutes")
        return {name: getattr(self, name) for name in plain} | {
            "laws": [law.name for law in self.laws],
            "mistakes": list(self.mistakes),
            "forbid": list(self.forbid),
            "hints": len(self.hints),
        }
