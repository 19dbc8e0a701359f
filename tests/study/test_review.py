"""The review notebook: every exercise can be asked alone, and a known answer is right there, with the day's seed."""

import json
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from course_lib.authoring.places import checkout
from course_lib.cli import main
from course_lib.exercises.engine import registry
from course_lib.exercises.tracking import store
from course_lib.study import notebook_cells, review
from course_lib.study.context_cells import plain
from course_lib.study.merge import Records
from course_lib.study.records import everything, take_in
from course_lib.study.review_items import askable
from course_lib.study.spaced_repetition import Standing, due, events, standings

TODAY = date(2026, 11, 21)
SOME = ("w07.additive", "w04.blend", "w14.reverse_step", "w07.why_scale", "w07.relative")
EVERY = [each.id for each in registry.exercises() if each.week != "w00"]


def days_ago(days: int) -> float:
    """Noon of a day in the past."""
    day = date.today() - timedelta(days=days)
    return time.mktime((day.year, day.month, day.day, 12, 0, 0, 0, 0, -1))


def chosen(*items: str) -> list[Standing]:
    return [Standing(item, 1, TODAY - timedelta(days=2)) for item in items]


def made(folder: Path, lectures: Path, *items: str) -> tuple[Path, list[dict[str, Any]]]:
    file, written = review.write_review(chosen(*items), TODAY, lectures, folder)
    assert written
    return file, notebook_cells.load(file)["cells"]


def solved() -> dict[str, str]:
    """The text of every answer, from the complete notebooks."""
    found = {}
    for file in sorted((checkout() / "solutions").glob("w*/*.ipynb")):
        cells = notebook_cells.load(file)["cells"]
        found |= {
            each.id: notebook_cells.source(cells[each.answer]) for each in notebook_cells.exercises(cells) if each.id
        }
    return found


def run(cells: list[dict[str, Any]], answers: dict[str, str]) -> None:
    """Run the code cells one after the other in one namespace, as a kernel does, with answers for the blanks."""
    names: dict[str, Any] = {}
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    for cell, following in zip(code, [*code[1:], {"source": "", "cell_type": "code"}], strict=True):
        text = plain(notebook_cells.source(cell))
        if cell["id"].endswith("-answer") and (asked := notebook_cells.checks(following)):
            text = answers.get(asked[0][0], text)
        exec(compile(text, f"<{cell['id']}>", "exec"), names)


@pytest.mark.parametrize("week", sorted({id[:3] for id in EVERY}))
def test_every_exercise_can_be_asked_alone(tmp_path: Path, lectures: Path, week: str) -> None:
    """Each in a notebook of its own, so that nothing comes from another's set-up; solved as the course solves it."""
    answers = solved()
    for item in (each for each in EVERY if each.startswith(week)):
        _, cells = made(tmp_path / item, lectures, item)
        run(cells, answers)
        [row] = everything().of({item}).reviews
        assert (row[2], row[3]) == (20261121, 1), f"{item} is not right in its review"


def test_a_review_left_blank_runs_to_its_end_and_counts_nothing(tmp_path: Path, lectures: Path) -> None:
    _, cells = made(tmp_path, lectures, *SOME)
    run(cells, {})
    assert everything().reviews == frozenset()


def test_it_says_why_asks_the_text_and_gives_nothing_away(tmp_path: Path, lectures: Path) -> None:
    _, cells = made(tmp_path, lectures, *SOME)
    text = {cell["id"]: notebook_cells.source(cell) for cell in cells}
    assert text["review-title"].count("You had it right on 19 November, 2 days ago.") == len(SOME)
    assert "Score every query against every key" in text["review-1-idea"]
    assert "exercise 7.3a, from [w07_attention/lecture.ipynb](../w07_attention/lecture.ipynb)" in text["review-1-idea"]
    assert "<details>" in text["review-1-lesson"]
    assert r"v^\top \tanh" in text["review-1-lesson"], "the formula above it"
    assert 'posterior = lend("w14.noised", "w14.cosine_betas", "w14.posterior")' in text["review-3-given"]
    assert "raise NotImplementedError" in text["review-1-answer"]
    assert 'quiz("w07.why_scale", seed=20261121)' in text["review-4-ask"]
    whole = "\n".join(text.values())
    assert "For the teacher" not in whole
    answers, blanks = solved(), {line.strip() for cell in cells for line in notebook_cells.source(cell).split("\n")}
    for item in (item for item in SOME if item in answers):
        body = [line.strip() for line in answers[item].split("\n") if line.strip() not in blanks]
        assert len(body) >= 2, f"{item}: the answer has no line to look for"
        assert not [line for line in body if "SOLUTION" not in line and line in whole]
        assert "### BEGIN SOLUTION" in body


def test_an_exercise_stands_without_its_neighbour_and_without_its_own_title(lectures: Path) -> None:
    cells = notebook_cells.load(lectures / "w04_unet/lecture.ipynb")["cells"]
    blend = next(each for each in notebook_cells.exercises(cells) if each.id == "w04.blend")
    assert review.text_of(cells, blend).startswith("Where several tiles cover a pixel")
    above = review.prose_above(cells, blend)
    assert above.startswith("#### 4.5 ")
    assert "Along one side: tiles start" not in above, "that is exercise 4.5a"


