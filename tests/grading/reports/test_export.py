"""Marks on their way back to Canvas and Moodle, read again by the rules of their importers."""

import csv
import dataclasses
import io
from typing import Any

import pytest

from course_lib.errors import CourseError
from course_lib.grading.records import Student
from course_lib.grading.reports.export import canvas_csv, course_csv, moodle_csv
from course_lib.grading.reports.spreadsheets import as_csv, read_spreadsheet, safe
from tests.grading.marks_made_up import ANNA, BEN, BIAS, HAND, marks, missing

CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,Notes,Week 6 homework (311),Week 7 homework (312),Current Score
,,,,,,Manual Posting,Manual Posting,
    Points Possible,,,,,,10.00,20.00,(read only)
"Müller, Anna",901,4711,anna@uni.test,Group 1,likes graphs,7.00,,70.00
"Okafor, Ben",902,4712,ben@uni.test,Group 1,,9.00,3.00,90.00
"Student, Test",903,,5f4dcc,Group 1,,,12.00,
"""
MOODLE = """\
\ufeffIdentifier,"Full name","Email address",Status,Grade,"Maximum Grade","Grade can be changed",\
"Last modified (submission)","Last modified (grade)","Feedback comments"
"Participant 512","Anna Müller",anna@uni.test,"Submitted - Graded",,20.00,Yes,"Friday, 20 November 2026, 9:00 PM",-,
"Participant 513","Ben Okafor",ben@uni.test,"No submission",,20.00,Yes,-,-,
"Participant 514","Cleo Stranger",cleo@uni.test,"No submission",5.00,20.00,Yes,-,-,"<p>kept</p>"
"""
CLASS = ([marks(), missing()], [ANNA, BEN], {"anna": HAND})


def rows(text: str, delimiter: str = ",") -> list[list[str]]:
    found = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    assert len({len(row) for row in found}) == 1
    return found


def as_canvas_reads(text: str) -> dict[str, dict[str, Any]]:
    """Grades by assignment and user id, by the rules of Canvas's gradebook_importer.rb."""
    found = rows(text)
    head = found[0]
    assert "Student" in head[0] and "ID" in head[1] and head[2:4] == ["SIS User ID", "SIS Login ID"]
    assert "Section" in head[4]  # the last of the student's columns; all that follow are assignments
    grades: dict[str, dict[str, Any]] = {name: {} for name in head[5:]}
    for row in found[1:]:
        if "Points Possible" in row[0] or all(cell.strip() in ("", "Manual Posting") for cell in row):
            continue
        for name, cell in zip(head[5:], row[5:], strict=True):
            grades[name][row[1] or row[3]] = cell
    return grades


def test_canvas_gets_its_own_columns_back_and_one_assignment() -> None:
    made = canvas_csv(*CLASS, template=CANVAS, assignment="Week 7 homework")
    found, before = rows(made.text), rows(CANVAS)
    assert [row[:5] for row in found] == [row[:5] for row in before]
    assert found[1] == ["", "", "", "", "", "Manual Posting"] and found[2][5] == "20.00"
    assert as_canvas_reads(made.text) == {"Week 7 homework (312)": {"901": "8.1", "902": "0", "903": "12.00"}}
    assert made.notes == (
        "1 in the file from Canvas are not in the roster and stay as they were: 5f4dcc / 903 / Student, Test",
    )
    assert made.text.startswith("Student,")  # no byte order mark


def test_canvas_without_a_template_finds_students_by_login_and_makes_an_assignment() -> None:
    made = canvas_csv(*CLASS, assignment="Week 7 homework")
    assert as_canvas_reads(made.text) == {"Week 7 homework": {"anna": "8.1", "ben": "0"}}
    assert rows(made.text)[1] == ["    Points Possible", "", "", "", "", "20"]


def test_canvas_with_semicolons_stays_with_semicolons() -> None:
    template = as_csv(rows(CANVAS), ";")
    made = canvas_csv(*CLASS, template=template, assignment="week 7 HOMEWORK (312)")
    assert rows(made.text, ";")[3] == ["Müller, Anna", "901", "4711", "anna@uni.test", "Group 1", "8.1"]


def test_names_in_two_columns_are_joined() -> None:
    template = "LastName,FirstName,ID,SIS Login ID,Section,HW (1)\n    Points Possible,,,,,20\nOkafor,Ben,902,bo1,G,\n"
    made = canvas_csv(*CLASS, template=template, assignment="HW")
    assert rows(made.text)[2] == ["Okafor", "Ben", "902", "bo1", "G", "0"]
    assert made.notes[0] == "1 with marks are not in the file from Canvas: anna"


