"""A notebook taken apart: what stands together on the page, and what must not stand there."""

import io
import re
from typing import Any

import pytest
from nbformat.v4 import new_output
from PIL import Image

from course_lib.authoring.build import read
from course_lib.authoring.places import Place, checkout, notebooks
from course_lib.exercises.engine.registry import exercises
from course_lib.exercises.feedback import quiz
from course_lib.exercises.feedback.display import Page
from course_lib.site.lesson import Block, blocks
from course_lib.site.lessons import lesson, to_page
from course_lib.site.shown import Files, shown
from tests.site.made_up import TITLE, homework, lecture, place

SOURCES = notebooks(checkout() / "solutions")


def kinds(found: list[Block]) -> list[str]:
    return [each.kind for each in found]


def test_the_cells_of_a_lecture_become_blocks_in_order() -> None:
    found = blocks(lecture(), "a lecture")
    assert kinds(found) == [
        "prose", "setup", "teacher", "prose", "code", "prose", "exercise", "prose", "code", "code", "code",
    ]  # fmt: skip
    asked = found[6]
    assert asked.exercise == "w07.mix" and asked.text.startswith("**Exercise 7.1 · Mix**")
    assert found[5].text == "So far so good."
    assert "secret_answer" in asked.answer and "SOLUTION" not in asked.answer
    assert "secret_answer" not in asked.blank and "NotImplementedError" in asked.blank
    assert asked.check == 'mix = check("w07.mix", mix)'
    assert found[2].text == "**For the teacher.** Two minutes. Ask the room."


def test_homework_is_shown_as_it_is_handed_out() -> None:
    made = lesson(place("w07_attention/homework.ipynb"), homework())
    items = [item for part in made.sections for item in part.items]
    assert [item["kind"] for item in items] == ["prose", "prose", "exercise", "code", "prose", "written"]
    text = repr(made)
    assert "secret_answer" not in text and "model answer" not in text and "solved notebook printed" not in text
    assert [part.title for part in made.sections][1:] == [
        "Question 1 · A band (3 points)", "Question 5 · In your own words (4 points)",
    ]  # fmt: skip


def test_a_lesson_has_sections_with_their_own_ids() -> None:
    made = lesson(place(), lecture())
    assert made.title == TITLE and made.page == "w07_attention/lecture.html"
    assert [part.id for part in made.sections] == ["week-7-made-up-a-lesson", "7-1-an-average-ws", "7-2-an-average-ws"]
    assert "So far so good." in " ".join(made.sections[1].words)
    assert "frac" not in " ".join(made.sections[1].words), "TeX is nothing to search for"


@pytest.mark.parametrize(
    ("text", "aligned"),
    [
        ("the network beats the forest by more than a quarter: True", False),
        ("one  two gaps in one line alone", False),
        ("wiped afterwards,  sums: 0.33\nhidden before,     sums: 0.67", True),
        ("                atoms stable   valid\nreal test molecules     0.99    0.95", True),
        ("  indented\n    twice\nsaid", False),
        ("   100,000         11.24         0.99     5.08", True),
        ("the sum is:   0.33", False),
    ],
)
def test_columns_are_told_from_sentences(text: str, aligned: bool) -> None:
    (found,) = shown([new_output("stream", name="stdout", text=text)], Files())
    assert found.aligned == aligned


def test_a_page_asks_for_no_answer_that_it_cannot_take(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Page] = []
    monkeypatch.setattr(quiz, "show", told.append)
    options = {"a": ("This.", "No."), "b": ("That.", "Yes.")}
    quiz.ask(quiz.Question("w07.which", "Which?", options, "b"))
    assert "w07.which" in told[0].html
    [out] = shown([new_output("display_data", {"text/html": told[0].html})], Files())
    assert "Which?" in out.html and "What if b?" in out.html
    assert "w07.which" not in out.html and quiz.HOW not in out.html and out.html.endswith("</details></div>")


