"""The progress board: one next thing, what is left, where you left; as text and as a page that can be heard."""

import json
import time
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from course_lib.cli import main
from course_lib.exercises.feedback import quiz
from course_lib.exercises.feedback.quiz import Question, question
from course_lib.exercises.tracking import store, summary, view
from course_lib.exercises.tracking.view import progress_rows, question_rows, to_notebook

NOW = time.mktime((2026, 11, 21, 17, 5, 0, 0, 0, -1))
DAY = 86_400.0


def row(id: str, state: str = "open", last: float | None = None, **more: Any) -> dict[str, Any]:
    """A row as progress_rows gives it: `w07.a`, lecture; `w07.h_a`, homework."""
    notebook = "homework" if ".h_" in id else "lecture"
    plain = {"id": id, "week": id[:3], "notebook": notebook, "section": "7.1", "title": id.upper(), "minutes": 5}
    return plain | {"state": state, "last": last, "place": summary.place_of(id[:3], notebook)} | more


def following(*rows: dict[str, Any]) -> str | None:
    found = summary.next_one(rows)
    return found["id"] if found else None


def test_the_next_thing_goes_on_where_you_left() -> None:
    fresh = [row("w04.a"), row("w07.a"), row("w07.b"), row("w07.c"), row("w07.h_a"), row("w08.a")]
    assert following(*fresh) == "w07.a", "of weeks 4 and 7 it lacks the fewest that it stands on"
    assert following(row("w00.difference"), *fresh) == "w00.difference"
    assert following(row("w00.difference", "done", NOW), *fresh) == "w07.a"
    done = {"state": "done", "last": NOW}
    a, b, c, h, w8 = (fresh[n] for n in range(1, 6))
    assert following(fresh[0], a, {**b, "state": "tried", "last": NOW}, c, h, w8) == "w07.b", "not right yet"
    assert following(fresh[0], a, {**b, **done}, c, h, w8) == "w07.c", "the one after it"
    assert following(fresh[0], a, {**b, "state": "done", "last": NOW - DAY}, {**c, **done}, h, w8) == "w07.a"
    assert following(fresh[0], {**a, **done}, {**b, **done}, {**c, **done}, h, w8) == "w07.h_a", "the week's homework"
    week = [{**each, **done} for each in (a, b, c, h)]
    assert following(fresh[0], *week, w8) == "w08.a", "the week after"
    assert following(fresh[0], *week) == "w04.a", "what was passed over comes last"
    assert following(*week) is None
    assert following() is None


def test_where_you_left_is_said_in_words_of_time() -> None:
    for at, said in [
        (NOW - 3600, "today at 16:05"),
        (NOW - DAY, "yesterday at 17:05"),
        (NOW - 3 * DAY, "on 18 November 2026"),
        (NOW + 9 * DAY, "on 30 November 2026"),
    ]:
        assert summary.when(at, NOW) == said
    first_of_month = time.mktime((2026, 12, 1, 8, 0, 0, 0, 0, -1))
    assert summary.when(first_of_month - 12 * 3600, first_of_month) == "yesterday at 20:00"
    rows = [row("w07.a", "done", NOW - 2 * DAY), row("w07.b", "tried", NOW - DAY), row("w07.c")]
    ahead, behind = summary.opening(rows, NOW)
    assert ahead == "W07.B (w07.b), about 5 minutes: section 7.1 of w07_attention/lecture.ipynb."
    assert behind == "W07.B (w07.b), yesterday at 17:05. It is not right yet."
    assert summary.opening([], NOW) == ("", "")


def test_minutes_are_those_of_what_is_left() -> None:
    rows = [row("w07.a", "done", NOW, minutes=50), row("w07.b", "tried", NOW, minutes=8), row("w07.c", minutes=4)]
    assert summary.minutes_left(rows) == 12
    assert summary.summary(rows) == "1 of 3 exercises done; about 12 minutes are left."
    assert summary.summary([row("w07.a", minutes=540)]).endswith("about 9 hours are left.")
    assert summary.summary([rows[0]]) == "1 of 1 exercises done; nothing is left."


def test_the_text_has_a_line_a_notebook_and_one_for_each_week_that_waits() -> None:
    rows = [row("w07.a", "done", NOW), row("w07.b", "tried", NOW - 9), row("w07.h_a"), row("w08.a"), row("w08.b")]
    asked = [{"id": "w07.q", "week": "w07", "state": "tried"}, {"id": "w07.r", "week": "w07", "state": "open"}]
    text = summary.as_text(rows, asked, NOW)
    assert "Week 7 · Who listens to whom\n  lecture   ✓✗  1 of 2 exercises done; about 5 minutes are left." in text
    assert "  quiz      1 of 2 questions answered, 0 of them right" in text
    assert "Not begun\n  Week 8 · The whole machine: 2 exercises, about 10 minutes" in text
    assert text.endswith("\n\n1 of 5 exercises done; about 20 minutes are left.")
    assert "streak" not in text.lower()
    each = summary.as_text(rows[:3], asked, NOW, each=True)
    assert "    ✓ done   7.1   W07.A      5 min  w07.a" in each


