"""One page a student: what each answer earned and why, and what to think about next.

A page is made from the marks alone. These hold no hidden inputs, no expected values and no seed, and of what the
submission wrote only the one line in which something happened.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from course_lib.curriculum.weeks import WEEKS
from course_lib.errors import CourseError
from course_lib.grading.records import Marked, QuestionMark, Student, WrittenQuestion
from course_lib.grading.reports import html_page
from course_lib.grading.reports.html_page import bullets, clean, points, prose, text
from course_lib.grading.reports.totals import Hand, Question, Total, number, points_of, questions_of, total
from course_lib.paths import write_atomically

UNREADABLE = (
    "Open your file in JupyterLab, choose Kernel, Restart Kernel and Run All Cells, save it, and hand in that .ipynb "
    "file itself: not a link, not a PDF, not an export. Then tell your teacher."
)
MISSING = (
    "If you did hand something in, tell your teacher when and under which file name, so that it can be found and "
    "marked."
)


def feedback_page(
    marked: Marked, student: Student, hand: Hand | None = None, names: Mapping[str, str] | None = None
) -> str:
    """The page for one student as HTML.

    hand: points and comments given by a person, by the grade cell's id
    names: what the functions are called in the notebook, by exercise; without it the page says `your_function`
    Raises CourseError when the marks are another student's.
    """
    if marked.student != student.id:
        raise CourseError(f"these are the marks of {marked.student}, not of {student.id}")
    hand, names = hand or {}, names or {}
    week = WEEKS[marked.week].title if marked.week in WEEKS else ""
    title = f"Homework of week {marked.week.removeprefix('w').lstrip('0') or marked.week}{': ' + week if week else ''}"
    header = f'<h1>{text(title)}</h1>\n<p class="who">Feedback for {text(student.name or student.id, 120)}</p>'
    main = [_problem(marked, total(marked, hand))] if marked.problem else [_marks(marked, hand)]
    if not marked.problem:
        main += ["<h2>Question by question</h2>"]
        main += [question_part(each, hand, names.get(each.exercise, "your_function")) for each in marked.questions]
        main += [written_part(each, hand) for each in marked.written]
    if marked.remarks:
        noticed = html_page.bullets(html_page.prose(remark) for remark in marked.remarks)
        main += [f"<h2>What we noticed in your notebook</h2>\n{noticed}"]
    main += [_what_was_marked(marked)]
    return html_page.page(f"{title}: feedback", header, "\n".join(main), _footer(marked))


def write_feedback(
    folder: Path,
    marked: Iterable[Marked],
    students: Iterable[Student],
    hands: Mapping[str, Hand] | None = None,
    names: Mapping[str, str] | None = None,
) -> list[Path]:
    """Write folder/STUDENT.html for all of these marks. hands: marks by hand of each student, by the student's id.

    -> the pages that are new or differ from what was there; a page that says the same is left as it is
    Raises CourseError for marks of somebody who is not in the roster.
    """
    roster = {each.id: each for each in students}
    written = []
    for each in marked:
        if each.student not in roster:
            raise CourseError(f"there are marks for {each.student!r}, who is not in the roster")
        path = folder / f"{_file_name(each.student)}.html"
        content = feedback_page(each, roster[each.student], (hands or {}).get(each.student), names).encode()
        if not path.is_file() or path.read_bytes() != content:
            write_atomically(path, content)
            written.append(path)
    return written


def _file_name(student: str) -> str:
    if not student or student.startswith(".") or any(c in '/\\:*?"<>|' or not c.isprintable() for c in student):
        raise CourseError(f"{student!r} cannot name a file; use letters, digits, dots, dashes and @ in the roster")
    return student


def _problem(marked: Marked, whole: Total) -> str:
    """Why there are no marks, and what to do."""
    return (
        f'<h2>Your marks</h2>\n<p class="score">{number(whole.final)} <small>of {points(whole.out_of)}</small></p>\n'
        f'<div class="note wrong"><p><strong>Nothing could be marked:</strong> {html_page.prose(marked.problem)}</p>\n'
        f"<p>{MISSING if not marked.sha256 else UNREADABLE}</p></div>"
    )


def _marks(marked: Marked, hand: Hand) -> str:
    """The sum first, then how it came about."""
    whole = total(marked, hand)
    rows = [(html_page.prose(each.title), state(each, hand), worth(each, hand)) for each in questions_of(marked)]
    rows += [("<strong>Sum</strong>", "", f"<strong>{number(whole.earned)} of {number(whole.out_of)}</strong>")]
    so_far = " so far" if whole.waiting else ""
    return (
        f'<h2>Your marks</h2>\n<p class="score">{number(whole.final)} '
        f"<small>of {points(whole.out_of)}{so_far}</small></p>\n{_late(marked, whole)}{_waiting(whole)}"
        + html_page.table("Points for each question", ("Question", "Result", "Points"), rows, numeric=[2])
    )


def _late(marked: Marked, whole: Total) -> str:
    if marked.days_late <= 0 and marked.keeps == 1:
        return ""
    days = f"{number(marked.days_late)} day{'' if marked.days_late == 1 else 's'} late"
    if marked.keeps == 1:
        return f"<p>Handed in {days}; the late policy takes nothing off.</p>\n"
    share = f"{number(100 * marked.keeps)}%"
    sum_line = f"{points(whole.earned)} × {share} = {points(whole.final)}"
    return f'<p>Handed in {days}; the late policy leaves {share}: <span class="sum">{sum_line}</span>.</p>\n'


def _waiting(whole: Total) -> str:
    if not whole.waiting:
        return ""
    if whole.waiting == 1:
        return "<p>One written answer waits for your teacher and counts 0 so far.</p>\n"
    return f"<p>{whole.waiting} written answers wait for your teacher and count 0 so far.</p>\n"


def _what_was_marked(marked: Marked) -> str:
    """Enough to tell which submission these marks belong to."""
    made, libraries = marked.provenance, marked.provenance.libraries
    facts = [
        (
            "Submission",
            f"<code>{text(marked.sha256[:8])}</code>, the first 8 signs of its SHA-256" * bool(marked.sha256),
        ),
        ("Handed in", text(_moment(marked.when), 60)),
        ("Course version", text(made.course, 40)),
        ("Marked with", text(", ".join(f"{name} {version}" for name, version in sorted(libraries.items())), 120)),
    ]
    rows = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in facts if value)
    return f"<h2>What was marked</h2>\n<dl>{rows}</dl>"


def _moment(when: str) -> str:
    """21 November 2026, 12:00 (UTC+01:00); what is no ISO date stays as it is."""
    try:
        moment = datetime.fromisoformat(when)
    except ValueError:
        return when
    return f"{moment.day} {moment:%B %Y, %H:%M}{f' ({moment.tzname()})' if moment.tzinfo else ''}"


def _footer(marked: Marked) -> str:
    which = f"submission {text(marked.sha256[:8])}" if marked.sha256 else "this page"
    return f"<p>Do you think a mark is wrong? Write to your teacher, and name {which} and the question.</p>"


LONGEST_LINE = 160
BEGIN = "Without a result of the right kind and shape every law after the first counts as broken: begin with the first."
STATES = {  # symbol, words; the class of the same name only colours what both already say
    "right": ("✓", "right"),
    "partly": ("◐", "partly right"),
    "wrong": ("✗", "not right yet"),
    "stopped": ("■", "stopped"),
    "open": ("○", "not attempted"),
    "waiting": ("…", "waits for your teacher"),
    "marked": ("✎", "marked by hand"),
}


def state(question: Question, hand: Hand, tag: str = "span") -> str:
    """What became of a question, as a symbol and words."""
    kind = _kind(question, hand)
    symbol, words = STATES[kind]
    look = kind if kind not in ("waiting", "marked") else "open"
    return f'<{tag} class="state {look}"><span aria-hidden="true">{symbol}</span>{words}</{tag}>'


def worth(question: Question, hand: Hand) -> str:
    """2.5 of 4; a dash where nobody has marked yet."""
    given = points_of(question, hand)
    return f"{'–' if given is None else number(given)} of {number(question.out_of)}"


def question_part(question: QuestionMark, hand: Hand, name: str) -> str:
    """A question that was marked automatically. name: what the student's function is called."""
    parts = [_title(question, hand), state(question, hand, "p")]
    if question.mistake and question.mistake not in question.reason:
        parts += [f"<p>This behaves like a known mistake: <strong>{prose(question.mistake)}</strong>.</p>"]
    if question.reason:
        parts += [f"<p>{prose(question.reason)}</p>"]
    if question.cause and question.cause not in question.reason:
        parts += [f"<p>{prose(question.cause)}</p>"]
    if question.nudge:
        parts += [f"<p>To think about: {prose(question.nudge)}</p>"]
    if question.line:
        shown = text(clean(question.line.strip().replace("\n", " "), LONGEST_LINE), 6 * LONGEST_LINE + 2)
        parts += [f"<p>It happened in your line</p>\n<pre><code>{shown}</code></pre>"]
    if question.status in ("wrong", "stopped"):
        parts += [_see_for_yourself(question, name)]
    parts += [_laws(question), _by_hand(question, hand)]
    return _article(question, hand, parts)


