"""`progress`: what is done and what is left, as a calm table."""

from html import escape
from typing import Any

from course_lib.exercises import ledger
from course_lib.exercises.page import note, paragraph, show
from course_lib.exercises.registry import exercises

DONE, TRIED, OPEN = "done", "tried", "open"
SYMBOLS = {DONE: "✓", TRIED: "✗", OPEN: "○"}


def progress_rows(week: str = "") -> list[dict[str, Any]]:
    """One plain row an exercise: id, week, notebook, title, minutes, points, state, attempts, score."""
    known = ledger.attempts()
    rows = []
    for each in exercises(week):
        past = known.get(each.id, {"attempts": 0, "score": 0.0, "right": False, "tried": False})
        state = DONE if past["right"] else TRIED if past["tried"] else OPEN
        rows.append(
            {
                "id": each.id,
                "week": each.week,
                "notebook": each.notebook,
                "title": each.title,
                "minutes": each.minutes,
                "points": each.points,
                "state": state,
                "attempts": past["attempts"],
                "score": past["score"],
            }
        )
    return rows


def summary(rows: list[dict[str, Any]]) -> str:
    """One line: how many are done and how long the rest may take."""
    done = [row for row in rows if row["state"] == DONE]
    left = sum(row["minutes"] for row in rows if row["state"] != DONE)
    if not rows:
        return "There are no exercises here yet."
    ending = f"about {left} minutes are left." if left else "nothing is left."
    return f"{len(done)} of {len(rows)} exercises done; {ending}"


def as_text(rows: list[dict[str, Any]]) -> str:
    """The table in plain text, for a terminal and a screen reader."""
    wide = max((len(row["title"]) for row in rows), default=0)
    lines = [
        f"{row['week']}  {row['notebook']:<8}  {row['title']:<{wide}}  {SYMBOLS[row['state']]} {row['state']:<5}  "
        f"{row['minutes']:>3} min"
        for row in rows
    ]
    return "\n".join([*lines, summary(rows)])


def progress(week: str = "") -> None:
    """Show what you have done: of one week ("w07"), or of all."""
    rows = progress_rows(week)
    cells = "".join(
        f"<tr><td>{escape(row['week'])}</td><td>{escape(row['notebook'])}</td><td>{escape(row['title'])}</td>"
        f'<td>{SYMBOLS[row["state"]]} {row["state"]}</td><td class="course-number">{row["minutes"]} min</td></tr>'
        for row in rows
    )
    head = "".join(
        f'<th scope="col"{extra}>{name}</th>'
        for name, extra in [
            ("Week", ""),
            ("Notebook", ""),
            ("Exercise", ""),
            ("State", ""),
            ("Time", ' class="course-number"'),
        ]
    )
    body = f"<table><thead><tr>{head}</tr></thead><tbody>{cells}</tbody></table>{paragraph(summary(rows))}"
    after = ledger.notes()
    body += "".join(paragraph(line) for line in after)
    show(note("note", body, "\n".join([as_text(rows), *after])))
