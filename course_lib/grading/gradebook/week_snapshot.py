"""What the gradebook holds for some students of one week: the rows as they are, and the rows to be written."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Table, bindparam, insert, select, update

from course_lib.errors import CourseError
from course_lib.grading.gradebook.cells import NOTEBOOK
from course_lib.grading.gradebook.schema import CELLS, MARKS, OURS, SUBMISSIONS

Row = dict[str, Any]


@dataclass(frozen=True)
class HomeworkCells:
    """The cells of one homework, by the ids that nbgrader gave them."""

    week: str
    assignment: str
    notebook: str
    graded: dict[str, tuple[str, float]]  # grade_id -> id, points
    answers: dict[str, str]  # grade_id -> id
    comment_on: dict[str, str]  # grade_id of a mark -> grade_id of the answer beside it


@dataclass
class StudentRows:
    """The rows of some students, by student, and where there are several of one, by the cell's id."""

    assignments: dict[str, Row] = field(default_factory=dict)
    notebooks: dict[str, Row] = field(default_factory=dict)
    grades: dict[str, dict[str, Row]] = field(default_factory=lambda: defaultdict(dict))
    comments: dict[str, dict[str, Row]] = field(default_factory=lambda: defaultdict(dict))
    ours: dict[str, Row] = field(default_factory=dict)
    last: dict[str, dict[str, Row]] = field(default_factory=lambda: defaultdict(dict))  # of each grade_id, newest


class Changes:
    """Rows to add and values to change; written in one go."""

    def __init__(self) -> None:
        self.rows: dict[Table, list[Row]] = defaultdict(list)
        self.values: dict[Table, dict[tuple[str, ...], list[Row]]] = defaultdict(lambda: defaultdict(list))
        self.new: set[int] = set()  # rows of ours that are to be added, by identity
        self.touched: set[str] = set()  # students

    def add(self, student: str, table: Any, row: Row) -> Row:
        """A new row."""
        self.rows[table].append(row)
        self.new.add(id(row))
        self.touched.add(student)
        return row

    def set(self, student: str, table: Any, row: Row, keys: tuple[str, ...] = ("id",), **values: Any) -> None:
        """New values in a row that is there; nothing at all where they are the old ones."""
        changed = {name: value for name, value in values.items() if row[name] != value}
        if not changed:
            return
        row.update(changed)
        if id(row) not in self.new:
            names = (*keys, "|", *sorted(changed))
            self.values[table][names].append({f"_{key}": row[key] for key in keys} | changed)
        self.touched.add(student)

    def write(self, connection: Connection) -> None:
        """Write everything; tables that others refer to come first."""
        from nbgrader.api import Base

        for table in (*Base.metadata.sorted_tables, *OURS.sorted_tables):
            if rows := self.rows.get(table):
                connection.execute(insert(table), rows)
        for table, groups in self.values.items():
            for names, rows in groups.items():
                middle = names.index("|")
                chosen = [table.c[key] == bindparam(f"_{key}") for key in names[:middle]]
                values: Row = {name: bindparam(name) for name in names[middle + 1 :]}
                connection.execute(update(table).where(*chosen).values(values), rows)


def homework_cells(connection: Connection, week: str) -> HomeworkCells:
    """The cells of a week's homework. Raises CourseError where the week was never prepared."""
    from nbgrader.api import Assignment, BaseCell, GradeCell, Notebook

    assignments, notebooks, base, grades = tables(Assignment, Notebook, BaseCell, GradeCell)
    asked = select(assignments.c.id, notebooks.c.id).join(notebooks, notebooks.c.assignment_id == assignments.c.id)
    found = connection.execute(asked.where(assignments.c.name == week, notebooks.c.name == NOTEBOOK)).first()
    if found is None:
        there = connection.execute(select(assignments.c.name).order_by(assignments.c.name)).scalars().all()
        raise CourseError(f"the gradebook has no homework of {week!r}; there are: {', '.join(there) or 'none yet'}")
    mine = base.c.notebook_id == found[1]
    worth = connection.execute(select(base.c.name, base.c.id, grades.c.max_score).join(grades).where(mine))
    answers = connection.execute(select(base.c.name, base.c.id).where(mine, base.c.type == "SolutionCell"))
    beside = connection.execute(select(CELLS.c.grade_id, CELLS.c.comment_on).where(CELLS.c.week == week))
    graded = {name: (id, points) for name, id, points in worth}
    return HomeworkCells(
        week, found[0], found[1], graded, {name: id for name, id in answers}, {name: on for name, on in beside}
    )


def student_rows(
    connection: Connection, cells: HomeworkCells, students: Iterable[str], hold: bool = False
) -> StudentRows:
    """The rows that are there. `hold`: where the database can, nobody else changes them until this transaction ends."""
    from nbgrader.api import Comment, Grade, SubmittedAssignment, SubmittedNotebook

    handed, sheets, grades, comments = tables(SubmittedAssignment, SubmittedNotebook, Grade, Comment)
    chosen, found = list(students), StudentRows()
    of_week = (handed.c.assignment_id == cells.assignment, handed.c.student_id.in_(chosen))
    for row in connection.execute(select(handed).where(*of_week)).mappings():
        found.assignments[row["student_id"]] = dict(row)
    owner = {row["id"]: student for student, row in found.assignments.items()}
    asked = select(sheets).where(sheets.c.notebook_id == cells.notebook, sheets.c.assignment_id.in_(owner))
    for row in connection.execute(asked).mappings():
        found.notebooks[owner[row["assignment_id"]]] = dict(row)
    owner = {row["id"]: student for student, row in found.notebooks.items()}
    graded, answers = [id for id, _ in cells.graded.values()], list(cells.answers.values())
    for table, rows, ids in ((grades, found.grades, graded), (comments, found.comments, answers)):
        mine = select(table).where(table.c.cell_id.in_(ids), table.c.notebook_id.in_(owner))  # as nbgrader's index
        mine = mine.with_for_update() if hold else mine
        for row in connection.execute(mine).mappings():
            rows[owner[row["notebook_id"]]][row["cell_id"]] = dict(row)
    ours = select(SUBMISSIONS).where(SUBMISSIONS.c.week == cells.week, SUBMISSIONS.c.student.in_(chosen))
    found.ours = {row["student"]: dict(row) for row in connection.execute(ours).mappings()}
    marks = select(MARKS).where(MARKS.c.week == cells.week, MARKS.c.student.in_(chosen)).order_by(MARKS.c.id)
    for row in connection.execute(marks).mappings():
        found.last[row["student"]][row["grade_id"]] = dict(row)
    return found


def tables(*kinds: Any) -> list[Any]:
    """The tables behind nbgrader's classes."""
    return [kind.__table__ for kind in kinds]