@pytest.mark.parametrize(("dpi", "size"), [(None, (8, 6)), (96, (8, 6)), (192, (4, 3))])
def test_a_finer_picture_is_not_shown_larger(dpi: int | None, size: tuple[int, int]) -> None:
    drawn = io.BytesIO()
    Image.new("RGB", (8, 6)).save(drawn, format="png", **({"dpi": (dpi, dpi)} if dpi else {}))
    assert Files().picture(drawn.getvalue())[1] == size


def test_what_a_cell_shows_is_taken_apart() -> None:
    made = lesson(place(), lecture())
    outputs = [out for part in made.sections for item in part.items for out in item.get("outputs", [])]
    assert [out.kind for out in outputs] == ["text", "picture", "html"]
    assert outputs[0].html == 'hello &lt;b&gt;\n<span class="ansi-bold">bold</span>'
    assert outputs[1].alt == "Two dots, and a line & more between them." and outputs[1].size == (4, 3)
    assert outputs[1].picture in made.files.images
    assert "<style>" not in outputs[2].html and "What if a?" in outputs[2].html


def test_hints_stand_with_their_exercise() -> None:
    made = lesson(place(), lecture())
    (asked,) = [item for part in made.sections for item in part.items if item["kind"] == "exercise"]
    (known,) = [each for each in exercises("w07") if each.id == "w07.mix"]
    assert len(asked["hints"]) == len(known.hints) > 1
    assert "secret_answer" in re.sub("<[^>]+>", "", asked["answer"])


@pytest.mark.parametrize("source", SOURCES, ids=lambda each: each.name)
def test_every_notebook_of_the_course_is_understood(source: Place) -> None:
    made = lesson(source, read(source))
    ids = [part.id for part in made.sections]
    assert len(set(ids)) == len(ids) and made.title
    asked = [item for part in made.sections for item in part.items if item["kind"] == "exercise"]
    mine = [each.id for each in exercises(source.week or "w00") if each.notebook == source.kind]
    if source.kind in ("lecture", "homework"):
        assert sorted(item["exercise"] for item in asked) == sorted(mine)
    shown: list[Any] = [item for part in made.sections for item in part.items if item["kind"] == "code"]
    assert shown and all(item["code"] for item in shown)
    if source.kind == "homework":
        assert not any(item["outputs"] for item in shown) and not any(item["answer"] for item in asked)
    else:
        assert all(item["answer"] for item in asked)
    words = " ".join(" ".join(part.words) for part in made.sections)
    assert "$" not in words, "a formula was taken for words"


@pytest.mark.parametrize(
    ("url", "page"),
    [
        ("../w08_transformer/lecture.ipynb", "../w08_transformer/lecture.html"),
        ("../w08_transformer/lecture.ipynb#8.1-From-%C3%A4-to-b", "../w08_transformer/lecture.html#8-1-from-ä-to-b"),
        ("homework.ipynb", "homework.html"),
        ("../start_here.ipynb", "../start_here.html"),
        ("https://example.org/a.ipynb", "https://example.org/a.ipynb"),
        ("#7.2-Whom-should", "#7-2-whom-should"),
    ],
)
def test_links_lead_from_page_to_page(url: str, page: str) -> None:
    assert to_page(url, "w07_attention/lecture") == page


@pytest.mark.parametrize("source", [each for each in SOURCES if each.kind == "lecture"], ids=lambda each: each.name)
def test_every_section_has_a_note_for_the_teacher_and_it_names_the_minutes(source: Place) -> None:
    for part in lesson(source, read(source)).sections:
        if re.match(r"\d+\.\d|In the wild", part.title):
            notes = [item["html"] for item in part.items if item["kind"] == "teacher"]
            assert notes, f"{part.title} has no note for the teacher"
            assert any(re.search(r"\b[Mm]inutes\b", note) for note in notes), f"{part.title}: how many minutes?"
