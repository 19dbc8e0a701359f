"""Who is in the class: our own CSV, a Canvas gradebook export, or a Moodle worksheet or list of participants.

Ours      columns id, name, email, aliases (separated by `;`); id alone is enough
Canvas    Grades, Export: Student (or LastName, FirstName), ID, SIS User ID, SIS Login ID, Section
          (canvas-lms, lib/gradebook_exporter.rb); the row `Points Possible` and the test student are left out
Moodle    the grading worksheet (Identifier, Full name, ID number, Email address) or the list of participants
          (First name, Last name, ID number, Email address)
"""

import csv
import io
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from course_lib.errors import CourseError
from course_lib.grading.class_files import folder_name
from course_lib.grading.records import Student
from course_lib.grading.roster.matching import same_id
from course_lib.grading.roster.tables import Table, read_table

Row = dict[str, str]
Found = tuple[int, Student]  # the line of the file, and who stands there


def read_roster(path: Path, strict: bool = True) -> tuple[list[Student], list[str]]:
    """The students in the order of the file, and notes for the teacher.

    strict   an alias of our own table may belong to one student alone (numbers of campus systems may coincide)
    Raises CourseError that names the line for an id that is empty or stands there twice.
    """
    table = read_table(path)
    notes = list(table.notes)
    if table.has("id") and not table.has("section"):
        found = list(_ours(table))
    elif table.has("id", "section"):
        found = list(_canvas(table, notes))
    elif table.has("email address") or table.has("identifier"):
        found = list(_moodle(table))
    else:
        raise CourseError(
            f"{path} has the columns {', '.join(table.columns)}. A roster has id, name, email, aliases; "
            "the exports of Canvas (Student, ID, Section) and Moodle (Identifier, Full name, Email address) will do too"
        )
    _check(found, path, strict and not table.has("section") and table.has("id"))
    return [student for _, student in found], notes


def as_csv(students: list[Student]) -> str:
    """The roster in our own columns."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["id", "name", "email", "aliases"])
    writer.writerows([each.id, each.name, each.email, ";".join(each.aliases)] for each in students)
    return text.getvalue()


def _ours(table: Table) -> Iterator[Found]:
    for line, row in table.rows:
        aliases = tuple(_clean(each) for each in row.get("aliases", "").split(";") if each.strip())
        yield line, Student(_clean(row["id"]), _clean(row.get("name", "")), row.get("email", ""), aliases)


def _canvas(table: Table, notes: list[str]) -> Iterator[Found]:
    rows = [(line, row) for line, row in table.rows if row.get("id") and not _is_test(row)]
    if left := sum(1 for _, row in table.rows if row.get("id") and _is_test(row)):
        notes.append(f"{left} test student of Canvas was left out")
    id = _first_full(rows, ("sis login id", "sis user id", "id"))
    for line, row in rows:
        last, _, first = row.get("student", "").partition(",")
        name = f"{first} {last}" if "student" in row else f"{row.get('firstname', '')} {row.get('lastname', '')}"
        yield line, _student(row, id, ("sis login id", "sis user id", "id"), name, "")


def _moodle(table: Table) -> Iterator[Found]:
    ids = ("username", "id number", "email address", "identifier")
    id = _first_full(list(table.rows), ids)
    for line, row in table.rows:
        name = row.get("full name") or f"{row.get('first name', '')} {row.get('last name', row.get('surname', ''))}"
        yield line, _student(row, id, ids, name, row.get("email address", ""))


def _student(row: Row, id: str, others: tuple[str, ...], name: str, email: str) -> Student:
    mine = _clean(row[id]) if row.get(id) else ""
    known = dict.fromkeys(_clean(row[each]) for each in others if row.get(each))
    return Student(
        mine, _clean(name), email, tuple(each for each in known if each not in (mine, email) and ";" not in each)
    )


def _first_full(rows: list[tuple[int, Row]], columns: tuple[str, ...]) -> str:
    """The first of these columns in which every row has something of its own."""
    for column in columns:
        if rows and len({row[column] for _, row in rows if row.get(column)}) == len(rows):
            return column
    return next((column for column in columns if any(row.get(column) for _, row in rows)), columns[0])


def _is_test(row: Row) -> bool:
    return row.get("student") == "Student, Test" or (row.get("lastname"), row.get("firstname")) == ("Student", "Test")


def _clean(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _check(found: list[Found], path: Path, strict: bool) -> None:
    if not found:
        raise CourseError(f"{path} names no student")
    taken: dict[str, int] = {}
    for line, student in found:
        if not student.id:
            raise CourseError(f"{path}, line {line}: the id is empty; every student needs one of their own")
        if (first := taken.get(same_id(student.id))) is not None:
            raise CourseError(f"{path}, line {line}: the id {student.id!r} stands in line {first} already")
        taken[same_id(student.id)] = line
        try:
            folder_name(student.id)
        except CourseError as error:
            raise CourseError(f"{path}, line {line}: {error}") from error
    for line, student in found if strict else []:
        for alias in student.aliases:
            if taken.setdefault(same_id(alias), line) != line:
                other = taken[same_id(alias)]
                raise CourseError(f"{path}, line {line}: the alias {alias!r} belongs to line {other} already")
