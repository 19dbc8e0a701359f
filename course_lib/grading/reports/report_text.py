"""The class in the terminal: the same facts as the page, in lines."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from course_lib.exercises.predictions.counts import GuessCounts
from course_lib.grading.records import Marked, Student
from course_lib.grading.reports.class_facts import BINS, ClassFacts, QuestionFacts, count_class
from course_lib.grading.reports.html_page import clean
from course_lib.grading.reports.totals import Hand, number
from course_lib.grading.similarity.pairs import Pair

MOST_LINES = 5
LONGEST_BAR = 30


def class_report_text(
    marked: Iterable[Marked],
    students: Iterable[Student],
    catalogue: Sequence[Mapping[str, Any]] = (),
    *,
    pairs: Sequence[Pair] | None = None,
    hands: Mapping[str, Hand] | None = None,
    guesses: Sequence[GuessCounts] | None = None,
) -> str:
    """The report as plain text; arguments as for class_report."""
    facts = count_class(marked, students, catalogue, hands)
    head = f"Homework {facts.week}: " if facts.week else ""
    blocks = [[head + summary(facts)], _bars(facts), _questions(facts.questions)]
    blocks += [
        _titled("Hardest laws", [f"{e.title}: {e.law}, broken by {share(e.broken, e.tried)}" for e in facts.laws]),
        _titled("Commonest known mistakes", [f"{count:>4}  {title}: {name}" for title, name, count in facts.mistakes]),
        _titled("Without marks", [f"{who}: {why}" for who, why in facts.without], len(facts.without)),
        _titled("Stopped", [f"{who}: {what}" for who, what in facts.stopped], len(facts.stopped)),
        _titled("Late", [f"{who}: {number(days)} days, keeps {keeps:.0%}" for who, days, keeps in facts.late], 1000),
        _titled(
            "Alike beyond chance: look at both yourself, this is not a verdict",
            [f"{e.one} and {e.other}: {e.bits:.0f} bits, {e.share:.0%} of the statements" for e in pairs or ()],
            len(pairs or ()),
        ),
    ]
    told = [guess_line(each) for each in guesses or () if each.people]
    blocks += [_titled("What the class guessed", told, len(told))]
    return "\n\n".join("\n".join(block) for block in blocks if block)


def guess_line(each: GuessCounts) -> str:
    """`w07.2, the dial that wins: 12 guesses. a: everybody alike, 3; b: something between, 9`."""
    counts = "; ".join(f"{label}, {count}" for label, count in each.rows if count)
    middle = f" The middle one: {each.middle}." if each.middle else ""
    return f"{each.id}, {each.about}: {each.people} {'guess' if each.people == 1 else 'guesses'}.{middle} {counts}"


def summary(facts: ClassFacts) -> str:
    """One or two sentences on the marks."""
    said = f"{len(facts.points)} of {facts.students} students handed in something that could be marked."
    if facts.points:
        low, middle, high = map(number, facts.quartiles)
        said += f" Mean {number(facts.mean)} of {number(facts.out_of)} points, median {middle}"
        said += f", the middle half between {low} and {high}." if len(facts.points) > 3 else "."
    if facts.waiting:
        said += f" For {facts.waiting} of them written answers wait for marks by hand and count 0 so far."
    return said


def share(part: int, whole: int) -> str:
    """3 of 12 (25%)."""
    return f"{part} of {whole} ({part / whole:.0%})" if whole else "0"


def _bars(facts: ClassFacts) -> list[str]:
    most = max((*facts.bins, 1))
    lines = []
    for i, count in enumerate(facts.bins if facts.points else ()):
        bar = "█" * round(LONGEST_BAR * count / most)
        lines.append(f"{100 * i // BINS:>4} to {100 * (i + 1) // BINS:>3}%  {bar} {count or ''}".rstrip())
    return lines


def _questions(questions: Sequence[QuestionFacts]) -> list[str]:
    wide = max((len(each.title) for each in questions), default=0)
    return [
        f"{clean(each.title):<{wide}}  mean {number(each.mean):>5} of {number(each.out_of):<3}  right "
        f"{share(each.right, each.answers)}, stopped {each.stopped}, not attempted {each.blank}"
        for each in questions
    ]


def _titled(title: str, rows: Sequence[str], most: int = MOST_LINES) -> list[str]:
    return [title, *(f"  {clean(row, 200)}" for row in rows[:most])] if rows else []
