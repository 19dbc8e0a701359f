"""What a class's marks say, counted once, for the page and for the terminal."""

import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from course_lib.errors import CourseError
from course_lib.grading.records import Marked, QuestionMark, Student
from course_lib.grading.reports.totals import Hand, total

BINS = 10


@dataclass(frozen=True)
class QuestionFacts:
    """One question over all submissions that could be read."""

    title: str
    out_of: float
    mean: float
    answers: int  # submissions that have this question
    right: int
    partly: int  # wrong, with some points
    wrong: int  # wrong, with none
    stopped: int
    blank: int
    named: int  # wrong answers that behave like a known mistake
    seen: int  # different known mistakes
    known: int  # known mistakes there are; 0 when the catalogue does not say


@dataclass(frozen=True)
class LawFacts:
    """One law of one question: how many of those who tried broke it, and for how many it was the first to break."""

    title: str
    law: str
    broken: int
    first: int
    tried: int


@dataclass(frozen=True)
class ClassFacts:
    """A class's homework in numbers."""

    week: str
    students: int
    points: tuple[float, ...]  # of every submission that could be read, late policy applied
    out_of: float
    bins: tuple[int, ...]  # submissions with 0 to 10% of the points, 10 to 20%, ..., 90 to 100%
    questions: tuple[QuestionFacts, ...]
    laws: tuple[LawFacts, ...]  # hardest first
    mistakes: tuple[tuple[str, str, int], ...]  # title, mistake, how often; commonest first
    without: tuple[tuple[str, str], ...]  # student, why there is nothing to mark
    stopped: tuple[tuple[str, str], ...]  # student, question
    late: tuple[tuple[str, float, float], ...]  # student, days, what the policy leaves
    waiting: int  # students with written answers that nobody has marked

    @property
    def mean(self) -> float:
        """Mean points of those handed in; 0 when there are none."""
        return statistics.fmean(self.points) if self.points else 0.0

    @property
    def quartiles(self) -> tuple[float, float, float]:
        """A quarter, half and three quarters of those handed in have at most so much."""
        if len(self.points) < 2:
            return (*self.points, *self.points, *self.points) or (0.0, 0.0, 0.0)  # type: ignore[return-value]
        low, middle, high = statistics.quantiles(self.points, n=4, method="inclusive")
        return low, middle, high


def count_class(
    marked: Iterable[Marked],
    students: Iterable[Student],
    catalogue: Sequence[Mapping[str, Any]] = (),
    hands: Mapping[str, Hand] | None = None,
) -> ClassFacts:
    """Count. catalogue: what `course exercises --json` lists; without it nobody knows how many mistakes are known.

    A student of the roster without marks counts as one without a submission.
    Raises CourseError for marks of several weeks.
    """
    found, hands, roster = list(marked), hands or {}, list(students)
    if len(weeks := {each.week for each in found}) > 1:
        raise CourseError(f"a report is about one week; these are marks of {', '.join(sorted(weeks))}")
    names = {each.id: f"{each.name} ({each.id})" if each.name else each.id for each in roster}
    read = [each for each in found if not each.problem]
    totals = [total(each, hands.get(each.student)) for each in read]
    out_of = max((each.out_of for each in totals), default=0.0)
    absent = names.keys() - {each.student for each in found}
    without = [(each.student, each.problem) for each in found if each.problem]
    without += [(each.id, "not marked") for each in roster if each.id in absent]
    marks = [(each.student, one) for each in read for one in each.questions]
    known = {each["id"]: len(each["mistakes"]) for each in catalogue}
    return ClassFacts(
        week=next(iter(weeks), ""),
        students=len(names.keys() | {each.student for each in found}),
        points=tuple(each.final for each in totals),
        out_of=out_of,
        bins=_bins([each.final / out_of for each in totals] if out_of else []),
        questions=tuple(_question(group, known) for group in _by_question(one for _, one in marks)),
        laws=tuple(_laws(_by_question(one for _, one in marks))),
        mistakes=tuple(
            (title, name, count)
            for (title, name), count in Counter(
                (one.title, one.mistake) for _, one in marks if one.mistake
            ).most_common()
        ),
        without=tuple((names.get(student, student), why) for student, why in without),
        stopped=tuple((names.get(who, who), one.title) for who, one in marks if one.status == "stopped"),
        late=tuple((names.get(m.student, m.student), m.days_late, m.keeps) for m in read if m.days_late > 0),
        waiting=sum(each.waiting > 0 for each in totals),
    )


def _bins(shares: Iterable[float]) -> tuple[int, ...]:
    counts = Counter(min(BINS - 1, max(0, int(share * BINS + 1e-9))) for share in shares)
    return tuple(counts[i] for i in range(BINS))


def _by_question(marks: Iterable[QuestionMark]) -> list[list[QuestionMark]]:
    groups: dict[str, list[QuestionMark]] = {}
    for one in marks:
        groups.setdefault(one.grade_id, []).append(one)
    return list(groups.values())


def _question(group: list[QuestionMark], known: Mapping[str, int]) -> QuestionFacts:
    states = Counter(one.status for one in group)
    partly = sum(one.status == "wrong" and one.points > 0 for one in group)
    named = [one.mistake for one in group if one.mistake]
    return QuestionFacts(
        title=group[0].title,
        out_of=group[0].out_of,
        mean=statistics.fmean(one.points for one in group),
        answers=len(group),
        right=states["right"],
        partly=partly,
        wrong=states["wrong"] - partly,
        stopped=states["stopped"],
        blank=states["not attempted"],
        named=len(named),
        seen=len(set(named)),
        known=known.get(group[0].exercise, 0),
    )


def _laws(groups: Iterable[list[QuestionMark]]) -> list[LawFacts]:
    """Every law that somebody broke, by the share of those who tried."""
    facts = []
    for group in groups:
        tried = [one for one in group if one.status != "not attempted"]
        first = Counter(one.law for one in tried if one.law)
        broken = (
            Counter(law for one in tried for law in one.broken) | first
        )  # one that was stopped names only the first
        facts += [LawFacts(group[0].title, law, count, first[law], len(tried)) for law, count in broken.items()]
    return sorted(facts, key=lambda each: (-each.broken / each.tried, -each.first, each.title, each.law))
