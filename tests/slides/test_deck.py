"""What becomes a slide, in which order, and what its speaker reads."""

from typing import Any

import pytest
from nbformat.v4 import new_output

from course_lib.authoring.build import read
from course_lib.authoring.places import Place, checkout, notebooks
from course_lib.site.lessons import lesson
from course_lib.site.markdown import plain
from course_lib.slides.deck import Part, deck
from course_lib.slides.pieces import HIGH
from course_lib.slides.slide import Slide
from course_lib.slides.words import elements, inside, without_links
from tests.slides.made_up import made_up

LECTURES = [each for each in notebooks(checkout() / "solutions") if each.kind == "lecture"]


@pytest.fixture(scope="module")
def parts() -> list[Part]:
    return deck(made_up())


def named(parts: list[Part]) -> dict[str, Slide]:
    return {slide.id: slide for part in parts for slide in part.slides}


def words(slide: Slide) -> str:
    return " ".join(plain(piece.html) for piece in slide.pieces)


def test_every_kind_of_cell_gets_its_slide_in_order(parts: list[Part]) -> None:
    assert [(slide.kind, slide.id) for part in parts for slide in part.slides] == [
        ("title", "w07-0-title"),
        ("prose", "w07-1-idea"),
        ("prose", "w07-1-hand"),
        ("predict", "w07-1-predict-predict"),
        ("picture", "w07-1-picture"),
        ("exercise", "w07-1-answer"),
        ("solution", "w07-1-answer-answer"),
        ("prose", "w07-2-idea"),
        ("quiz", "w07-2-quiz"),
        ("prose", "w07-3-end"),
    ]


def test_a_long_paragraph_is_cut_and_stands_whole_in_the_notes(parts: list[Part]) -> None:
    slide = named(parts)["w07-1-idea"]
    assert "And so on." not in words(slide) and "softmax" in words(slide)
    assert any("And so on." in note and note.count("relatives") == 8 for note in slide.notes)


def test_an_authored_fragment_waits_for_a_key(parts: list[Part]) -> None:
    steps = {plain(piece.html): piece.step for piece in named(parts)["w07-1-idea"].pieces}
    assert steps["One more thing."] == 1 and steps["So:"] == 0


def test_code_is_folded_behind_what_it_gives(parts: list[Part]) -> None:
    slides = named(parts)
    assert [each.label for each in slides["w07-1-hand"].codes] == ["Code: helper", "Code"]
    assert [each.id for each in slides["w07-1-picture"].codes] == ["w07-1-quiet", "w07-1-picture"]
    assert slides["w07-1-predict-predict"].codes == [], "the answer's code does not stand beside the question"


def test_a_prediction_stands_alone_and_the_answer_on_the_next_slide(parts: list[Part]) -> None:
    slide = named(parts)["w07-1-predict-predict"]
    assert words(slide) == "It may fall. Before you run the next cell: how far?"
    assert slide.more["lead"] == 1
    assert "how far?" in plain(slide.pieces[-1].html)


def item(id: str, **more: Any) -> dict[str, Any]:
    return {"kind": "code", "id": id, "slide": "-", "html": "", "code": "", "outputs": [], "guess": None} | more


def test_a_guess_goes_with_the_slide_that_asks_or_gets_one_of_its_own() -> None:
    made = made_up()
    part = made.sections[1]
    at = next(place for place, each in enumerate(part.items) if each["id"] == "w07-1-predict")
    asks, later = ({"id": id, "about": "it", "options": {}} for id in ("w07.1", "w07.2"))
    part.items[at + 1 : at + 1] = [item("w07-1-guess", guess=asks), item("w07-1-later", guess=later)]
    slides = named(deck(made))
    assert slides["w07-1-predict-predict"].more["guess"] == asks
    assert (slides["w07-1-later"].kind, slides["w07-1-later"].more["guess"]) == ("predict", later)


def test_a_diagram_has_a_slide_to_itself() -> None:
    from course_lib.site.shown import Files, shown
    from course_lib.viz.diagram.multi_head_attention import MULTI_HEAD_ATTENTION
    from course_lib.viz.diagram.page import forms

    [out] = shown([new_output("execute_result", forms(MULTI_HEAD_ATTENTION), execution_count=1)], Files())
    assert out.kind == "diagram" and out.alt.startswith("Diagram: multi-head attention")
    made = made_up()
    made.sections[1].items.append(item("w07-1-machine", outputs=[out]))
    slide = named(deck(made))["w07-1-machine"]
    assert slide.kind == "diagram" and "<svg" in slide.pieces[0].html and len(slide.pieces) == 1


def test_a_section_that_makes_a_claim_opens_with_it_and_its_figure() -> None:
    before, made = deck(made_up()), made_up()
    part = made.sections[1]
    first = next(each for each in part.items if each["id"] == "w07-1-idea")
    first |= {"claim": "<p>Weights <em>blend</em>.</p>", "show": "w07-1-picture"}
    cut = deck(made)
    assert [(slide.kind, slide.id) for slide in cut[1].slides] == [
        ("claim", "w07-1-idea-claim"), ("prose", "w07-1-idea"), ("prose", "w07-1-hand"),
        ("predict", "w07-1-predict-predict"), ("picture", "w07-1-picture"),
        ("exercise", "w07-1-answer"), ("solution", "w07-1-answer-answer"),
    ], "the picture answers the prediction"  # fmt: skip
    part.items = [each for each in part.items if each["id"] != "w07-1-predict"]
    assert [slide.id for slide in deck(made)[1].slides][:2] == ["w07-1-idea-claim", "w07-1-picture"]
    opening, formula = cut[1].slides[:2]
    assert words(opening) == "Weights blend." and opening.title.startswith("7.1 Weights") and formula.title == ""
    assert [(slide.kind, slide.id) for part in (cut[0], *cut[2:]) for slide in part.slides] == [
        (slide.kind, slide.id) for part in (before[0], *before[2:]) for slide in part.slides
    ], "a section without one keeps its slides"


