"""The folder in which nbgrader's formgrader opens a class: start JupyterLab in it, then Nbgrader, Formgrader.

    formgrader/nbgrader_config.py                      where the gradebook is
    formgrader/source/w07/homework.ipynb               what was handed out
    formgrader/autograded/STUDENT/w07/homework.ipynb   what the student handed in, made safe to look at
    formgrader/submitted/STUDENT/w07/timestamp.txt     when

`submitted` holds no notebook on purpose: formgrader's Autograde button would run a student's code outside every
sandbox, and overwrite marks with what that code says. It finds nothing to run, says so, and changes nothing.
"""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import URL

from course_lib.errors import CourseError
from course_lib.grading.class_files import put
from course_lib.grading.gradebook.cells import NOTEBOOK, handed_out
from course_lib.grading.gradebook.database import address
from course_lib.grading.gradebook.safe_notebook import safe_notebook
from course_lib.grading.gradebook.validate import check_students
from course_lib.grading.records import Student, Submission
from course_lib.system_errors import refused

CONFIG = """# Written by the course; JupyterLab started in this folder reads it.
from pathlib import Path

from course_lib.grading.gradebook.formgrader_refresh import look_again

look_again()  # formgrader would show marks from before the last `course grade`
c = get_config()
c.CourseDirectory.root = str(Path(__file__).resolve().parent)
c.CourseDirectory.course_id = ""
c.CourseDirectory.db_url = {url!r}
"""
PASSWORD = "# The password is not kept here: set PGPASSWORD, or write it into ~/.pgpass.\n"


def formgrader_folder(classroom: Path, week: str, homework: Path, submissions: Iterable[Submission], url: str) -> Path:
    """Lay a week out for formgrader, or bring it up to date; files that are right already are not touched.

    classroom     the class folder, below which the files of `submissions` lie
    homework      the notebook as it was handed out
    url           the gradebook, as for `Gradebook`
    -> the folder in which to start JupyterLab
    Raises CourseError when a submission lies elsewhere or cannot be read, and when the folder cannot be written.
    """
    folder, notebook = classroom / "formgrader", handed_out(homework)
    listed = [each for each in submissions if each.week == week and each.file]
    check_students(Student(each.student) for each in listed)
    put(folder / "nbgrader_config.py", _config(address(url)))
    put(folder / "source" / week / f"{NOTEBOOK}.ipynb", homework.read_bytes())
    for each in listed:
        safe = safe_notebook(_read(classroom, each.file), notebook)
        shown = folder / "autograded" / each.student / week / f"{NOTEBOOK}.ipynb"
        put(shown, json.dumps(safe, indent=1, ensure_ascii=False) + "\n")
        submitted = folder / "submitted" / each.student / week
        try:
            submitted.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise refused(error, "lay out the submissions", submitted) from error
        if each.when:
            when = datetime.fromisoformat(each.when).astimezone(UTC).replace(tzinfo=None)
            put(submitted / "timestamp.txt", f"{when.isoformat(sep=' ')} UTC\n")
    return folder


def _read(classroom: Path, name: str) -> bytes:
    file = (classroom / name).resolve()
    if not file.is_relative_to(classroom.resolve()):
        raise CourseError(f"{name!r} does not lie in the class folder {classroom}")
    try:
        return file.read_bytes()
    except OSError as error:
        raise refused(error, "read a submission", file) from error


def _config(found: URL) -> str:
    if found.get_backend_name() == "sqlite" and not str(found.database).startswith("file:"):
        found = found.set(database=Path(str(found.database)).resolve().as_posix())
    plain = found._replace(password=None).render_as_string()  # `set` takes None for no change
    return (PASSWORD if found.password else "") + CONFIG.format(url=plain)