def written_part(question: WrittenQuestion, hand: Hand) -> str:
    """A question that a person marks."""
    return _article(question, hand, [_title(question, hand), state(question, hand, "p"), _by_hand(question, hand)])


def _kind(question: Question, hand: Hand) -> str:
    given, _ = hand.get(question.grade_id, (None, ""))
    if given is not None:
        return "marked"
    if isinstance(question, WrittenQuestion):
        return "waiting" if question.answered else "open"
    if question.status == "not attempted":
        return "open"
    if question.status == "wrong" and question.points > 0:
        return "partly"
    return question.status if question.status in STATES else "wrong"


def _article(question: Question, hand: Hand, parts: list[str]) -> str:
    kind = _kind(question, hand)
    look = kind if kind not in ("waiting", "marked") else "open"
    name = f"q-{text(question.grade_id, 80)}"
    inside = "\n".join(part for part in parts if part)
    return f'<article class="{look}" aria-labelledby="{name}">\n{inside}\n</article>'


def _title(question: Question, hand: Hand) -> str:
    unit = "point" if question.out_of == 1 else "points"
    return f'<h3 id="q-{text(question.grade_id, 80)}">{prose(question.title)} · {worth(question, hand)} {unit}</h3>'


def _laws(question: QuestionMark) -> str:
    """Laws broken before laws kept; for a right answer there is nothing to add."""
    if question.status == "right":
        return ""
    parts = []
    if question.broken:
        parts += ["<h4>Laws it breaks</h4>", bullets(map(prose, question.broken))]
    if len(question.broken) > 1 and not question.kept:
        parts += [f"<p>{BEGIN}</p>"]
    if question.kept:
        parts += ["<h4>Laws it keeps</h4>", bullets(map(prose, question.kept))]
    return "\n".join(parts)


def _see_for_yourself(question: QuestionMark, name: str) -> str:
    call = text(f'check("{question.exercise}", {name})')
    return (
        f"<p>See it for yourself: run <code>{call}</code> in your notebook. It shows the smallest example it can find, "
        "with other inputs than those used for marking.</p>"
    )


def _by_hand(question: Question, hand: Hand) -> str:
    given, comment = hand.get(question.grade_id, (None, ""))
    parts = []
    if given is not None and isinstance(question, QuestionMark):
        parts += [f"<p>Your teacher set these points by hand; the automatic mark was {number(question.points)}.</p>"]
    if comment:
        parts += [f'<p class="comment">Your teacher writes: {text(comment, 4000)}</p>']
    return "\n".join(parts)
