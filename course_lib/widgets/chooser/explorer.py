"""The chooser of weeks in a notebook: five questions, and the answer in plain words as soon as one of them changes.

The whole table travels once, and chooser.js follows the rule that `course_lib/curriculum/chooser.py` states, so that
the chooser answers without a kernel, too. `describe()` says what the page says, word for word.
"""

import html
from collections.abc import Collection

import traitlets

from course_lib.curriculum.chooser import QUESTIONS, Answers, advise, as_json, written_weeks
from course_lib.widgets.kit.explorer import Explorer

MOLECULES = Answers("graph", "hundreds", "permutation", "number", "minutes")


class WeekChooser(Explorer):
    """Which week do I need? Raises CourseError when an answer is not one of its question's.

    answers   a tag for each question: shape, size, symmetry, task, budget
    written   ids of the weeks that exist; None: those on this disk
    """

    answers = traitlets.List(traitlets.Unicode()).tag(sync=True)

    def __init__(self, answers: Answers = MOLECULES, written: Collection[str] | None = None) -> None:
        self.written = frozenset(written_weeks() if written is None else written)
        advise(Answers(*answers), self.written)  # a wrong answer is told now
        super().__init__(data=as_json(self.written), answers=list(answers))

    @traitlets.validate("answers")
    def _known(self, proposal: traitlets.Bunch) -> list[str]:
        advise(Answers(*proposal["value"]), self.written)
        return list(proposal["value"])

    def describe(self) -> str:
        """The advice: what to try first, the weeks, and what to bear in mind."""
        return advise(Answers(*self.answers), self.written).as_text()

    def asked(self) -> str:
        """The questions with their answers, a line for each."""
        pairs = zip(QUESTIONS, self.answers, strict=True)
        return "\n".join(f"{question['asks']} {question['answers'][tag]}" for question, tag in pairs)

    def stand_ins(self) -> dict[str, str]:
        """Questions and advice as text, for readers without a kernel; there is no picture that could say more."""
        questions, advice = self.asked().splitlines(), self.describe().splitlines()
        rows = "".join(f"<li>{html.escape(line)}</li>" for line in questions)
        lines = "".join(f"<p>{html.escape(line)}</p>" for line in advice)
        return {"text/html": f"<ul>{rows}</ul>{lines}", "text/plain": "\n".join([*questions, "", *advice])}
