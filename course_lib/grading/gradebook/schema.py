"""The gradebook's tables: nbgrader's own, made as nbgrader makes them, and four beside them that nbgrader never reads.

course_marks         every mark that was ever set here, with what it was computed from; rows are only added
course_submissions   of each student and week the submission that the marks stand for
course_standing      a stamp of each student's marks as they stand, so that they are found standing quickly
course_cells         on which answer nbgrader's formgrader shows the comment of a marked question
"""

from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, Float, Integer, MetaData, String, Table, Text, insert, inspect, select, text

from course_lib.errors import CourseError

COURSE = "default_course"  # nbgrader's own name for a course that has none
OURS = MetaData()

MARKS = Table(
    "course_marks",
    OURS,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("time", String(32), nullable=False),  # when it was written here, ISO 8601 in UTC
    Column("student", String(128), nullable=False, index=True),
    Column("week", String(128), nullable=False),
    Column("grade_id", String(128), nullable=False),
    Column("old", Float),  # None: nothing was there, or a person was to mark it
    Column("new", Float),
    Column("hand", Float),  # the mark given by hand that stood at that time
    Column("why", String(64), nullable=False),
    Column("sha256", String(64), nullable=False),  # of the submission
    Column("course", Text, nullable=False),
    Column("exercise", Text, nullable=False),
    Column("seed", String(128), nullable=False),  # as text: a seed may be wider than a database's whole numbers
    Column("libraries", Text, nullable=False),
    Column("sandbox", Text, nullable=False),
)
SUBMISSIONS = Table(
    "course_submissions",
    OURS,
    Column("student", String(128), primary_key=True),
    Column("week", String(128), primary_key=True),
    Column("sha256", String(64), nullable=False),  # "" where nothing was handed in
    Column("keeps", Float, nullable=False),
    Column("days_late", Float, nullable=False),
    Column("problem", Text, nullable=False),
    Column("remarks", Text, nullable=False),
    Column("answers", Text, nullable=False),  # JSON: of each written answer the hash of its text
)
STANDING = Table(
    "course_standing",
    OURS,
    Column("student", String(128), primary_key=True),
    Column("week", String(128), primary_key=True),
    Column("stamp", String(64), nullable=False),
)
CELLS = Table(
    "course_cells",
    OURS,
    Column("week", String(128), primary_key=True),
    Column("grade_id", String(128), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("comment_on", String(128), nullable=False),  # "" where no answer stands before the mark
)


def are_complete(connection: Connection) -> bool:
    """True when every table is there, ours and nbgrader's. Raises CourseError for a gradebook of another nbgrader."""
    from nbgrader.api import Base

    found = set(inspect(connection).get_table_names())
    if "assignment" in found:
        _is_of_this_nbgrader(connection, "alembic_version" in found)
    return found >= {*Base.metadata.tables, *OURS.tables, "alembic_version"}


def make(connection: Connection) -> None:
    """Make what is missing, within the transaction of `connection`, so that a crash leaves all or nothing."""
    from nbgrader.api import Base, Course

    fresh = "assignment" not in inspect(connection).get_table_names()
    Base.metadata.create_all(connection)
    OURS.create_all(connection)
    if fresh:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        connection.execute(text("INSERT INTO alembic_version (version_num) VALUES (:head)"), {"head": schema_version()})
    courses: Any = Course.__table__
    if connection.execute(select(courses.c.id).where(courses.c.id == COURSE)).first() is None:
        connection.execute(insert(courses), [{"id": COURSE}])


def schema_version() -> str:
    """The version of nbgrader's tables that this nbgrader works with; nbgrader itself calls a program for it."""
    import nbgrader
    from alembic.script import ScriptDirectory

    return str(ScriptDirectory(str(Path(nbgrader.__file__).parent / "alembic")).get_current_head())


def _is_of_this_nbgrader(connection: Connection, has_version: bool) -> None:
    asked = text("SELECT version_num FROM alembic_version")
    found = connection.execute(asked).scalar() if has_version else None
    if found != schema_version():
        import nbgrader

        raise CourseError(
            f"this gradebook was made by another nbgrader (its tables are of version {found or 'unknown'}; nbgrader "
            f"{nbgrader.__version__} has {schema_version()}): make a copy of it, then run `nbgrader db upgrade`"
        )
