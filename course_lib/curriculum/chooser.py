"""Which weeks fit a question: five answers in, at most three weeks out, each with one sentence of reason.

The advice itself is a table, `assets/chooser.toml`; a page holds it as JSON (`as_json`) and follows the same rule:

1. The five answers are five tags: shape, size, symmetry, task, budget, in this order.
2. A week fits when its `weights` name the shape and the task, and none of the five tags is among its `never`.
3. Its score is the sum of its weights for the five tags (a tag without a weight counts 0); it must be above 0.
4. Weeks are ordered by score, the largest first; of two equal scores the earlier week comes first.
5. At most `most` (3) are named, and only those with at least half the score of the first.
6. A sentence is picked from a list of rows: the first whose `when` tags are all among the five. So each week gets its
   reason, and the question its baseline. Of the notes all that fit are said, in their order.
"""

import tomllib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from course_lib.curriculum.weeks import WEEKS
from course_lib.errors import CourseError
from course_lib.paths import course_home, repo_root

Row = dict[str, Any]
TABLE: Row = tomllib.loads((Path(__file__).parents[1] / "assets" / "chooser.toml").read_text(encoding="utf-8"))
QUESTIONS: list[Row] = TABLE["questions"]


class Answers(NamedTuple):
    """A tag for each of the five questions; `QUESTIONS` lists which there are."""

    shape: str
    size: str
    symmetry: str
    task: str
    budget: str


@dataclass(frozen=True)
class Suggestion:
    """A week that fits: its score, why, and whether it is written already."""

    id: str
    score: int
    reason: str
    written: bool

    def as_text(self) -> str:
        """`Week 12 (Graph networks), Who touches whom: Atoms and bonds ...`"""
        week, planned = WEEKS[self.id], "" if self.written else ", planned, not written yet"
        return f"Week {int(week.id[1:])} ({week.spoken}{planned}), {week.title}: {self.reason}"


@dataclass(frozen=True)
class Advice:
    """The simplest thing to beat, the weeks that fit, the best first, and what else to bear in mind."""

    baseline: str
    weeks: tuple[Suggestion, ...]
    notes: tuple[str, ...]

    def as_text(self) -> str:
        """All of it in plain lines."""
        named = (f"{number}. {week.as_text()}" for number, week in enumerate(self.weeks, 1))
        return "\n".join([self.baseline, *named, *self.notes])


def advise(answers: Answers, written: Collection[str] | None = None) -> Advice:
    """Follow the rule above.

    written   ids of the weeks that exist; None: those on this disk
    Raises CourseError for an answer that is not one of the question's.
    """
    for question, tag in zip(QUESTIONS, answers, strict=True):
        if tag not in question["answers"]:
            known = ", ".join(repr(each) for each in question["answers"])
            raise CourseError(f"{tag!r} is no answer to {question['name']}; there are {known}")
    here = written_weeks() if written is None else written
    fitting = [(score(rule, answers), rule) for rule in TABLE["rules"] if fits(rule, answers)]
    ordered = sorted((pair for pair in fitting if pair[0] > 0), key=lambda pair: (-pair[0], pair[1]["week"]))
    best = [(points, rule) for points, rule in ordered if 2 * points >= ordered[0][0]][: TABLE["most"]]
    weeks = [
        Suggestion(rule["week"], points, pick(rule["reasons"], answers), rule["week"] in here) for points, rule in best
    ]
    notes = (row["says"] for row in TABLE["notes"] if set(row["when"]) <= set(answers))
    return Advice(pick(TABLE["baselines"], answers), tuple(weeks), tuple(notes))


def fits(rule: Row, answers: Answers) -> bool:
    """Whether a week has to do with such data and such a task at all."""
    return {answers.shape, answers.task} <= set(rule["weights"]) and not set(answers) & set(rule["never"])


def score(rule: Row, answers: Answers) -> int:
    """The sum of a week's weights for the five tags."""
    return sum(rule["weights"].get(tag, 0) for tag in answers)


def pick(rows: Iterable[Row], answers: Answers) -> str:
    """The first sentence that fits. Every list ends with one that always does."""
    return next(str(row["says"]) for row in rows if set(row["when"]) <= set(answers))


def written_weeks(folder: Path | None = None) -> set[str]:
    """Ids of the weeks whose lecture lies in a folder; without one: in the course, or else in the learner's folder."""
    root = repo_root()
    place = folder or (root / "lectures" if root else course_home())
    return {week.id for week in WEEKS.values() if (place / week.folder / "lecture.ipynb").is_file()}


def as_json(written: Collection[str] | None = None) -> dict[str, Any]:
    """Everything the rule needs, in plain JSON values, for a page that has no Python."""
    here = written_weeks() if written is None else written
    weeks = {
        week.id: {
            "number": int(week.id[1:]),
            "name": week.spoken,
            "title": week.title,
            "folder": week.folder,
            "written": week.id in here,
        }
        for week in WEEKS.values()
    }
    return {**TABLE, "weeks": weeks}
