"""Progress as a file to carry: one JSON text with a version and a checksum, and the union of two of them.

A record is what happened at one moment: an attempt, an answer, a review. Together, two machines have the union of what
happened on each, and of hints seen the larger count. So it makes no difference which is brought to which, in what
order, or how often.
"""

import hashlib
import json
import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from course_lib.errors import CourseError

FORMAT, VERSIONS = "neural-architectures progress", (1, 2)  # 2: with predictions, which an older course would drop
Row = tuple[Any, ...]
ITEM = re.compile(r"w\d\d\.[a-z][a-z0-9_]*")
PREDICTION = re.compile(r"w\d\d\.\d+[a-z]?")
STATUSES = ("right", "wrong", "not attempted", "stopped")


@dataclass(frozen=True)
class Records:
    """attempts (exercise, at, status, score, mistake), answers (question, at, chosen, right), reviews (item, at, seed,
    right), predictions (prediction, at, `guess` or `outcome`, value as JSON), and how many hints were seen of each
    exercise; `at` in seconds since 1970."""

    attempts: frozenset[Row] = frozenset()
    answers: frozenset[Row] = frozenset()
    reviews: frozenset[Row] = frozenset()
    hints: dict[str, int] = field(default_factory=dict)
    predictions: frozenset[Row] = frozenset()

    def __or__(self, other: "Records") -> "Records":
        """Both together."""
        items = self.hints.keys() | other.hints.keys()
        return Records(
            self.attempts | other.attempts,
            self.answers | other.answers,
            self.reviews | other.reviews,
            {item: max(self.hints.get(item, 0), other.hints.get(item, 0)) for item in items},
            self.predictions | other.predictions,
        )

    def of(self, items: set[str]) -> "Records":
        """What concerns these exercises, questions and predictions alone."""
        every = (self.attempts, self.answers, self.reviews, self.predictions)
        attempts, answers, reviews, predictions = (frozenset(row for row in rows if row[0] in items) for rows in every)
        hints = {item: seen for item, seen in self.hints.items() if item in items}
        return Records(attempts, answers, reviews, hints, predictions)

    def __len__(self) -> int:
        return sum(map(len, (self.attempts, self.answers, self.reviews, self.hints, self.predictions)))


def as_text(records: Records) -> str:
    """The records as JSON; the same records give the same bytes."""
    content: dict[str, Any] = {
        name: sorted(([*row] for row in getattr(records, name)), key=repr)
        for name in ("attempts", "answers", "reviews")
    }
    content["hints"] = dict(sorted(records.hints.items()))
    if records.predictions:
        content["predictions"] = sorted(([*row] for row in records.predictions), key=repr)
    made = {"format": FORMAT, "version": VERSIONS["predictions" in content], "checksum": checksum(content), **content}
    return json.dumps(made, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def checksum(content: dict[str, Any]) -> str:
    """A name for exactly this content."""
    plain = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(plain.encode()).hexdigest()


def read_text(data: bytes, name: str) -> Records:
    """The records in a file's content. Raises CourseError that says what is wrong with the file called `name`."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise CourseError(f"{name} cannot be read as JSON: it is damaged, or no exported progress ({error})") from error
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise CourseError(f"{name} is no exported progress of this course; `course progress --export FILE` makes one")
    if found.get("version") not in VERSIONS:
        raise CourseError(
            f"{name} is of version {found.get('version')!r}, and this course reads versions 1 and 2: "
            "bring the course up to date on this machine, then import it again"
        )
    content = {key: value for key, value in found.items() if key not in ("format", "version", "checksum")}
    if found.get("checksum") != checksum(content):
        raise CourseError(f"{name} is damaged or was edited: its checksum does not fit. Export it again")
    try:
        rows = {part: _rows(content[part], fits) for part, fits in SHAPES.items()}
        predictions = _rows(content.get("predictions", []), PREDICTED)
        hints = {_fits(item, _is_item): _fits(seen, _is_count) for item, seen in content["hints"].items()}
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise CourseError(f"{name} holds what no progress is made of: {error}") from error
    return Records(rows["attempts"], rows["answers"], rows["reviews"], hints, predictions)


def _rows(values: Any, shape: tuple[Callable[[Any], bool], ...]) -> frozenset[Row]:
    if not isinstance(values, list):
        raise TypeError(f"{values!r:.60} where a list should stand")
    made = []
    for row in values:
        if not isinstance(row, list) or len(row) != len(shape):
            raise TypeError(f"{row!r:.60} where a row of {len(shape)} should stand")
        made.append(tuple(_fits(value, fits) for value, fits in zip(row, shape, strict=True)))
    return frozenset(made)


def _fits(value: Any, fits: Callable[[Any], bool]) -> Any:
    if not fits(value):
        raise ValueError(f"{value!r:.60}")
    return value


def _is_item(value: Any) -> bool:
    return isinstance(value, str) and ITEM.fullmatch(value) is not None


def _is_time(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and abs(value) < 1e11


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31


def _is_flag(value: Any) -> bool:
    return _is_count(value) and value in (0, 1)


def _is_score(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and len(value) < 10_000


def _is_json(value: Any) -> bool:
    try:
        return _is_text(value) and isinstance(json.loads(value), float | int | str | list)
    except ValueError:
        return False


SHAPES: dict[str, tuple[Callable[[Any], bool], ...]] = {
    "attempts": (_is_item, _is_time, STATUSES.__contains__, _is_score, lambda value: value is None or _is_text(value)),
    "answers": (_is_item, _is_time, _is_text, _is_flag),
    "reviews": (_is_item, _is_time, _is_count, _is_flag),
}
PREDICTED: tuple[Callable[[Any], bool], ...] = (
    lambda value: isinstance(value, str) and PREDICTION.fullmatch(value) is not None,
    _is_time,
    ("guess", "outcome").__contains__,
    _is_json,
)
