"""Marks as CSV: for Canvas, for a Moodle grading worksheet, and a plain table with every question.

Canvas and Moodle find a student by identifiers of their own, so both start from the file that the teacher downloaded
there, and both get it back with nothing changed but this homework's column. Only the plain table starts with a byte
order mark: it is made for spreadsheets, which otherwise misread letters such as é; Canvas would take the
mark for a part of its first column's name.
Formats: Canvas, gradebook_importer.rb; Moodle, mod/assign/feedback/offline/importgradeslib.php.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from course_lib.grading.records import Marked, Student
from course_lib.grading.reports.placing import Placing
from course_lib.grading.reports.spreadsheets import as_csv, read_spreadsheet
from course_lib.grading.reports.totals import Hand, number, points_of, questions_of, total

BOM = "\ufeff"


@dataclass(frozen=True)
class Exported:
    """A finished file, and what its reader should know."""

    text: str
    notes: tuple[str, ...] = ()


def course_csv(marked: Iterable[Marked], students: Iterable[Student], hands: Mapping[str, Hand] | None = None) -> str:
    """One row a student of the roster with every question's points; an empty cell is a mark nobody has given yet."""
    found, hands = {each.student: each for each in marked}, hands or {}
    titles = {each.grade_id: each.title for one in found.values() for each in questions_of(one)}
    heads = ["id", "name", "email", "week", "status", *(f"{titles[name]} ({name})" for name in titles)]
    rows = [
        [*heads, "earned", "out of", "days late", "late policy keeps", "points", "submission", "handed in", "course"]
    ]
    for student in students:
        one = found.get(student.id)
        if one is None:
            rows.append([student.id, student.name, student.email, "", "not marked", *[""] * (len(rows[0]) - 5)])
            continue
        hand = hands.get(student.id, {})
        whole = total(one, hand)
        given = {each.grade_id: points_of(each, hand) for each in questions_of(one)}
        state = one.problem or (f"{whole.waiting} to mark by hand" if whole.waiting else "marked")
        rows.append([student.id, student.name, student.email, one.week, state])
        rows[-1] += ["" if (points := given.get(name)) is None else number(points) for name in titles]
        rows[-1] += [number(whole.earned), number(whole.out_of), number(one.days_late), number(one.keeps)]
        rows[-1] += [number(whole.final), one.sha256[:8], one.when, one.provenance.course]
    return BOM + as_csv(rows)


def canvas_csv(
    marked: Iterable[Marked],
    students: Iterable[Student],
    hands: Mapping[str, Hand] | None = None,
    template: str | None = None,
    assignment: str = "Homework",
) -> Exported:
    """A file for Canvas, Grades, Import.

    template: the file from Grades, Export. Its identifying columns and the assignment's column come back, and no other
    column, so that no newer mark of another assignment is overwritten. A student without marks keeps what was there.
    Without a template Canvas has to find students by login (our id) or name, and makes a new assignment.
    assignment: the column's name, with or without Canvas's number behind: "Week 7 homework" or "Week 7 homework (4711)"
    Raises CourseError when the file has no such column, or other points possible than the homework.
    """
    totals = Placing(marked, students, hands)
    if template is None:
        heads = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", assignment]
        rows = [heads, ["    Points Possible", "", "", "", "", number(totals.out_of)]]
        rows += [
            [each.name or each.id, "", "", each.id, "", totals.cell(each.id)]
            for each in totals.students
            if each.id in totals.marked
        ]
        return Exported(as_csv(rows), tuple(totals.notes()))
    sheet = read_spreadsheet(template, "Canvas", ("ID", "Section"))
    hint = "; say which of them is this homework's, with --column NAME"
    column, section = sheet.find(assignment, hint), sheet.find("Section")
    kept = [*range(section + 1), column]
    rows = [[sheet.heads[i] for i in kept]]
    for row in sheet.rows:
        new = [row[i] for i in kept]
        if "Points Possible" in row[0]:
            totals.must_be_worth(row[column], "Canvas", assignment)
        elif row[sheet.find("ID")].strip():  # not the row that says which columns are hidden
            keys = [row[i] for name in ("SIS Login ID", "SIS User ID", "ID") if (i := sheet.seek(name)) is not None]
            parts = [row[i] for name in ("Student", "FirstName", "LastName") if (i := sheet.seek(name)) is not None]
            new[-1] = totals.cell(totals.who(keys, " ".join(parts)), row[column])
        rows.append(new)
    return Exported(as_csv(rows, sheet.delimiter), tuple(totals.notes("the file from Canvas")))


def moodle_csv(
    marked: Iterable[Marked],
    students: Iterable[Student],
    hands: Mapping[str, Hand] | None = None,
    *,
    template: str,
) -> Exported:
    """A file for Moodle, assignment, Upload grading worksheet.

    template: the file from Download grading worksheet. Moodle knows a row by its Identifier ("Participant 512") alone
    and refuses one whose dates are older than the mark it has, so every column comes back as it was but Grade and
    Feedback comments. A student without marks keeps what was there.
    Raises CourseError when the file is no worksheet, or has another maximum grade than the homework.
    """
    totals = Placing(marked, students, hands)
    sheet = read_spreadsheet(template, "Moodle", ("Identifier", "Grade", "Last modified (grade)"))
    grade, most, comments = sheet.find("Grade"), sheet.seek("Maximum Grade"), sheet.seek("Feedback comments")
    names = ("Identifier", "Username", "ID number", "Email address")
    columns, name = [i for each in names if (i := sheet.seek(each)) is not None], sheet.seek("Full name")
    rows = [sheet.heads]
    for row in sheet.rows:
        student, new = totals.who([row[i] for i in columns], row[name] if name is not None else ""), list(row)
        if student is not None and student in totals.marked:
            if most is not None:
                totals.must_be_worth(row[most], "Moodle", "this assignment")
            new[grade] = totals.cell(student)
            if comments is not None:
                new[comments] = totals.comment(student)
        rows.append(new)
    return Exported(as_csv(rows, sheet.delimiter), tuple(totals.notes("the worksheet")))
