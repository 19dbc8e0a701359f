"""The class on one page for the teacher: marks, hard laws, known mistakes, who is missing, who looks alike."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from course_lib.exercises.predictions.counts import GuessCounts
from course_lib.grading.records import Marked, Student
from course_lib.grading.reports import html_page
from course_lib.grading.reports.class_facts import ClassFacts, count_class
from course_lib.grading.reports.histogram import histogram
from course_lib.grading.reports.html_page import clean, prose, table, text
from course_lib.grading.reports.report_text import class_report_text, share, summary
from course_lib.grading.reports.totals import Hand, number
from course_lib.grading.similarity.pairs import Excerpt, Pair

__all__ = ["class_report", "class_report_text"]

MOST_ROWS = 15


def class_report(
    marked: Iterable[Marked],
    students: Iterable[Student],
    catalogue: Sequence[Mapping[str, Any]] = (),
    *,
    pairs: Sequence[Pair] | None = None,
    hands: Mapping[str, Hand] | None = None,
    guesses: Sequence[GuessCounts] | None = None,
) -> str:
    """The report as HTML.

    catalogue: what `course exercises --json` lists
    pairs: what find_similar found; None leaves that part away
    hands: marks by hand, by student
    guesses: what count_guesses counted; None leaves that part away
    Raises CourseError for marks of several weeks.
    """
    facts = count_class(marked, students, catalogue, hands)
    title = f"Homework {facts.week}: the class" if facts.week else "The class"
    parts = [f'<h2 class="wide">Marks</h2>\n{_summary(facts)}']
    if facts.points:
        parts += [histogram(facts), "<h2>Questions</h2>", _questions(facts)]
        parts += ["<h2>Hardest laws</h2>", _laws(facts), "<h2>Commonest known mistakes</h2>", _mistakes(facts)]
    parts += ["<h2>Without marks, stopped, late</h2>", _lists(facts)]
    if pairs is not None:
        parts += ["<h2>Alike beyond chance</h2>", pairs_part(pairs, len(facts.points))]
    if guesses is not None:
        parts += ["<h2>What the class guessed</h2>", _guesses(guesses)]
    footer = "<p>For the teacher only: this page names students.</p>"
    return html_page.page(title, f"<h1>{text(title)}</h1>", "\n".join(parts), footer)


def _summary(facts: ClassFacts) -> str:
    return f"<p>{text(summary(facts), 1000)}</p>"


def _questions(facts: ClassFacts) -> str:
    heads = ("Question", "Mean points", "Right", "Partly", "Wrong", "Stopped", "Not attempted", "Known mistakes seen")
    rows = [
        [
            prose(each.title),
            f"{number(each.mean)} of {number(each.out_of)}",
            share(each.right, each.answers),
            *(f"{count}" for count in (each.partly, each.wrong, each.stopped, each.blank)),
            f"{each.seen} of {each.known}" if each.known else f"{each.seen}",
        ]
        for each in facts.questions
    ]
    return table("Every question, over all submissions that could be read", heads, rows, numeric=range(1, 8))


def _laws(facts: ClassFacts) -> str:
    if not facts.laws:
        return "<p>Nobody broke a law.</p>"
    rows = [[prose(e.law), prose(e.title), share(e.broken, e.tried), f"{e.first}"] for e in facts.laws[:MOST_ROWS]]
    heads = ("Law", "Question", "Broken by", "First to break")
    note = (
        "<p>An answer without a result, or of the wrong shape, breaks all that follows; the last column counts for how "
        "many this law was the first.</p>"
    )
    return note + table("Laws by the share of those who tried and broke them", heads, rows, numeric=[2, 3])


def _mistakes(facts: ClassFacts) -> str:
    wrong = sum(e.partly + e.wrong + e.stopped for e in facts.questions)
    named = sum(e.named for e in facts.questions)
    said = f"<p>{share(named, wrong)} of the wrong or stopped answers behave like a known mistake.</p>"
    if not facts.mistakes:
        return said if wrong else "<p>Nobody made one.</p>"
    rows = [[prose(name), prose(title), f"{count}"] for title, name, count in facts.mistakes[:MOST_ROWS]]
    return said + table("Known mistakes, commonest first", ("Mistake", "Question", "Answers"), rows, numeric=[2])


def _lists(facts: ClassFacts) -> str:
    parts = []
    if facts.without:
        rows = [[text(who, 120), prose(why)] for who, why in facts.without]
        parts.append(table("Students without marks", ("Student", "Why"), rows))
    if facts.stopped:
        rows = [[text(who, 120), prose(what)] for who, what in facts.stopped]
        parts.append(table("Answers that were stopped", ("Student", "Question"), rows))
    if facts.late:
        rows = [[text(who, 120), number(days), f"{number(100 * keeps)}%"] for who, days, keeps in facts.late]
        parts.append(table("Late submissions", ("Student", "Days", "Keeps"), rows, numeric=[1, 2]))
    return "\n".join(parts) or "<p>Nobody.</p>"


def _guesses(guesses: Sequence[GuessCounts]) -> str:
    """A table for each prediction that somebody made; no name stands in it."""
    parts = []
    for each in (one for one in guesses if one.people):
        title = f"{each.id}, {each.about}: {each.people} {'guess' if each.people == 1 else 'guesses'}"
        parts.append(f"<p>{text(title, 300)}{f'; the middle one: {text(each.middle, 300)}' if each.middle else ''}</p>")
        if each.rows:
            rows = [[prose(label), f"{count}"] for label, count in each.rows]
            parts.append(table(f"Guesses of {each.id}", ("Guess", "People"), rows, numeric=[1]))
    return "\n".join(parts) or "<p>Nobody wrote a guess down.</p>"


MOST_LINES = 40
WIDEST = 140
NOTE = (
    "This is a list to look at, not a verdict. These pairs agree in statements that few others wrote, more often than "
    "chance explains; that may come from working side by side, from one book or one page on the web, or from copying. "
    "Read both answers, and talk with both students, before you think anything of it. Names, spaces, comments and the "
    "order of lines do not count; nor does what was handed out or stands in the reference."
)


def pairs_part(pairs: Sequence[Pair], compared: int) -> str:
    """The list with its excerpts. compared: how many submissions were looked at."""
    if not pairs:
        return (
            f"<p>No pair among {compared} submissions agrees more than chance explains. A rewritten answer, and one "
            "that most of the class shares, cannot be seen this way.</p>"
        )
    return f"<p>{NOTE}</p>\n" + "\n".join(_pair(each) for each in pairs)


def _pair(pair: Pair) -> str:
    one, other = text(pair.one, 80), text(pair.other, 80)
    said = (
        f"{pair.share:.0%} of the statements of the shorter one stand in the other, too; "
        f"{pair.bits:.0f} bits speak for a common source."
    )
    shown = "\n".join(
        f'<div class="pair"><div><h4>{one}</h4>{_excerpt(left)}</div><div><h4>{other}</h4>{_excerpt(right)}</div></div>'
        for left, right in pair.excerpts
    )
    details = (
        f"<details><summary>Side by side: {one} and {other}</summary><p>» marks the lines with something shared.</p>"
        f"{shown}</details>"
    )
    return f'<article class="open"><h3>{one} and {other}</h3><p>{said}</p>{details if shown else ""}</article>'


def _excerpt(excerpt: Excerpt) -> str:
    """A cell with a mark before each shared line; long cells start near the first of them."""
    lines = excerpt.source.splitlines()
    start = max(0, min(excerpt.lines, default=1) - 4) if len(lines) > MOST_LINES else 0
    shown = [
        f"{'»' if number in excerpt.lines else ' '} {clean(line, WIDEST)}"
        for number, line in enumerate(lines[start : start + MOST_LINES], start + 1)
    ]
    rest = len(lines) - start - len(shown)
    shown += [f"  … {rest} more lines"] if rest > 0 else []
    return f"<pre><code>{text(chr(10).join(shown), 12 * MOST_LINES * WIDEST)}</code></pre>"
