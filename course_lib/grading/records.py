"""What the parts of grading hand to one another: plain, frozen records that go to JSON and come back unchanged."""

import functools
import json
from dataclasses import dataclass, field

from course_lib.grading.plain_records import fields_of


@dataclass(frozen=True)
class Student:
    """One line of the roster. `id` names the student everywhere; `aliases` are other names that files may carry."""

    id: str
    name: str = ""
    email: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Submission:
    """What one student handed in for one week, or that nothing came."""

    student: str
    week: str
    file: str = ""  # below the class folder, with forward slashes; "" when there is none
    sha256: str = ""
    when: str = ""  # ISO 8601 with a time zone; "" when nobody knows
    days_late: float = 0.0
    keeps: float = 1.0  # the share of the marks that the late policy leaves
    problem: str = ""  # why there is nothing to mark: "nothing was handed in", "not a notebook: ..."


@dataclass(frozen=True)
class QuestionMark:
    """What one question earned and why. Nothing here holds hidden inputs or expected values."""

    exercise: str  # w07.banded
    grade_id: str  # the grade cell's id in the gradebook
    title: str
    points: float  # earned, before any late policy
    out_of: float
    status: str  # right, wrong, not attempted, stopped
    reason: str  # one or two sentences, safe to show to the student
    mistake: str = ""  # the known mistake it behaves like
    cause: str = ""  # what that mistake is, in a sentence
    nudge: str = ""
    law: str = ""  # the first broken law
    kept: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()
    line: str = ""  # the student's own line where it happened


@dataclass(frozen=True)
class WrittenQuestion:
    """A question that a person marks by hand."""

    grade_id: str
    title: str
    out_of: float
    answered: bool  # does the cell differ from the one that was handed out?
    sha256: str = ""  # of the answer's text, so that a hand mark is looked at again when the answer changes


@dataclass(frozen=True)
class Provenance:
    """Everything a mark depends on, so that it can be computed again."""

    course: str  # version
    exercises: dict[str, str] = field(default_factory=dict)  # id -> version (a hash of its definition)
    seed: int = 0
    libraries: dict[str, str] = field(default_factory=dict)  # python, torch, numpy
    sandbox: str = ""  # "bubblewrap + namespaces + seccomp", "none (trusted)"


@dataclass(frozen=True)
class Marked:
    """One submission with its marks."""

    student: str
    week: str
    sha256: str
    questions: tuple[QuestionMark, ...]
    written: tuple[WrittenQuestion, ...] = ()
    provenance: Provenance = field(default_factory=lambda: Provenance(""))
    problem: str = ""  # why nothing could be marked; every question then has 0 points
    remarks: tuple[str, ...] = ()  # what the student should know: a cell that did not run, a name never defined
    seconds: float = 0.0  # what marking took
    when: str = ""  # handed in, as in Submission
    days_late: float = 0.0
    keeps: float = 1.0

    @property
    def points(self) -> float:
        """Earned by the questions that are marked here, before the late policy."""
        return round(sum(each.points for each in self.questions), 2)

    @property
    def out_of(self) -> float:
        """What these questions are worth together."""
        return sum(each.out_of for each in self.questions)

    @functools.cached_property
    def text(self) -> str:
        """All of it as JSON on one line: equal for equal marks."""
        return json.dumps(self, default=fields_of)  # as `json.dumps(as_json(self))`, in half the time
