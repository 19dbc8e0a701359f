"""What the contract tests want to know of an explorer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from course_lib.widgets.kit.explorer import Explorer


@dataclass(frozen=True)
class Entry:
    """One explorer.

    folder    its name in course_lib/widgets
    make      one of moderate size
    labelled  one whose texts are those that are given, seven of them: they look like HTML, are long, run to the left
    choices   traits, and values of each to walk through
    several   two or more things to choose among, or None; the trait `which` chooses
    plays     the trait that Play moves, or ""
    asks      one with a text box, (ask) -> explorer, or None; `answer` gives what it takes
    slow      whether bytes are unpacked bit by bit, so that another thing may be chosen meanwhile
    root      the class of a view, where it is not the folder's name
    """

    folder: str
    make: Callable[[], Explorer]
    labelled: Callable[[Sequence[str]], Explorer]
    choices: dict[str, Sequence[Any]]
    several: Callable[[], Explorer] | None = None
    which: str = ""
    plays: str = ""
    asks: Callable[[Callable[[str], Any]], Explorer] | None = None
    answer: Callable[[str], Any] | None = None
    slow: bool = False
    root: str = ""

    @property
    def view(self) -> str:
        """The selector of a view."""
        return f".course-explorer.{self.root or self.folder.replace('_', '-')}"

    def __str__(self) -> str:
        return self.folder
