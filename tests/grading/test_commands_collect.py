"""`course release` and `course collect` as a teacher types them."""

from argparse import Namespace
from pathlib import Path

import pytest

from course_lib.cli.commands_collect import collect_work
from course_lib.errors import CourseError
from course_lib.grading.classroom import Classroom
from tests.grading.campus import homework, lay, lay_zip


def chosen(tmp_path: Path, *sources: Path, **more: str | None) -> Namespace:
    options = {"week": "w07", "to": str(tmp_path / "class"), "roster": None, "due": None, "late": None}
    return Namespace(source=[str(each) for each in sources], **(options | more))


def test_a_first_class_in_one_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_text(
        "Identifier,Full name,Email address\nParticipant 5,Ana Ruiz,ana@uni.edu\nParticipant 6,Bo Ng,bo@uni.edu\n"
    )
    work = lay_zip(tmp_path / "in.zip", {"Ana Ruiz_5_assignsubmission_file_/homework.ipynb": homework()})
    times = tmp_path / "times.csv"
    times.write_text('Identifier,Last modified (submission)\nParticipant 5,"Sunday, 22 November 2026, 10:00 AM"\n')
    options = {"roster": str(roster), "due": "2026-11-21T12:00+01:00", "late": "10%/day"}
    assert collect_work(chosen(tmp_path, work, times, **options)) == 0
    out = capsys.readouterr().out
    assert "w07: 1 of 2 students handed in; new uploads: 1." in out
    assert "ana@uni.edu: 0.92 days late, keeps 90%" in out
    assert "Handed in nothing (1): bo@uni.edu" in out
    room = Classroom.open(tmp_path / "class")
    assert [row.keeps for row in room.submissions("w07")] == [0.9, 1.0]
    seed = room.seed
    assert collect_work(chosen(tmp_path, work)) == 0
    assert Classroom.open(tmp_path / "class").seed == seed
    assert [row.keeps for row in room.submissions("w07")] == [0.9, 1.0], "due date and policy are remembered"


def test_a_mistake_makes_no_class(tmp_path: Path) -> None:
    work = lay(tmp_path / "in", {"ana.ipynb": homework()})
    times = tmp_path / "times.csv"
    times.write_text("who,at\nana,now\n")
    for wrong, said in (
        (chosen(tmp_path, work, week="w99"), "has no homework"),
        (chosen(tmp_path, work, due="soon"), "a due date is written like"),
        (chosen(tmp_path, work, late="a lot"), "cannot be read; for example"),
        (chosen(tmp_path, work, roster=str(tmp_path / "none.csv")), "there is no file"),
        (chosen(tmp_path, tmp_path / "none"), "there is no"),
        (chosen(tmp_path, times), "give the folder or the zip"),
        (chosen(tmp_path, work, times), "A table of times has `id` and `when`"),
        (chosen(tmp_path, work, late="10%/day"), "needs a due date"),
    ):
        with pytest.raises(CourseError, match=said):
            collect_work(wrong)
        assert not (tmp_path / "class").exists(), said
