"""Building: answers cut, outputs cleared, the same bytes every time, and nothing of a removed source left."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from course_lib.authoring.build import build
from course_lib.authoring.leaks import answers_in
from course_lib.authoring.places import choose
from course_lib.errors import CourseError
from tests.authoring.ready import HOMEWORK, LECTURE, cell, change_raw, copy_of, make_ready, source_of

Edit = Callable[..., None]


def files(top: Path) -> dict[str, bytes]:
    """Every file below a folder with its bytes."""
    return {file.relative_to(top).as_posix(): file.read_bytes() for file in top.rglob("*") if file.is_file()}


def test_the_real_tree_has_no_problem() -> None:
    assert build(check=True) == []


def test_a_learner_gets_stubs_without_outputs(course: Path) -> None:
    make_ready(course)
    made = copy_of(course)
    assert cell(made, "w07-1-answer").source == "def double(x):\n    # YOUR CODE HERE\n    raise NotImplementedError()"
    assert all(not each.outputs and each.execution_count is None for each in made.cells if each.cell_type == "code")
    assert [each.id for each in made.cells] == [each.id for each in source_of(course).cells]
    assert set(made.metadata) == {"kernelspec", "language_info"}, "the code hash belongs to the source"
    assert cell(made, "w07-0-title").metadata["slideshow"] == {"slide_type": "slide"}


def test_homework_is_locked_and_its_written_answer_is_cut(course: Path) -> None:
    make_ready(course)
    made = copy_of(course, HOMEWORK)
    marks, words = cell(made, "w07-1-marks"), cell(made, "w07-4-written")
    assert marks.metadata["deletable"] is False
    assert marks.metadata["editable"] is False
    assert marks.metadata["nbgrader"]["checksum"]
    assert marks.source == cell(source_of(course, HOMEWORK), "w07-1-marks").source
    assert "Because" not in words.source
    assert "YOUR ANSWER HERE" in words.source


def test_no_answer_text_and_no_marker_is_left(course: Path) -> None:
    make_ready(course)
    for content in files(course / "lectures").values():
        for word in (b"twice", b"Because twice", b"BEGIN SOLUTION", b"END SOLUTION"):
            assert word not in content


def test_building_twice_gives_the_same_bytes(course: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    said = build(root=course)
    assert said == [f"lectures/{HOMEWORK} written", f"lectures/{LECTURE} written"]
    first = files(course / "lectures")
    assert build(root=course) == [], "nothing changed, so nothing is written"
    other = tmp_path_factory.mktemp("other")
    shutil.copytree(course / "solutions", other / "solutions")
    build(root=other)
    assert files(other / "lectures") == first


def test_building_does_not_touch_the_sources(course: Path) -> None:
    before = files(course / "solutions")
    build(root=course)
    build(check=True, root=course)
    assert files(course / "solutions") == before


def test_outputs_of_the_source_do_not_change_the_copy(course: Path) -> None:
    build(root=course)
    bare = files(course / "lectures")
    make_ready(course)
    assert files(course / "lectures") == bare


def test_a_changed_source_renews_its_copy_alone(course: Path, edit: Edit) -> None:
    make_ready(course)
    edit(lambda made: cell(made, "w07-3-end").update(source="## In the wild\nMore."))
    assert build(root=course) == [f"lectures/{LECTURE} written"]


def test_a_copy_without_source_goes_away_with_its_folder(course: Path) -> None:
    make_ready(course)
    shutil.rmtree(course / "solutions" / "w07_attention")
    assert sorted(build(check=True, root=course)) == [
        f"lectures/{name} has no source in solutions/: run `course build`" for name in (HOMEWORK, LECTURE)
    ]
    assert (course / "lectures" / LECTURE).exists(), "a check removes nothing"
    assert build(root=course) == [
        f"lectures/{name} removed: its source is gone" for name in (HOMEWORK, LECTURE)
    ]  # fmt: skip
    assert not (course / "lectures" / "w07_attention").exists()


def test_check_writes_nothing_and_names_what_is_missing(course: Path) -> None:
    make_ready(course)
    (course / "lectures" / LECTURE).unlink()
    before = files(course)
    assert build(check=True, root=course) == [f"lectures/{LECTURE} is missing: run `course build`"]
    assert files(course) == before


def test_a_stale_copy_is_named(course: Path, edit: Edit) -> None:
    make_ready(course)
    edit(lambda made: cell(made, "w07-3-end").update(source="## In the wild\nMore."))
    [problem] = build(check=True, root=course)
    assert problem.startswith(f"lectures/{LECTURE} is stale: run `course build`")


def test_a_copy_edited_by_hand_is_named(course: Path) -> None:
    """An answer, a marker and an output smuggled into a copy: each is said, beside that the copy is stale."""
    make_ready(course)
    answer = "  y = 1\n  twice = x + x\n\n  # so\n  return twice"

    def spoil(made: dict) -> None:
        made["cells"][3]["source"] = f"def f(x):\n{answer}\n# BEGIN SOLUTION"
        made["cells"][3]["execution_count"] = 1

    change_raw(course / "lectures" / LECTURE, spoil)
    stale, *rest = build(check=True, root=course)
    assert "is stale" in stale
    assert rest == [
        f"lectures/{LECTURE}: the text 'BEGIN SOLUTION' is left in it",
        f"lectures/{LECTURE}: cell w07-1-check keeps an output",
        f"lectures/{LECTURE}: cell w07-1-check gives away the answer of cell w07-1-answer",
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("twice = x + x\nreturn twice", True),
        ("        twice = x + x\n# a remark\n\n        return twice\nprint(1)", True),
        ("twice = x + x", False),
        ("twice = x + x\nprint(twice)\nreturn twice", False),
    ],
    ids=["plain", "indented, commented", "half of it", "interrupted"],
)
def test_an_answer_is_recognised_by_its_lines(course: Path, text: str, found: bool) -> None:
    assert bool(list(answers_in(text, source_of(course)))) is found


def test_an_answer_that_the_prose_gives_away_is_a_problem(course: Path, edit: Edit) -> None:
    make_ready(course)
    edit(lambda made: cell(made, "w07-3-end").update(source="## In the wild\n\n    twice = x + x\n    return twice"))
    build(root=course)
    assert build(check=True, root=course) == [
        f"lectures/{LECTURE}: cell w07-3-end gives away the answer of cell w07-1-answer"
    ]


def test_a_broken_source_stops_a_build_and_is_one_problem_of_a_check(course: Path) -> None:
    make_ready(course)
    (course / "solutions" / LECTURE).write_text('{"cells": [', encoding="utf-8")
    with pytest.raises(CourseError, match=rf"^{LECTURE} is not a notebook that Jupyter can read"):
        build(root=course)
    [problem] = build(check=True, root=course)
    assert problem.startswith(f"solutions/{LECTURE} is not a notebook")


def test_metadata_that_nbgrader_refuses_are_a_sentence_with_the_notebook(course: Path, edit: Edit) -> None:
    make_ready(course)
    edit(lambda made: cell(made, "w07-1-answer").metadata["nbgrader"].pop("grade_id"))
    with pytest.raises(CourseError, match=rf"{LECTURE}: \w+ says: "):
        build(root=course)
    assert any(" says: " in problem and LECTURE in problem for problem in build(check=True, root=course))


def test_an_open_solution_region_is_refused(course: Path, edit: Edit) -> None:
    edit(lambda made: cell(made, "w07-1-answer").update(source="### BEGIN SOLUTION\nreturn 1"))
    with pytest.raises(CourseError, match=f"{LECTURE}: ClearSolutions says: "):
        build(root=course)


@pytest.mark.parametrize("content", ['{"cells": [', "<<<<<<< ours\n{}", "[]"], ids=["cut off", "conflict", "a list"])
def test_a_damaged_copy_is_a_problem_not_a_crash(course: Path, content: str) -> None:
    make_ready(course)
    (course / "lectures" / LECTURE).write_text(content, encoding="utf-8")
    assert any(LECTURE in problem for problem in build(check=True, root=course))
    assert build(root=course) == [f"lectures/{LECTURE} written"]


def test_a_checkout_below_a_hidden_folder_is_built_too(course: Path) -> None:
    hidden = course / ".local" / "course"
    shutil.copytree(course / "solutions", hidden / "solutions")
    assert build(root=hidden) == [f"lectures/{name} written" for name in (HOMEWORK, LECTURE)]


def test_copies_that_jupyter_keeps_are_not_ours(course: Path) -> None:
    make_ready(course)
    kept = course / "solutions" / "w07_attention" / ".ipynb_checkpoints"
    kept.mkdir()
    shutil.copy(course / "solutions" / LECTURE, kept / "lecture-checkpoint.ipynb")
    assert build(root=course) == []
    assert build(check=True, root=course) == []


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (["w07"], [HOMEWORK, LECTURE]),
        (["w07_attention/"], [HOMEWORK, LECTURE]),
        (["w07_attention/lecture"], [LECTURE]),
        (["w07_attention/lecture.ipynb", "w07"], [LECTURE, HOMEWORK]),
        (None, [HOMEWORK, LECTURE]),
    ],
)
def test_a_person_names_notebooks_as_they_like(course: Path, asked: list[str] | None, found: list[str]) -> None:
    assert [place.name for place in choose(course / "solutions", asked)] == found


def test_a_name_that_fits_nothing_is_told_what_there_is(course: Path) -> None:
    with pytest.raises(CourseError, match="no notebook is called 'w08' in solutions/; there are: w07_attention/homew"):
        choose(course / "solutions", ["w08"])


def test_the_stored_text_is_one_that_git_can_compare(course: Path) -> None:
    build(root=course)
    text = (course / "lectures" / LECTURE).read_text(encoding="utf-8")
    assert text.endswith("}\n")
    assert list(json.loads(text)) == ["cells", "metadata", "nbformat", "nbformat_minor"]


def test_a_learner_gets_no_note_for_the_teacher_and_no_text_of_a_slide(course: Path, edit: Edit) -> None:
    from course_lib.authoring.cells import text

    note = text("w07-1-notes", "> **For the teacher.** Ask the room.", "notes")
    claim = text("w07-1-idea", "## 7.1 Look", "slide", claim="A secret claim.", show="w07-1-picture")
    edit(lambda made: made.cells.extend([note, claim]))
    build(root=course)
    written = (course / "lectures" / "w07_attention" / "lecture.ipynb").read_text()
    assert "For the teacher" not in written and "secret claim" not in written and "slide_text" not in written
    assert "7.1 Look" in written
    source = (course / "solutions" / "w07_attention" / "lecture.ipynb").read_text()
    assert "For the teacher" in source and "secret claim" in source
