"""Predictions: written down, shown beside what came out, kept like progress, counted for a class without names."""

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
import torch

from course_lib import outcome, predict
from course_lib.errors import CourseError
from course_lib.exercises.feedback import display
from course_lib.exercises.predictions import Choice, Curve, Number, Order, declare, prediction
from course_lib.exercises.predictions.counts import count_guesses
from course_lib.exercises.predictions.kinds import between
from course_lib.exercises.tracking import store
from course_lib.paths import progress_file
from course_lib.study import records
from course_lib.study.class_guesses import class_guesses
from course_lib.study.merge import Records, as_text, read_text

KINDS = {
    "w99.1": Number(unit="%", low=0, high=100),
    "w99.2": Number(parts=("start", "end")),
    "w99.3": Choice({"a": "up", "b": "down"}),
    "w99.4": Order(("conv", "mlp", "attention")),
    "w99.6": Number(low=0, high=1),
    "w99.5": Curve(xs=(0, 1, 4), low=0, high=10, x_label="step", y_label="loss"),
}


@pytest.fixture(autouse=True)
def declared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(declare, "_known", dict(declare._known))
    for id, kind in KINDS.items():
        prediction(id, f"what {id} is about", kind)


def said(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out


GOOD: list[tuple[str, Any, Any, str]] = [
    ("w99.1", torch.tensor(40), 40.0, "40%"),
    ("w99.2", (6, 2.5), [6.0, 2.5], "start 6, end 2.5"),
    ("w99.3", " B ", "b", "b: down"),
    ("w99.4", ("mlp", "conv", "attention"), ["mlp", "conv", "attention"], "mlp, conv, attention"),
    ("w99.5", [8, 4, 1], [8.0, 4.0, 1.0], "from 8 to 1, between 1 and 8"),
    ("w99.5", {0: 8, 4: 0}, [8.0, 6.0, 0.0], "from 8 to 0, between 0 and 8"),
]


@pytest.mark.parametrize(("id", "guess", "kept", "text"), GOOD)
def test_a_guess_of_every_kind_is_kept_and_shown_beside_what_came_out(
    id: str, guess: Any, kept: Any, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    predict(id, guess)
    assert said(capsys) == f"Written down: {text}.\n"
    assert store.guess_of(id) == (kept, False)
    outcome(id, kept)
    assert said(capsys) == f"What {id} is about\n  your guess:    {text}\n  what came out: {text}\n"


BAD: list[tuple[str, Any, str]] = [
    ("w99.1", "many", "'many' is no number"),
    ("w99.1", True, "True is no number"),
    ("w99.1", float("nan"), "nan is no finite number"),
    ("w99.1", torch.zeros(2), "is no number"),
    ("w99.1", 101, "101 is out of range; the number lies between 0 and 100"),
    ("w99.2", 4, "4 should be 2 numbers: start, end"),
    ("w99.2", "12", "'12' should be 2 numbers"),
    ("w99.3", "z", "there is no option 'z'; choose one of 'a', 'b'"),
    ("w99.4", ["conv"], "['conv'] should name each of 'conv', 'mlp', 'attention' once"),
    ("w99.5", [1, 2], "[1, 2] should be 3 heights, one at each of 0, 1, 4"),
    ("w99.5", [1, 2, 30], "the height 30 at 4 is out of range; it is 0 to 10"),
    ("w99.5", {0: 1}, "{0: 1} should hold at least two points"),
]


@pytest.mark.parametrize(("id", "guess", "why"), BAD)
def test_what_is_no_guess_is_named_and_the_lesson_goes_on(
    id: str, guess: Any, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    predict(id, guess)
    words = said(capsys)
    assert words.startswith(f"{id}, your guess: ") and why in words and words.endswith("Nothing was written down.\n")
    assert store.guess_of(id) == (None, False)
    with pytest.raises(CourseError, match=f"{id}, what came out: "):
        outcome(id, guess)


def test_nobody_guesses_and_the_lesson_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    for id, kind in KINDS.items():
        predict(id)
        assert f'as in `predict("{id}", {kind.example()})`' in said(capsys)
        kind.read(eval(kind.example()))  # the example is a guess that would be taken
    outcome("w99.1", 3)
    assert "no guess was written down" in said(capsys)


def test_an_unknown_id_is_told_its_neighbours() -> None:
    with pytest.raises(CourseError, match=r"there is no prediction 'w99\.9'; did you mean w99\.\d"):
        predict("w99.9", 1)
    with pytest.raises(CourseError, match="asked for by its id"):
        predict(4, 1)  # type: ignore[arg-type]
    with pytest.raises(CourseError, match="called by its section"):
        prediction("w99.name", "x", Number())
    with pytest.raises(CourseError, match="declared twice"):
        prediction("w99.1", "something else", Number())


def test_what_counts_is_the_last_guess_before_it_came_out(capsys: pytest.CaptureFixture[str]) -> None:
    predict("w99.1", 10)
    predict("w99.1", 20)
    outcome("w99.1", 60)
    predict("w99.1", 60)
    assert store.guess_of("w99.1") == (20.0, False)
    said(capsys)
    outcome("w99.1", 60)
    assert "your guess:    20%" in said(capsys)
    outcome("w99.3", "a")
    predict("w99.3", "a")
    said(capsys)
    outcome("w99.3", "a")
    assert "(You wrote it after it had come out.)" in said(capsys)


def test_a_cell_run_again_writes_nothing_twice() -> None:
    for _ in range(3):
        predict("w99.1", 10)
        outcome("w99.1", 60)
    with sqlite3.connect(progress_file()) as book:
        assert book.execute("select part, value from predictions").fetchall() == [
            ("guess", "10.0"),
            ("outcome", "60.0"),
        ]


def test_a_guess_that_no_longer_fits_is_as_if_none(capsys: pytest.CaptureFixture[str]) -> None:
    store.record_prediction("w99.3", "guess", "q")
    outcome("w99.3", "a")
    assert "no guess was written down" in said(capsys)


def test_the_picture_of_a_curve_says_what_it_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    from course_lib.exercises.predictions.calls import outcome_page

    html = outcome_page(declare.find_prediction("w99.5"), [0.0, 5.0, 10.0], [8.0, 4.0, 1.0], False).html
    assert html.count("<polyline") == 2 and 'role="img"' in html
    assert "what came out, from 8 to 1" in html and "your guess, from 0 to 10" in html


def test_between_points_runs_straight_and_flat_outside() -> None:
    assert [between([(0, 0), (2, 4)], x) for x in (-1, 0, 1, 2, 3)] == [0, 0, 2, 4, 4]


def test_it_is_carried_to_another_machine_and_back(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    predict("w99.1", 10)
    outcome("w99.1", 60)
    mine = records.export(tmp_path / "mine.json")
    assert len(mine.predictions) == 2 and json.loads((tmp_path / "mine.json").read_text())["version"] == 2
    monkeypatch.setenv("COURSE_HOME", str(tmp_path / "desk"))
    predict("w99.3", "a")
    records.take_in(records.load(tmp_path / "mine.json"))
    assert store.guess_of("w99.1") == (10.0, False) and store.guess_of("w99.3")[0] == "a"
    assert len(records.everything().predictions) == 3
    gone, _ = records.forget({"w99.1"}, lambda text: tmp_path / "kept.json")
    assert len(gone.predictions) == 2 and store.guess_of("w99.1") == (None, False)


def test_an_export_without_predictions_is_what_an_older_course_reads() -> None:
    made = json.loads(as_text(Records(hints={"w07.mix": 1})))
    assert made["version"] == 1 and "predictions" not in made
    assert read_text(as_text(Records(hints={"w07.mix": 1})).encode(), "it").predictions == frozenset()


@pytest.mark.parametrize(
    "row", [("w99.x", 1.0, "guess", "1"), ("w99.1", 1.0, "mark", "1"), ("w99.1", 1.0, "guess", "{")]
)
def test_an_export_that_holds_something_else_is_refused(row: tuple[Any, ...]) -> None:
    with pytest.raises(CourseError, match="holds what no progress is made of"):
        read_text(as_text(Records(predictions=frozenset({row}))).encode(), "it")


def test_a_file_of_the_version_before_grows_a_table() -> None:
    progress_file().parent.mkdir(parents=True)
    with sqlite3.connect(progress_file()) as book:
        book.executescript(
            "create table attempts (exercise text, at real, status text, score real, mistake text);"
            "create table hints (exercise text primary key, seen integer);"
            "create table answers (question text, at real, chosen text, is_right integer);"
            "create table reviews (item text, at real, seed integer, is_right integer);"
            "insert into attempts values ('w07.mix', 17.5, 'right', 1.0, null);"
        )
    predict("w99.1", 10)
    assert store.guess_of("w99.1")[0] == 10.0 and store.attempts()["w07.mix"]["right"]
    assert store.notes() == []


def test_a_file_of_the_version_before_that_cannot_be_written_has_no_guesses(tmp_path: Path) -> None:
    from course_lib.exercises.tracking.schema import read_only

    with sqlite3.connect(tmp_path / "old.db") as book:
        book.execute("create table reviews (item text)")
    assert read_only(tmp_path / "old.db", "select * from predictions") == []


def notebook(*cells: str) -> str:
    made = [
        {"cell_type": "code", "source": each, "metadata": {}, "outputs": [], "execution_count": None} for each in cells
    ]
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def test_a_class_is_counted_without_names(tmp_path: Path) -> None:
    row = ("w99.1", 5.0, "guess", "30.0")
    (tmp_path / "ada.json").write_text(as_text(Records(predictions=frozenset({row}))))
    (tmp_path / "bob.ipynb").write_text(notebook('%time\npredict("w99.1", 10)', 'predict("w99.3", "b")', "x ="))
    (tmp_path / "cy.ipynb").write_text(
        notebook('predict("w99.1")', 'predict("w99.3", open("x"))', 'predict("w99.2", (1, 5))')
    )
    (tmp_path / "dan.json").write_text("no progress")
    people, notes = class_guesses(tmp_path)
    assert people == [{"w99.1": 30.0}, {"w99.1": 10, "w99.3": "b"}, {"w99.2": (1, 5)}]
    assert len(notes) == 1 and notes[0].startswith("dan.json was left out")
    counted = {each.id: each for each in count_guesses("w99", people)}
    assert (counted["w99.1"].people, counted["w99.1"].rows) == (2, (("10", 1), ("30", 1)))
    assert counted["w99.1"].middle == "20%" and counted["w99.3"].rows == (("a: up", 0), ("b: down", 1))
    assert counted["w99.2"].rows == (("start 1", 1), ("end 5", 1)) and counted["w99.4"].people == 0
    with pytest.raises(CourseError, match="there is no folder"):
        class_guesses(tmp_path / "none")


def test_many_different_numbers_are_counted_in_ranges() -> None:
    [found, *_] = count_guesses("w99.1", [{"w99.1": n} for n in range(21)] + [{"w99.1": "x"}])
    assert found.people == 21
    assert found.rows == (("0 to 4", 4), ("4 to 8", 4), ("8 to 12", 4), ("12 to 16", 4), ("16 to 20", 5))


def test_orders_and_curves_of_a_class() -> None:
    people = [{"w99.4": ["mlp", "conv", "attention"], "w99.5": [y, y, y]} for y in (1, 2, 9)]
    counted = {each.id: each for each in count_guesses("w99", people)}
    assert counted["w99.4"].rows == (("mlp, conv, attention", 3),)
    assert counted["w99.5"].middle == "at 0: 2; at 1: 2; at 4: 2"


def test_the_report_has_the_guesses_and_no_name() -> None:
    from course_lib.grading.reports.class_report import class_report, class_report_text

    counted = count_guesses("w99", [{"w99.1": 10}, {"w99.1": 10}])
    html, text = class_report([], [], guesses=counted), class_report_text([], [], guesses=counted)
    assert "What the class guessed" in html and "w99.1, what w99.1 is about: 2 guesses" in html
    assert "w99.1, what w99.1 is about: 2 guesses. The middle one: 10%. 10, 2" in text
    assert "What the class guessed" not in class_report([], [])


def test_the_form_keeps_what_stands_in_its_fields(monkeypatch: pytest.MonkeyPatch) -> None:
    from course_lib.exercises.predictions.form import Form

    found = {id: Form(declare.find_prediction(id)) for id in KINDS}
    found["w99.1"].button.click()
    assert "write a number first" in found["w99.1"].said.value
    found["w99.1"].fields[0].value = "12,5 %"
    found["w99.2"].fields[0].value, found["w99.2"].fields[1].value = "1", "two"
    found["w99.3"].fields[0].value = "b"
    found["w99.4"].rows.index = 2
    found["w99.4"].move(-1)
    found["w99.4"].move(-1)
    found["w99.4"].move(-1)
    found["w99.5"].fields[0].ys = [1.0, 2.0, 3.0]
    found["w99.6"].fields[0].value = "0.5"
    for form in found.values():
        form.button.click()
    assert store.guess_of("w99.1")[0] == 12.5 and "'two' is no number" in found["w99.2"].said.value
    assert store.guess_of("w99.3")[0] == "b" and store.guess_of("w99.4")[0] == ["attention", "conv", "mlp"]
    assert found["w99.4"].rows.value == "attention", "what was moved stays chosen"
    assert store.guess_of("w99.5")[0] == [1.0, 2.0, 3.0]
    again = Form(declare.find_prediction("w99.1"))
    assert again.fields[0].value == "12.5" and "Written down: 12.5%" in again.said.value


def test_a_front_end_is_one_that_a_person_looks_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JPY_SESSION_NAME", "lecture.ipynb")
    assert not display.has_front_end(), "plain Python shows no widgets, whatever the environment says"
