"""The demo class gets exactly the marks that its maker knows, in the real sandbox."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from course_lib.authoring.places import choose
from course_lib.errors import CourseError
from course_lib.exercises.engine.judge import judge_exercise
from course_lib.exercises.engine.registry import Exercise
from course_lib.exercises.engine.verdict import Verdict
from course_lib.exercises.feedback.points import earned_by, worst
from course_lib.grading.classroom import Classroom
from course_lib.grading.demo.answers import Answers
from course_lib.grading.demo.demo import DUE, MISTAKES, Truth, demo_class
from course_lib.grading.demo.source import standalone
from course_lib.grading.intake.collect import Collected, collect
from course_lib.grading.marking.assignment import load_assignment
from course_lib.grading.marking.marking import Memory, unmarked
from course_lib.grading.marking.worker import Job, open_marker
from course_lib.grading.records import Marked
from course_lib.grading.roster.roster import read_roster
from course_lib.lab.work_folder import lectures

SEED = 77
WEEKS = sorted({place.week for place in choose(lectures(), None) if place.kind == "homework" and place.week})
SIZES = {week: 30 if week == "w07" else 8 for week in WEEKS}


def written(week: str, folder: Path, size: int) -> tuple[dict[str, Truth], Collected]:
    """The class, handed in and collected."""
    truths = demo_class(week, folder / "class", size)
    roster = read_roster(folder / "class" / "roster.csv")[0]
    room = Classroom.create(folder / "room", roster)
    return truths, collect(folder / "class" / "submitted", week, room, roster, due=DUE)


@pytest.fixture(scope="module", params=SIZES)
def graded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, bwrap: str) -> Iterator[
    tuple[str, dict[str, Truth], Collected, dict[str, Marked], Memory]
]:  # fmt: skip
    """A week's class with its marks."""
    week = request.param
    folder = tmp_path_factory.mktemp(week)
    truths, collected = written(week, folder, SIZES[week])
    with open_marker(Job(week, SEED)) as marker:
        marks = {}
        for row in collected.submissions:
            data = (folder / "room" / row.file).read_bytes() if row.file else b""
            marks[row.student] = (
                unmarked(marker.assignment, row, marker.provenance)
                if row.problem
                else marker.mark(row.student, row.sha256, data)
            )
        yield week, truths, collected, marks, marker.trials


Graded = tuple[str, dict[str, Truth], Collected, dict[str, Marked], Memory]


def test_every_mark_is_the_truth(graded: Graded) -> None:
    week, truths, _, marks, _ = graded
    names = {each.exercise.id: each.name for each in load_assignment(week).questions}
    assert marks.keys() == truths.keys()
    for student, truth in truths.items():
        assert bool(marks[student].problem) is not truth.is_readable
        for mark in marks[student].questions:
            expected = truth.questions[names[mark.exercise]]
            where = f"{student} ({truth.story}), {mark.exercise}: {mark.reason}"
            assert (mark.status, mark.mistake) == (expected.status, expected.mistake), where
            assert expected.points is None or mark.points == expected.points, where
            assert mark.reason, where


def test_known_mistakes_earn_what_they_earn_in_a_notebook(graded: Graded) -> None:
    week, truths, _, marks, trials = graded
    exercises = {each.exercise.id: (each.name, each.exercise) for each in load_assignment(week).questions}
    seen = 0
    for student, truth in truths.items():
        for mark in marks[student].questions:
            name, exercise = exercises[mark.exercise]
            if mistake := truth.questions[name].mistake:
                assert mark.points == points_here(exercise, mistake, trials), f"{mark.exercise}: {mistake}"
                seen += 1
    assert seen >= SIZES[week] // 2 * len(exercises)


def points_here(exercise: Exercise, mistake: str, trials: Memory) -> float:
    """What the mistake's own function earns, judged in this process with the same seed."""

    def judge(seed: int) -> Verdict:
        return judge_exercise(exercise, exercise.mistakes[mistake].function, seed, make=trials)

    return earned_by(exercise, worst(judge, SEED))


def test_written_questions_are_seen_as_answered(graded: Graded) -> None:
    _, truths, _, marks, _ = graded
    for student, truth in truths.items():
        if truth.is_readable:
            assert {each.answered for each in marks[student].written} == {truth.wrote}, truth.story


def test_late_missing_and_unreadable_are_told_apart(graded: Graded) -> None:
    _, truths, collected, _, _ = graded
    rows = {row.student: row for row in collected.submissions}
    for student, truth in truths.items():
        assert rows[student].days_late == truth.days_late
        assert (rows[student].problem == "nothing was handed in") is not truth.is_there
        assert bool(rows[student].problem) is not truth.is_readable


def test_all_known_mistakes_of_all_weeks_are_in_a_class_of_30(tmp_path: Path) -> None:
    for week in SIZES:
        answers = Answers(week)
        assert not answers.left_out
        truths = demo_class(week, tmp_path / week, 30)
        for question in answers.assignment.questions:
            told = {truth.questions[question.name].mistake for truth in truths.values() if truth.story == MISTAKES}
            assert told == question.exercise.mistakes.keys(), question.exercise.id
        assert len({truth.story for truth in truths.values()}) == 16


def test_the_same_class_is_written_again(tmp_path: Path) -> None:
    one, other, another = (tmp_path / name for name in ("one", "other", "another"))
    assert demo_class("w07", one, 12) == demo_class("w07", other, 12) != demo_class("w07", another, 12, seed=1)
    assert hashes(one) == hashes(other)


def hashes(folder: Path) -> dict[str, str]:
    """Every file below a folder."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_a_class_of_nobody_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="a class of 0 students"):
        demo_class("w07", tmp_path, 0)


def helper(number: int, offset: int = len("ab")) -> int:
    """Called by the function below."""
    return number + offset


def made_by(step):  # type: ignore[no-untyped-def]
    """A function with two others in its closure."""

    def walk(number: int) -> list[int]:
        return [step(each) for each in range(number)]

    return walk


def test_a_function_is_written_out_with_all_it_needs() -> None:
    here: dict[str, object] = {}
    source = standalone(made_by(lambda each: each * 10), "walk_ten")
    exec(source, here)
    assert here["walk_ten"](3) == [0, 10, 20]  # type: ignore[operator]
    assert "tests" not in source and "course_lib" not in source


def test_what_cannot_be_written_out_is_refused() -> None:
    with pytest.raises(CourseError, match="step is object"):
        standalone(made_by(object()), "walk")
