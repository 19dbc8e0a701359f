"""What a progress board says: what is done, what is next, what is left, and where you left. Plain values and text."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from course_lib.curriculum.weeks import WEEKS

DONE, TRIED, OPEN = "done", "tried", "open"
SYMBOLS = {DONE: "✓", TRIED: "✗", OPEN: "○"}
Row = dict[str, Any]


@dataclass(frozen=True)
class WeekBoard:
    """One week: its exercises, notebook by notebook, and its quiz questions."""

    id: str
    rows: Sequence[Row]
    questions: Sequence[Row]

    @property
    def title(self) -> str:
        """`Week 7 · Who listens to whom`."""
        return f"Week {int(self.id[1:])} · {WEEKS[self.id].title}" if self.id in WEEKS else begins_as(self.id)

    @property
    def begun(self) -> bool:
        """Was anything of it tried?"""
        return any(row["state"] != OPEN for row in (*self.rows, *self.questions))

    def notebooks(self) -> dict[str, list[Row]]:
        """The exercises of each notebook."""
        names = dict.fromkeys(row["notebook"] for row in self.rows)
        found = {name: [row for row in self.rows if row["notebook"] == name] for name in names}
        return {"notebook": found["lecture"]} if self.id == "w00" and list(found) == ["lecture"] else found

    def answered(self) -> str:
        """`2 of 3 questions answered, 1 of them right`; empty where the week has none."""
        if not self.questions:
            return ""
        right, tried = (sum(row["state"] in states for row in self.questions) for states in ((DONE,), (DONE, TRIED)))
        return f"{tried} of {len(self.questions)} questions answered" + (f", {right} of them right" if tried else "")


def begins_as(week: str) -> str:
    """The name of a week that is none of the sixteen."""
    return "Start here" if week == "w00" else week


def place_of(week: str, notebook: str) -> str:
    """The notebook's file below the course folder: `w07_attention/lecture.ipynb`."""
    if week == "w00":
        return "start_here.ipynb"
    return f"{WEEKS[week].folder if week in WEEKS else week}/{notebook}.ipynb"


def where(row: Row) -> str:
    """`section 7.3 of w07_attention/lecture.ipynb`."""
    word = "question" if row["notebook"] == "homework" else "section"
    return f"{word} {row['section']} of {row['place']}" if row["section"][:1].isdigit() else row["place"]


def boards(rows: Sequence[Row], questions: Sequence[Row]) -> list[WeekBoard]:
    """The rows of each week together, in order."""
    weeks = dict.fromkeys(row["week"] for row in (*rows, *questions))
    parts = ([[row for row in some if row["week"] == week] for some in (rows, questions)] for week in sorted(weeks))
    return [WeekBoard(week, *part) for week, part in zip(sorted(weeks), parts, strict=True)]


def left_at(rows: Sequence[Row]) -> Row | None:
    """The exercise that was tried last."""
    return max((row for row in rows if row["last"]), key=lambda row: row["last"], default=None)


def next_one(rows: Sequence[Row]) -> Row | None:
    """One thing to do next: go on where you left, to the end of that notebook, of that week, of the course.

    Of other weeks, one that stands on the fewest that are not written yet; a later one first.
    """
    open_ones = [row for row in rows if row["state"] != DONE]
    last = left_at(rows)
    order = {row["id"]: place for place, row in enumerate(rows)}
    there = {row["week"] for row in rows}

    def distance(row: Row) -> tuple[bool, int, bool, bool, int]:
        place, elsewhere = order[row["id"]], last is None or row["week"] != last["week"]
        if last is None or elsewhere:
            lacks = WEEKS[row["week"]].lacks(there) if row["week"] in WEEKS else 0
            return True, lacks, False, last is not None and place < order[last["id"]], place
        return False, 0, row["notebook"] != last["notebook"], place < order[last["id"]], place

    return min(open_ones, key=distance, default=None)


def minutes_left(rows: Sequence[Row]) -> int:
    """What the exercises that are not done may take, by their own estimates."""
    return sum(row["minutes"] for row in rows if row["state"] != DONE)


def summary(rows: Sequence[Row]) -> str:
    """One line: how many are done and how long the rest may take."""
    if not rows:
        return "There are no exercises here yet."
    left = minutes_left(rows)
    done = sum(row["state"] == DONE for row in rows)
    return f"{done} of {len(rows)} exercises done; {f'about {spell(left)} are left.' if left else 'nothing is left.'}"


def spell(minutes: int) -> str:
    """`12 minutes`; from three hours on in hours, because nobody plans 540 minutes."""
    if minutes >= 180:
        return f"{round(minutes / 60)} hours"
    return f"{minutes} minute{'' if minutes == 1 else 's'}"


def when(at: float, now: float) -> str:
    """`today at 17:05`, `yesterday at 9:30`, `on 3 November 2026`; a clock that was wrong gives a date."""
    then, today = time.localtime(at), time.localtime(now)
    clock = f"{then.tm_hour}:{then.tm_min:02d}"
    if then[:3] == today[:3]:
        return f"today at {clock}"
    if then[:3] == time.localtime(time.mktime((*today[:2], today[2] - 1, 12, 0, 0, 0, 0, -1)))[:3]:
        return f"yesterday at {clock}"
    return f"on {then.tm_mday} {time.strftime('%B %Y', then)}"


def opening(rows: Sequence[Row], now: float) -> tuple[str, str]:
    """What is next, and where you left, a sentence each; "" where there is nothing to say."""
    following, last = next_one(rows), left_at(rows)
    ahead = ""
    if following is not None:
        ahead = f"{following['title']} ({following['id']}), about {spell(following['minutes'])}: {where(following)}."
    if last is None:
        return ahead, ""
    how = "It is right." if last["state"] == DONE else "It is not right yet."
    return ahead, f"{last['title']} ({last['id']}), {when(last['last'], now)}. {how}"


def as_text(rows: Sequence[Row], questions: Sequence[Row], now: float, each: bool = False) -> str:
    """The board for a terminal and a screen reader; `each` lists every exercise of it."""
    ahead, behind = opening(rows, now)
    lines = [f"Next: {ahead}"] if ahead else []
    lines += [f"You were last at: {behind}"] if behind else []
    waiting = []
    for board in boards(rows, questions):
        if not board.begun and not each:
            count = f"{len(board.rows)} exercise{'' if len(board.rows) == 1 else 's'}"
            waiting.append(f"  {board.title}: {count}, about {spell(minutes_left(board.rows))}")
            continue
        lines += ["", board.title]
        for name, own in board.notebooks().items():
            lines.append(f"  {name:<8}  {''.join(SYMBOLS[row['state']] for row in own)}  {summary(own)}")
            lines += [line_of(row, rows) for row in own] if each else []
        lines += [f"  {'quiz':<8}  {board.answered()}"] if board.questions else []
    lines += ["", "Not begun", *waiting] if waiting else []
    return "\n".join([*lines, "", summary(rows)]).lstrip("\n")


def line_of(row: Row, rows: Sequence[Row]) -> str:
    """One exercise in the list of a week."""
    wide, long = (max(len(other[name]) for other in rows) for name in ("title", "id"))
    state = f"{SYMBOLS[row['state']]} {row['state']:<5}"
    section = row["section"] if row["section"][:1].isdigit() else ""
    return f"    {state}  {section:<5} {row['title']:<{wide}}  {row['minutes']:>3} min  {row['id']:<{long}}".rstrip()
