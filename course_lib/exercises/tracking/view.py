"""`progress`: what is done, what is next and what is left, as a calm board."""

import json
import os
import time
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

from course_lib.exercises.engine.registry import exercises
from course_lib.exercises.feedback import quiz
from course_lib.exercises.feedback.display import MARKS, STYLE, Page, paragraph, show
from course_lib.exercises.tracking import store
from course_lib.exercises.tracking import summary as board
from course_lib.exercises.tracking.summary import DONE, OPEN, SYMBOLS, TRIED, Row, WeekBoard, summary
from course_lib.paths import course_home

__all__ = ["progress", "progress_rows", "question_rows", "summary"]

NEVER = {"attempts": 0, "score": 0.0, "right": False, "tried": False, "last": None}
BOARD = """<style>
.course-note.course-board progress {width: 7em; height: .7em; accent-color: #0072b2; vertical-align: middle}
.course-note.course-board caption {text-align: left; font-weight: 600; padding: .5em 0 .1em; color: inherit}
.course-note.course-board :is(tr, th, td) {text-align: left; vertical-align: baseline}
.course-note.course-note.course-board :is(tr, th, td) {background: none}
.course-note.course-board :is(td, th).course-number {text-align: right}
.course-note.course-board th[scope=row] {font-weight: inherit}
.course-note.course-board details table {margin-left: 1.2em}
.course-note.course-board a {color: var(--jp-content-link-color, LinkText); text-decoration: underline}
</style>"""


def progress_rows(week: str = "") -> list[Row]:
    """One plain row an exercise: what it is, where it stands, and how far you are with it."""
    known = store.attempts()
    rows = []
    for each in exercises(week):
        past = known.get(each.id, NEVER)
        plain = ("id", "week", "notebook", "section", "title", "minutes", "points")
        rows.append(
            {"kind": "exercise"}
            | {name: getattr(each, name) for name in plain}
            | {"place": board.place_of(each.week, each.notebook)}
            | {"state": DONE if past["right"] else TRIED if past["tried"] else OPEN}
            | {name: past[name] for name in ("attempts", "score", "last")}
        )
    return rows


def question_rows(week: str = "") -> list[Row]:
    """One plain row a quiz question: id, week, text, and whether it was answered right (done) or wrong (tried)."""
    known = store.answers()
    states = {None: OPEN, False: TRIED, True: DONE}
    return [
        {
            "kind": "question",
            "id": each.id,
            "week": each.id[:3],
            "title": each.text,
            "state": states[known.get(each.id)],
        }
        for each in sorted(quiz.questions(week), key=lambda each: each.id[:3])
    ]


def progress(week: str = "") -> None:
    """Show what you have done and what is next: of one week ("w07"), or of all."""
    rows, asked, now = progress_rows(week), question_rows(week), time.time()
    after = store.notes()
    text = "\n".join([board.as_text(rows, asked, now, each=bool(week)), *after])
    show(Page(as_html(rows, asked, now, after), text))


def as_html(rows: Sequence[Row], asked: Sequence[Row], now: float, after: Sequence[str] = ()) -> str:
    """The board for a notebook: next, where you left, and a table in which each week unfolds."""
    ahead, behind = board.opening(rows, now)
    following = board.next_one(rows)
    body = []
    if following is not None:
        link = to_notebook(following["place"], following["id"])
        start = f' <a href="{escape(link)}">Open it</a>' if link else ""
        body.append(f"<p><strong>Next:</strong> {escape(ahead)}{start}</p>")
    if behind:
        body.append(paragraph(behind, "You were last at:"))
    weeks = board.boards(rows, asked)
    body += [week_as_html(each) for each in weeks if each.begun or len(weeks) == 1]
    waiting = "".join(f"<li>{waits(each)}</li>" for each in weeks if not each.begun and len(weeks) > 1)
    body += [f"<p><strong>Not begun</strong></p><ul>{waiting}</ul>"] if waiting else []
    body += [paragraph(line) for line in (summary(rows), *after)]
    names = 'class="course-note course-board" role="region" aria-label="Your progress"'
    frame = f'<div {names} style="--course-mark: {MARKS["note"]}">'
    return f"{STYLE}{BOARD}{frame}{''.join(body)}</div>"


def week_as_html(week: WeekBoard) -> str:
    """A row a notebook, one for the quiz, and behind a fold each exercise."""
    lines = []
    for name, own in week.notebooks().items():
        label, done = linked(own[0]["place"], name), sum(row["state"] == DONE for row in own)
        bar = f'<progress max="{len(own)}" value="{done}" aria-label="{escape(week.title)}, {name}"></progress>'
        lines.append(f'<tr><th scope="row">{label}</th><td>{bar}</td><td>{escape(summary(own))}</td></tr>')
    if week.questions:
        lines.append(f'<tr><th scope="row">quiz</th><td></td><td>{escape(week.answered())}</td></tr>')
    heads = "".join(f'<th scope="col">{name}</th>' for name in ("State", "Exercise", "Where", "Time"))
    each = "".join(
        f'<tr><td>{SYMBOLS[row["state"]]} {row["state"]}</td><th scope="row">{escape(row["title"])}</th>'
        f"<td>{escape(board.where(row).partition(' of ')[0])}</td>"
        f'<td class="course-number">{row["minutes"]} min</td></tr>'
        for row in week.rows
    )
    table = f"<table><caption>{escape(week.title)}</caption><tbody>{''.join(lines)}</tbody></table>"
    fold = f"<summary>Exercises of {escape(week.title)}</summary>"
    return f"{table}<details>{fold}<table><thead><tr>{heads}</tr></thead><tbody>{each}</tbody></table></details>"


def waits(week: WeekBoard) -> str:
    """A week that nothing was done of yet, in a line."""
    words = f"{linked(week.rows[0]['place'], week.title) if week.rows else escape(week.title)}: "
    return words + f"about {board.spell(board.minutes_left(week.rows))} of exercises"


def linked(place: str, name: str) -> str:
    """A name as a link to its notebook, where that can be reached."""
    link = to_notebook(place)
    return f'<a href="{escape(link)}">{escape(name)}</a>' if link else escape(name)


def to_notebook(place: str, exercise: str = "") -> str:
    """A link from this notebook's own folder to another notebook, at an exercise's check; "" where it is not there."""
    here = Path.cwd()
    home = course_home().absolute()
    tops = (here, here.parent, *([home] if home in here.parents else []))
    found = next((top / place for top in tops if (top / place).is_file()), None)
    if found is None:
        return ""
    link = Path(os.path.relpath(found, here)).as_posix().replace(" ", "%20")
    return f"{link}#cell-id={cell}" if exercise and (cell := check_cell(found, exercise)) else link


def check_cell(file: Path, exercise: str) -> str:
    """The id of the cell that checks an exercise; "" when it cannot be found."""
    try:
        cells: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))["cells"]
        return str(next((cell.get("id", "") for cell in cells if f'check("{exercise}"' in "".join(cell["source"])), ""))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return ""  # a notebook that cannot be read is opened at its top
