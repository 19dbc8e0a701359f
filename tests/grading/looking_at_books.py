"""What stands in a gradebook, without the ids that chance gave its rows and, where asked, without times."""

from typing import Any

from sqlalchemy import create_engine, inspect, text

HOMEWORK = ["course", "assignment", "notebook", "base_cell", "grade_cells", "solution_cells", "source_cell"]
SUBMITTED = ["student", "submitted_assignment", "submitted_notebook", "grade", "comment"]
OURS = ["course_marks", "course_submissions", "course_cells"]
TABLES = [*HOMEWORK, *SUBMITTED, *OURS, "alembic_version"]
NAMED_BY = {"assignment": "name", "notebook": "name", "base_cell": "name", "submitted_assignment": "student_id"}


def contents(url: str, chosen: list[str] = TABLES, times: bool = False) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, sorted; a reference to another row is written as what that row is called."""
    engine = create_engine(url)
    with engine.connect() as connection:
        there = set(inspect(connection).get_table_names())
        assert there >= set(chosen)
        tables = {
            table: [dict(row) for row in connection.execute(text(f'SELECT * FROM "{table}"')).mappings()]
            for table in TABLES
            if table in there
        }
    engine.dispose()
    called = {row["id"]: f"{table} {row[name]}" for table, name in NAMED_BY.items() for row in tables[table]}
    kinds = {row["id"]: row["type"] for row in tables["base_cell"]}
    called |= {id: f"{name} {kinds[id]}" for id, name in called.items() if id in kinds}
    called |= {row["id"]: f"sheet of {called[row['assignment_id']]}" for row in tables["submitted_notebook"]}
    return {
        table: sorted((_plain(row, called, times) for row in rows), key=repr)
        for table, rows in tables.items()
        if table in chosen
    }


def _plain(row: dict[str, Any], called: dict[str, str], times: bool) -> tuple[Any, ...]:
    values = []
    for name, value in sorted(row.items()):
        if name == "time" and not times:
            continue
        if name == "id":
            value = called.get(value, "")  # a number or a word by chance
        elif name.endswith("_id") and name not in ("grade_id", "student_id", "course_id", "lms_user_id"):
            value = called[value]
        elif name in ("locked", "flagged", "needs_manual_grade"):
            value = bool(value)
        elif name == "timestamp" and value is not None:
            value = str(value).removesuffix(".000000")
        values.append((name, value))
    return tuple(values)


def raw(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """Every row as it is, ids and times and all: equal only if nothing was written in between."""
    engine = create_engine(url)
    with engine.connect() as connection:
        found = {
            table: sorted((tuple(row) for row in connection.execute(text(f'SELECT * FROM "{table}"'))), key=repr)
            for table in TABLES
        }
    engine.dispose()
    return found
