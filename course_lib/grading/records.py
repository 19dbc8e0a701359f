"""What the parts of grading hand to one another: plain, frozen records that go to JSON and come back unchanged."""

import functools
import json
import types
import typing
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, TypeVar

from course_lib.errors import CourseError

Record = TypeVar("Record")


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
        return json.dumps(self, default=_fields)  # as `json.dumps(as_json(self))`, in half the time


def as_json(record: Any) -> dict[str, Any]:
    """A record as plain values; what `dataclasses.asdict` gives, in a fraction of the time."""
    return {name: _plain(value) for name, value in _fields(record).items()}


def _plain(value: Any) -> Any:
    if type(value) in (str, float, int, bool):
        return value
    if isinstance(value, (tuple, list)):
        return type(value)(_plain(item) for item in value)
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return as_json(value) if is_dataclass(value) else value


def _fields(record: Any) -> dict[str, Any]:
    """The values of a record by name, as they are."""
    return {name: getattr(record, name) for name in hints_of(record.__class__)}


def from_json(kind: type[Record], data: Any) -> Record:
    """The record these values came from. Raises CourseError for what is no such record."""
    if not is_dataclass(kind) or not isinstance(data, dict):
        raise CourseError(f"a {kind.__name__} is kept as an object of named values; got {type(data).__name__}")
    hints = hints_of(kind)
    if unknown := data.keys() - hints.keys():
        known = ", ".join(sorted(hints))
        raise CourseError(f"a {kind.__name__} has no {', '.join(sorted(unknown))}; it has {known}")
    try:
        return kind(**{name: v if type(v) is (hint := hints[name]) else _value(hint, v) for name, v in data.items()})
    except TypeError as error:
        raise CourseError(f"this is no complete {kind.__name__}: {error}") from None


@functools.cache
def hints_of(kind: type) -> dict[str, Any]:
    """The type of each field, by its name; looked up once, since Python takes its time over it."""
    hints = typing.get_type_hints(kind)
    return {each.name: hints[each.name] for each in fields(kind)}


def _value(hint: Any, value: Any) -> Any:
    origin, inner = _shape(hint)
    if origin is tuple:
        return tuple([item if type(item) is inner else _value(inner, item) for item in value])
    if origin is dict:
        return dict(value)
    if origin is Record:
        return from_json(hint, value)
    if isinstance(hint, type) and not isinstance(hint, types.GenericAlias) and value is not None:
        if hint is float and type(value) is int:
            return float(value)
        if not isinstance(value, hint):
            raise CourseError(f"{value!r} should be of type {hint.__name__}")
    return value


@functools.cache
def _shape(hint: Any) -> tuple[Any, Any]:
    """What a type is made of: (tuple, its items' type), (dict, None), (Record, None), or (None, None)."""
    if is_dataclass(hint):
        return Record, None
    origin = typing.get_origin(hint)
    return origin, typing.get_args(hint)[0] if origin is tuple else None