def test_quiz_questions_have_rows_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quiz, "_questions", {})  # what this test asks, no other test is asked
    question(Question("w99.why", "Why?", {"a": ("Because", "That says nothing."), "b": ("To learn", "Yes.")}, "b"))
    assert [each["state"] for each in question_rows("w99")] == ["open"]
    store.record_answer("w99.why", "a", False)
    assert [each["state"] for each in question_rows("w99")] == ["tried"]
    store.record_answer("w99.why", "b", True)
    assert question_rows("w99") == [
        {"kind": "question", "id": "w99.why", "week": "w99", "title": "Why?", "state": "done"}
    ]


def test_the_verb_s_json_says_which_is_next(capsys: pytest.CaptureFixture[str]) -> None:
    store.record_attempt("w07.mix", "right", 1.0, None)
    assert main(["progress", "w07", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [each["id"] for each in rows if each.get("next")] == ["w07.additive"]
    mix = next(each for each in rows if each["id"] == "w07.mix")
    assert (mix["state"], mix["place"], mix["section"]) == ("done", "w07_attention/lecture.ipynb", "7.1")
    assert mix["last"] == pytest.approx(time.time(), abs=60)
    assert {each["kind"] for each in rows} == {"exercise", "question"}
    assert main(["progress", "w7"]) == 2
    assert "did you mean 'w07'" in capsys.readouterr().err


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course folder with a lecture in it, and this program running in that week's folder, as a kernel does."""
    home = tmp_path / "home"
    (home / "w07_attention").mkdir(parents=True)
    cells = [{"id": "w07-3-check", "cell_type": "code", "source": ['additive = check("w07.additive", additive)']}]
    (home / "w07_attention/lecture.ipynb").write_text(json.dumps({"cells": cells}))
    (home / "start_here.ipynb").write_text("{}")
    monkeypatch.chdir(home / "w07_attention")
    return home


def test_links_lead_from_the_notebook_s_own_place(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lecture = "w07_attention/lecture.ipynb"
    assert to_notebook(lecture) == "lecture.ipynb"
    assert to_notebook(lecture, "w07.additive") == "lecture.ipynb#cell-id=w07-3-check"
    assert to_notebook(lecture, "w07.gone") == "lecture.ipynb"
    assert to_notebook("start_here.ipynb") == "../start_here.ipynb"
    assert to_notebook("w08_transformer/lecture.ipynb") == "", "no link to what is not there"
    assert to_notebook("start_here.ipynb", "w00.difference") == "../start_here.ipynb", "a notebook that cannot be read"
    monkeypatch.chdir(folder)
    assert to_notebook(lecture) == lecture
    (folder / "mine/deep").mkdir(parents=True)
    monkeypatch.chdir(folder / "mine/deep")
    assert to_notebook(lecture) == f"../../{lecture}"
    monkeypatch.chdir(folder.parent)
    assert to_notebook(lecture) == "", "elsewhere the course folder is out of JupyterLab's reach"


class Page(HTMLParser):
    """What a screen reader gets: the tree must close, and each table and bar must have a name."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.seen if name == tag]


def test_the_page_can_be_heard_and_walked(folder: Path) -> None:
    store.record_attempt("w07.mix", "right", 1.0, None)
    html = view.as_html(progress_rows("w07"), question_rows("w07"), time.time(), ["<b>A note</b>"])
    page = Page(html)
    assert page.open == []
    [region] = (attrs for attrs in page.all("div") if attrs.get("role"))
    assert (region["role"], region["aria-label"]) == ("region", "Your progress")
    bars = page.all("progress")
    assert [(bar["value"], bar["max"]) for bar in bars] == [("1", "8"), ("0", "4")]
    assert all(bar["aria-label"] for bar in bars)
    assert len(page.all("details")) == len(page.all("summary")) == 1
    assert all(cell.get("scope") in ("row", "col") for cell in page.all("th"))
    assert [link["href"] for link in page.all("a")] == ["lecture.ipynb#cell-id=w07-3-check", "lecture.ipynb"]
    whole = view.as_html(progress_rows(), question_rows(), time.time())
    assert Page(whole).open == []
    assert [each["aria-label"] for each in Page(whole).all("progress")] == [bar["aria-label"] for bar in bars]
    assert len(Page(whole).all("li")) == len({each["week"] for each in progress_rows()}) - 1, (
        "the others wait in a list"
    )
    assert "&lt;b&gt;A note&lt;/b&gt;" in html
    assert "course-note" in html, "it looks like the other messages of the course"


def test_an_unreadable_progress_file_is_said_and_the_board_still_comes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import sqlite3

    store.record_attempt("w07.mix", "right", 1.0, None)

    def refuses(path: Path) -> sqlite3.Connection:
        raise sqlite3.OperationalError("attempt to write a readonly database")

    monkeypatch.setattr(store, "connect", refuses)
    assert main(["progress", "w07"]) == 0
    assert "✓ done   7.1   Mix" in capsys.readouterr().out, "a folder that can only be read is still read"
    monkeypatch.setattr(store, "read_only", lambda path, query: refuses(path))
    assert main(["progress", "w07"]) == 0
    said = capsys.readouterr().out
    assert "○ open   7.1   Mix" in said
    assert "Your progress cannot be read just now (attempt to write a readonly database): " in said


def test_start_here_is_called_no_lecture() -> None:
    [start] = summary.boards([row("w00.a")], [])
    assert list(start.notebooks()) == ["notebook"]
    [week] = summary.boards([row("w07.a"), row("w07.h_a")], [])
    assert list(week.notebooks()) == ["lecture", "homework"]
