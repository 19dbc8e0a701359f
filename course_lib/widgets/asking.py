"""What explorers with a text box share: the words go through the learner's own function, and the page shows the result.

The page counts its questions in `request`; `answered` follows, so that it can say when it waits for the kernel.
"""

from collections.abc import Callable
from typing import Any, ClassVar

import traitlets

from course_lib.errors import CourseError
from course_lib.widgets.publish import Explorer


class AskedExplorer(Explorer):
    """An explorer that answers questions. Subclasses set `_ask` and say what it returns (`answers`), and take it in."""

    answers: ClassVar[type]

    question = traitlets.Unicode("").tag(sync=True)
    request = traitlets.Int(0).tag(sync=True)  # counts questions; `answered` follows it
    answered = traitlets.Int(0).tag(sync=True)
    trouble = traitlets.Unicode("").tag(sync=True)

    _ask: Callable[[str], Any] | None = None

    def _take(self, found: Any) -> None:
        """Show a new answer."""
        raise NotImplementedError(f"{type(self).__name__} has to take an answer in")

    @traitlets.observe("request")
    def _answer(self, change: Any) -> None:
        """Run the learner's `ask` on the text typed into the page, and send what came of it in one message."""
        if self._ask is None or change["new"] == self.answered:
            return
        with self.hold_sync():
            try:
                found = self._ask(self.question)
                if not isinstance(found, self.answers):
                    name = self.answers.__name__
                    article = "an" if name[0] in "AEIOU" else "a"
                    raise CourseError(f"ask gave {type(found).__name__} back; it should return {article} {name}(...)")
                self._take(found)
                self.trouble = ""
            except (CourseError, ValueError) as error:
                self.trouble = str(error)
            except Exception as error:  # noqa: BLE001  the learner's own code: the page says what went wrong
                self.trouble = f"{type(error).__name__}: {error}"
            self.answered = change["new"]

    def try_text(self, text: str) -> None:
        """What typing `text` into the page does."""
        self.question = text
        self.request += 1