def test_the_same_ledger_and_day_give_the_same_bytes(tmp_path: Path, lectures: Path) -> None:
    one, _ = made(tmp_path / "one", lectures, *SOME)
    two, _ = made(tmp_path / "two", lectures, *SOME)
    assert one.read_bytes() == two.read_bytes()


def test_it_is_refreshed_until_somebody_writes_in_it(tmp_path: Path, lectures: Path) -> None:
    made(tmp_path, lectures, "w07.mix")
    file, cells = made(tmp_path, lectures, "w07.mix", "w07.attend")
    assert len(notebook_cells.checks(cells[-2])) == 1
    book = notebook_cells.load(file)
    book["cells"][-1]["source"] = "my own note"
    file.write_text(notebook_cells.dump(book))
    before = file.read_bytes()
    assert review.write_review(chosen("w07.mix"), TODAY, lectures, tmp_path) == (file, False)
    assert file.read_bytes() == before


def test_one_that_was_run_or_is_no_notebook_is_somebodys_own(tmp_path: Path, lectures: Path) -> None:
    file, _ = made(tmp_path, lectures, "w07.mix")
    book = notebook_cells.load(file)
    book["cells"][1]["execution_count"] = 1
    file.write_text(notebook_cells.dump(book))
    assert not review.is_untouched(file)
    file.write_text("a poem")
    assert not review.is_untouched(file)
    assert review.write_review(chosen("w07.mix"), TODAY, lectures, tmp_path) == (file, False)
    assert file.read_text() == "a poem"


def test_a_right_review_moves_on_and_a_missed_one_comes_tomorrow(tmp_path: Path, lectures: Path) -> None:
    """From the ledger to the notebook and back, twice."""
    store.record_attempt("w07.mix", "right", 1.0, None)
    store.record_attempt("w07.attend", "right", 1.0, None)
    now = date.today()
    later = now + timedelta(days=3)
    found = due(askable(standings(events(everything(), later))), later)
    assert [(each.item, each.box) for each in found] == [("w07.attend", 2), ("w07.mix", 2)]
    file, _ = review.write_review(found, later, lectures, tmp_path)
    wrong = "def attend(q, k, v, mask=None):\n    return v, q @ k.transpose(-2, -1)"
    noon = days_ago(-3)
    with pytest.MonkeyPatch.context() as clock:
        clock.setattr(store.time, "time", lambda: noon)
        run(notebook_cells.load(file)["cells"], solved() | {"w07.attend": wrong})
    known = {each.item: each for each in standings(events(everything(), later))}
    assert (known["w07.mix"].box, known["w07.mix"].due) == (3, later + timedelta(days=7))
    assert (known["w07.attend"].box, known["w07.attend"].due) == (1, later + timedelta(days=1))
    assert known["w07.attend"].missed


def test_what_the_course_no_longer_asks_is_left_out() -> None:
    there = askable(chosen("w07.mix", "w07.forgotten", "w00.difference", "w99.share"))
    assert [each.item for each in there] == ["w07.mix"]


def test_the_verb_lists_writes_and_limits(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["review", "--list"]) == 0
    assert "nothing to review yet" in capsys.readouterr().out
    assert main(["review"]) == 0
    assert not (home / "review").exists()
    right = {(item, days_ago(5), "right", 1.0, None) for item in ("w07.mix", "w07.attend", "w08.noam")}
    missed = ("w12.colours", days_ago(5), "wrong", 0.0, None)
    take_in(Records(frozenset({*right, missed}), frozenset({("w07.why_scale", days_ago(5), "b", 1)})))
    store.record_attempt("w14.loss", "right", 1.0, None)
    capsys.readouterr()
    assert main(["review", "--list"]) == 0
    said = capsys.readouterr().out
    assert said.count("(w07.") == 3
    assert "w12.colours" not in said, "it was never learnt"
    assert "Later:" in said
    assert "(w14.loss)" in said.partition("Later:")[2]
    assert main(["review", "--count", "2"]) == 0
    [file] = (home / "review").iterdir()
    assert file.name == f"review-{date.today().isoformat()}.ipynb"
    assert sum(len(notebook_cells.checks(cell)) for cell in notebook_cells.load(file)["cells"]) == 2
    file.write_text(json.dumps({**notebook_cells.load(file), "cells": []}))
    capsys.readouterr()
    assert main(["review"]) == 0
    assert "stays as it is" in capsys.readouterr().out
    assert main(["review", "--count", "0"]) == 2
    assert main(["progress"]) == 0
    assert "4 of what you learnt are due for review" in capsys.readouterr().out


def test_a_folder_that_cannot_be_written_is_said(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    take_in(Records(frozenset({("w07.mix", days_ago(5), "right", 1.0, None)})))
    (home / "review").write_text("a file where the folder should be")
    assert main(["review"]) == 2
    assert "Could not write the review" in capsys.readouterr().err