@pytest.mark.parametrize(
    ("template", "assignment", "message"),
    [
        (CANVAS, "Week 8 homework", "has no column 'Week 8 homework'; it has: Student, ID"),
        (CANVAS, "Week 9 homework", "which of them is this homework's, with --column"),
        (CANVAS.replace("20.00", "100.00"), "Week 7 homework", "worth 100 points, but the homework is worth 20"),
        (CANVAS.replace("Week 6 homework", "Week 7 homework"), "Week 7 homework", "2 columns called"),
        (CANVAS.replace("902,4712", "902,4711"), "Week 7 homework", "fits 2 students of the roster, anna, ben"),
        (CANVAS.replace("902,4712,ben@uni.test", "902,,anna"), "Week 7 homework", "anna has two rows"),
        ("Name;Punkte\nx;1\n", "Week 7 homework", "this is no file from Canvas"),
        (CANVAS + "a,b,c,d,e,f,g,h,i,j\n", "Week 7 homework", "row 7 has more cells"),
        ("", "Week 7 homework", "this is no file from Canvas"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_with_a_reason(template: str, assignment: str, message: str) -> None:
    with pytest.raises(CourseError, match=message):
        canvas_csv(*CLASS, template=template, assignment=assignment)


def test_moodle_gets_grades_and_comments_and_everything_else_back() -> None:
    made = moodle_csv(*CLASS, template=MOODLE)
    found, before = rows(made.text), rows(MOODLE.removeprefix("\ufeff"))
    assert found[0] == before[0]
    changed = (4, 9)
    for new, old in zip(found, before, strict=True):
        assert [c for i, c in enumerate(new) if i not in changed] == [c for i, c in enumerate(old) if i not in changed]
    assert [row[4] for row in found[1:]] == ["8.1", "0", "5.00"]
    assert found[3][9] == "<p>kept</p>"
    lines = found[1][9].split("<br>")
    assert lines[1] == "A bias for distance: 2.5 of 5, wrong. This behaves like a known mistake: distance backwards."
    assert lines[-1] == "Late: 9 x 90% = 8.1" and "Name the limit, too." in found[1][9]
    assert found[2][9] == "nothing was handed in"
    assert all(float(row[4]) <= float(row[5]) for row in found[1:])  # Moodle drops others without a word


def test_moodle_comments_are_escaped_because_moodle_takes_them_for_html() -> None:
    evil = marks(questions=(dataclasses.replace(BIAS, title="<img src=x onerror=alert(1)>"),), written=())
    template = MOODLE.replace("20.00", "5.00")
    comment = rows(moodle_csv([evil], [ANNA], template=template).text)[1][9]
    assert "<img" not in comment and "&lt;img src=x" in comment


def test_anonymous_moodle_rows_are_found_by_an_alias() -> None:
    template = "Identifier,Status,Grade,Last modified (grade)\nParticipant 512,Submitted,,-\n"
    anna = dataclasses.replace(ANNA, aliases=("Participant 512",))
    assert rows(moodle_csv([marks()], [anna], template=template).text)[1][2] == "4.95"
    with pytest.raises(CourseError, match=r"Identifier, Grade, Last modified \(grade\)"):
        moodle_csv([marks()], [anna], template="Kennung,Bewertung\n1,2\n")


def test_two_students_of_one_name_are_not_mixed_up() -> None:
    template = "Identifier,Full name,Grade,Last modified (grade)\nParticipant 1,Anna Müller,,-\n"
    with pytest.raises(CourseError, match="fits 2 students"):
        moodle_csv([marks()], [ANNA, Student("anna2", "anna  müller")], template=template)


def test_the_plain_table_has_every_question_and_every_student() -> None:
    text = course_csv([marks(), missing()], [ANNA, BEN, Student("cleo", "Cléo")], {"anna": HAND})
    assert text.startswith("\ufeffid,name") and "\r\n" in text
    head, *found = rows(text.removeprefix("\ufeff"))
    anna, ben, cleo = (dict(zip(head, row, strict=True)) for row in found)
    assert anna["A bias for distance (w07-2-points)"] == "2.5" and anna["In your own words (w07-7-written)"] == "3.5"
    assert (anna["earned"], anna["late policy keeps"], anna["points"], anna["status"]) == ("9", "0.9", "8.1", "marked")
    assert anna["submission"] == "ab12cd34" and anna["course"] == "0.1.0"
    assert (ben["status"], ben["points"]) == ("nothing was handed in", "0")
    assert (cleo["name"], cleo["status"], cleo["points"]) == ("Cléo", "not marked", "")
    waiting = rows(course_csv([marks()], [ANNA]).removeprefix("\ufeff"))
    assert (
        waiting[1][4] == "1 to mark by hand" and waiting[1][waiting[0].index("In your own words (w07-7-written)")] == ""
    )


def test_unfinished_sums_are_said() -> None:
    assert canvas_csv([marks()], [ANNA]).notes == (
        "written answers that nobody has marked yet count 0 in 1 of the sums",
    )


@pytest.mark.parametrize(
    "cell", ["=1+1", "+cmd|' /C calc'!A1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1", "=1\n"]
)
def test_no_cell_can_start_a_formula(cell: str) -> None:
    assert safe(cell) == f"'{cell}"
    anna = dataclasses.replace(ANNA, name=cell, aliases=(cell,))
    for text in (course_csv([marks()], [anna]), canvas_csv([marks()], [anna]).text):
        assert f"'{cell}" in [one for row in rows(text.removeprefix("\ufeff")) for one in row]
    template = MOODLE.replace("Anna Müller", cell.replace('"', '""'))
    assert rows(moodle_csv(*CLASS, template=template).text)[1][1] == f"'{cell}"


@pytest.mark.parametrize("cell", ["-1.5", "+3", "-", "12,5", "95%", "Anna", "", "    Points Possible", "a=b", "'=1"])
def test_harmless_cells_stay_as_they_are(cell: str) -> None:
    assert safe(cell) == cell


def test_a_sheet_survives_quotes_line_ends_and_commas() -> None:
    table = [["ID", "Section", "x"], ["1", 'a "quoted", cell', "two\nlines"]]
    sheet = read_spreadsheet(as_csv(table), "Canvas", ("ID", "Section"))
    assert [sheet.heads, *sheet.rows] == table


def test_submissions_marked_out_of_different_sums_are_refused() -> None:
    with pytest.raises(CourseError, match="grade them again"):
        canvas_csv([marks(), marks("ben", written=())], [ANNA, BEN])
