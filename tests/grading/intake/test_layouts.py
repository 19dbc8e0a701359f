"""The names that campus systems give to files, and what a notebook says about itself."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.grading.intake.layouts import Handed, recognise, stranger, without_common_folder
from course_lib.grading.intake.times import read_stamp
from course_lib.grading.records import Student
from course_lib.grading.roster.matching import Claim, Names

TEN = datetime(2026, 11, 21, 10, 0, 0, tzinfo=UTC)
NAMES = {
    "gomezruizanamaria_12345_67890_homework.ipynb": Handed(
        "canvas", Claim(("12345",), ("gomezruizanamaria",)), "homework.ipynb", attempt=67_890_000
    ),
    "ngbob_LATE_12346_67891_homework-2.ipynb": Handed(
        "canvas", Claim(("12346",), ("ngbob",)), "homework.ipynb", attempt=67_891_002, late=True
    ),
    "delacruz_maria_late_7_8_my_home_work_2.zip": Handed(
        "canvas", Claim(("7",), ("delacruz_maria",)), "my_home_work_2.zip", attempt=8000, late=True
    ),
    "müllerzoë_1_2_homework.ipynb": Handed("canvas", Claim(("1",), ("müllerzoë",)), "homework.ipynb", attempt=2000),
    "anon_AbC1d_99_homework.ipynb": Handed("canvas", Claim(("anon_AbC1d",)), "homework.ipynb", attempt=99_000),
    "LATE_anon_AbC1d_99_homework.ipynb": Handed(
        "canvas", Claim(("anon_AbC1d",)), "homework.ipynb", attempt=99_000, late=True
    ),
    "Ana Ruiz_1234567_assignsubmission_file_/homework.ipynb": Handed(
        "moodle", Claim(("Participant 1234567", "1234567"), ("Ana Ruiz", "Ruiz", "Ana")), "homework.ipynb"
    ),
    "ana5 Ana Ruiz_12_assignsubmission_file/sub/homework.ipynb": Handed(
        "moodle", Claim(("Participant 12", "12"), ("ana5 Ana Ruiz", "Ana Ruiz", "ana5")), "homework.ipynb"
    ),
    "Zoë_12_assignsubmission_file_my homework.ipynb": Handed(
        "moodle", Claim(("Participant 12", "12"), ("Zoë",)), "my homework.ipynb"
    ),
    "Participant_12_assignsubmission_file_/homework.ipynb": Handed(
        "moodle", Claim(("Participant 12", "12")), "homework.ipynb"
    ),
    "ana5+w07_attention+2026-11-21 10:00:00.000000 UTC+c2VjcmV0LXh4/homework.ipynb": Handed(
        "nbgrader", Claim((), ("ana5",)), "homework.ipynb", TEN, assignment="w07_attention"
    ),
    "ana+ruiz+w07+2026-11-21 11:00:00 +0100/homework.ipynb": Handed(
        "nbgrader", Claim((), ("ana+ruiz",)), "homework.ipynb", TEN, assignment="w07"
    ),
    "ana5/w07/homework.ipynb": Handed("plain", Claim((), ("ana5", "w07", "homework")), "homework.ipynb"),
    "ana_ruiz.ipynb": Handed("plain", Claim((), ("ana_ruiz", "ana ruiz")), "ana_ruiz.ipynb"),
    "W07-ana5_homework (2).ipynb": Handed(
        "plain", Claim((), ("W07-ana5_homework (2)", "ana5")), "W07-ana5_homework (2).ipynb"
    ),
}  # fmt: skip


@pytest.mark.parametrize("path", NAMES)
def test_a_name_is_read(path: str) -> None:
    assert recognise(path) == NAMES[path]


@pytest.mark.parametrize(
    ("path", "student"),
    [
        ("gomezana_12345_67890_homework.ipynb", Student("12345", "gomezana")),
        (
            "Ana Ruiz_77_assignsubmission_file_/x.ipynb",
            Student("Ana Ruiz", "Ana Ruiz", aliases=("Participant 77", "77")),
        ),
        ("Participant_77_assignsubmission_file_/x.ipynb", Student("Participant 77", aliases=("77",))),
        ("ana5/homework.ipynb", Student("ana5")),
        ("ana_ruiz.ipynb", Student("ana_ruiz")),
        ("ana5_homework.ipynb", Student("ana5")),
        ("homework.ipynb", None),
        ("w07-homework (1).ipynb", None),
        ("readme.txt", None),
    ],
)
def test_who_it_is_without_a_roster(path: str, student: Student | None) -> None:
    assert stranger(recognise(path), path) == student


@pytest.mark.parametrize(
    ("paths", "depth"),
    [
        (["submitted/ana/w07/homework.ipynb", "submitted/bob/w07/homework.ipynb"], 1),
        (["a/b/ana.ipynb", "a/b/bob.ipynb"], 2),
        (["ana/homework.ipynb"], 0),
        (["ana/homework.ipynb", "ana/lecture.ipynb"], 0),
        (["ana.ipynb", "bob.ipynb"], 0),
        (["x/Ana_1_assignsubmission_file_/h.ipynb", "x/Bo_2_assignsubmission_file_/h.ipynb"], 1),
        (["Ana_1_assignsubmission_file_/h.ipynb", "Ana_1_assignsubmission_file_/g.ipynb"], 0),
    ],
)
def test_a_folder_around_everything_is_no_student(paths: list[str], depth: int) -> None:
    roster = Names([Student("ana"), Student("bob")])
    assert without_common_folder(paths, roster) == depth
    if depth != 2:  # without a roster `a` may be a student
        assert without_common_folder(paths, None) == depth


@pytest.mark.parametrize(
    "text",
    ["2026-11-21 10:00:00.000000 UTC", "2026-11-21 10:00:00 UTC", "2026-11-21 11:00:00 +0100", "2026-11-21T10:00:00Z",
     "2026-11-21 11:00:00 Europe/Berlin", "2026-11-21T12:00:00+02:00", "Saturday, 21 November 2026, 10:00 AM",
     "Saturday, November 21, 2026, 10:00 AM", "2026-11-21 10_00_00 UTC"],
)  # fmt: skip
def test_stamps(text: str) -> None:
    assert read_stamp(text, UTC) == TEN


def test_a_stamp_without_a_zone_is_in_the_given_one_and_others_are_unknown() -> None:
    assert read_stamp("2026-11-21 12:00:00", timezone(timedelta(hours=2))) == TEN
    assert read_stamp("2026-11-21 12:00:00 XYZT") is None, "a zone that nobody knows is not guessed"
    for text in ("", "yesterday", "2026-13-40 10:00:00 UTC"):
        assert read_stamp(text) is None
    assert (read_stamp("2026-11-21 10:00:00") or TEN).tzinfo is not None


pieces = st.sampled_from(
    ["_", "+", "/", "1", "LATE", "anon_", "assignsubmission_file_", "2026-11-21 10:00:00 UTC", "."]
)


@given(st.lists(pieces | st.text(max_size=4), max_size=12).map("".join))
def test_no_name_breaks_the_reading(path: str) -> None:
    handed = recognise(path, UTC)
    assert handed.layout in ("plain", "canvas", "moodle", "nbgrader")
    stranger(handed, path)
    read_stamp(path, UTC)