def test_words_that_lose_their_slide_are_in_the_notes() -> None:
    made = made_up()
    first = next(each for each in made.sections[2].items if each["id"] == "w07-2-idea")
    first |= {"claim": "<p>Look.</p>", "show": "nowhere"}
    slides = deck(made)[2].slides
    assert [slide.kind for slide in slides] == ["claim", "quiz"]
    assert slides[0].notes == ["<h4>Closer</h4>", "<ul><li>one</li></ul>", "<ul><li>two</li></ul>"]


def test_an_exercise_is_asked_with_minutes_hints_and_mistakes(parts: list[Part]) -> None:
    from course_lib.exercises.engine.registry import find

    slides, known = named(parts), find("w07.mix")
    ask = slides["w07-1-answer"]
    assert ask.title == "7.1 · Mix" and sum(seconds for _, seconds in ask.more["stages"]) == known.minutes * 60
    assert len(ask.more["hints"]) == len(known.hints) > 0
    assert "Mix." in words(ask) and "hint(" not in words(ask)
    assert "secret_answer" not in repr(ask) and "secret_answer" in slides["w07-1-answer-answer"].pieces[0].html
    assert all(name.replace("<", "&lt;") in "".join(ask.notes) for name in known.mistakes)


def test_a_quiz_holds_every_option_and_its_reason(parts: list[Part]) -> None:
    from course_lib.exercises.feedback.quiz import find_question

    this, slide = find_question("w07.why_scale"), named(parts)["w07-2-quiz"]
    assert [each["letter"] for each in slide.more["options"]] == list(this.options)
    assert [each["letter"] for each in slide.more["options"] if each["right"]] == [this.right]
    assert "in the notebook" not in repr(slide)


def test_a_section_knows_its_minutes_and_its_teacher(parts: list[Part]) -> None:
    assert [part.minutes for part in parts] == [2, 15, None, None]
    assert "A common wrong idea." in parts[1].teacher[0]
    assert parts[1].seconds == 15 * 60 / 6 and [part.asked for part in parts] == [0, 5, 0, 0]


def test_what_to_try_in_an_explorer_is_in_its_notes() -> None:
    from tests.site.test_states import EXPLORERS

    made = made_up(EXPLORERS["attention"]())
    explorer = next(item for part in made.sections for item in part.items if item["id"] == "w07-2-explore0")
    part = next(part for part in made.sections if explorer in part.items)
    part.items.append({"kind": "prose", "id": "w07-2-look", "slide": "-", "html": "<p>Pick a word.</p>"})
    slide = named(deck(made))["w07-2-explore0"]
    assert slide.kind == "explorer" and slide.notes[-1] == "<p>Pick a word.</p>"


def test_a_heading_without_words_becomes_the_line_above_the_next_slide(parts: list[Part]) -> None:
    assert [(slide.title, slide.running) for slide in parts[2].slides] == [("Closer", "7.2 Look"), ("Quiz", "7.2 Look")]


def test_sources_stand_in_a_list(parts: list[Part]) -> None:
    [slide] = parts[3].slides
    assert [plain(piece.html) for piece in slide.pieces] == ["A 2001, B", "C 2002, D"]


def test_nothing_of_the_notebook_but_set_up_is_lost(parts: list[Part]) -> None:
    everything = repr(parts)
    assert "import torch" not in everything and "progress" not in everything
    assert "two" in words(named(parts)["w07-2-idea"]) and "lecture.html" not in everything


@pytest.mark.parametrize("place", LECTURES, ids=lambda place: place.week)
def test_every_lecture_is_cut_without_loss(place: Place) -> None:
    made = lesson(place, read(place))
    parts = deck(made)
    slides = [slide for part in parts for slide in part.slides]
    assert len({slide.id for slide in slides}) == len(slides)
    assert all(slide.high <= HIGH for slide in slides if slide.kind == "prose" and len(slide.pieces) > 1)
    items: list[dict[str, Any]] = [item for section in made.sections for item in section.items]
    assert sum(slide.kind == "exercise" for slide in slides) == sum(item["kind"] == "exercise" for item in items)
    outputs = [out for item in items if item["kind"] == "code" for out in item["outputs"] if out.kind == "picture"]
    assert sum(slide.kind == "picture" for slide in slides) == len(outputs)
    pieces = [piece.html for slide in slides for piece in slide.pieces]
    shown = [*pieces, *(note for slide in slides for note in slide.notes), *(slide.title for slide in slides)]
    told = "".join(map(squeezed, [*shown, *(slide.running for slide in slides)]))
    for item in items:
        for _, element in elements(without_links(item["html"])) if item["kind"] == "prose" else []:
            for part in [inside(each) for _, each in elements(inside(element))] if "<li>" in element else [element]:
                for source in part.split(" · "):
                    assert squeezed(source) in told, source


def squeezed(html: str) -> str:
    """The letters of a text without the spaces between them."""
    return "".join(plain(html).split())
