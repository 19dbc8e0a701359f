"""One page a student: what each answer earned and why, and what to think about next.

A page is made from the marks alone. These hold no hidden inputs, no expected values and no seed, and of what the
submission wrote only the one line in which something happened.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from course_lib.curriculum.weeks import WEEKS
from course_lib.errors import CourseError
from course_lib.grading.records import Marked, Student
from course_lib.grading.reports import html_page
from course_lib.grading.reports.feedback_questions import question_part, state, worth, written_part
from course_lib.grading.reports.html_page import points, text
from course_lib.grading.reports.totals import Hand, Total, number, questions_of, total
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
