"""`course reset`: bring one exercise or one notebook back as it was handed out, and keep what gave way."""

import time
from dataclasses import dataclass
from pathlib import Path

from course_lib.curriculum.weeks import find_week
from course_lib.errors import CourseError
from course_lib.file_lock import only_one
from course_lib.lab import work_folder
from course_lib.paths import write_atomically
from course_lib.study import notebook_cells
from course_lib.study.backups import FOLDER, keep, stamp
from course_lib.study.notebook_cells import Asked, source
from course_lib.study.restore import put_back
from course_lib.system_errors import refused

NOTEBOOKS = ("lecture", "homework")
RELOAD = (
    "If the notebook is open in JupyterLab: File, Reload Notebook from Disk (what you had not saved there would "
    "otherwise come back over it)."
)


@dataclass(frozen=True)
class Reset:
    """What was done, a sentence each, and the exercises, questions and predictions it concerns."""

    said: list[str]
    items: set[str]


def names_of(week: str) -> list[str]:
    """The notebooks of a week, as files below the course folder. Raises CourseError for a week that is not there."""
    if week in ("w00", "start", "start_here"):
        return ["start_here.ipynb"]
    try:
        folder = find_week(week).folder
    except ValueError as error:
        raise CourseError(str(error)) from error
    return [f"{folder}/{each}.ipynb" for each in NOTEBOOKS]


def reset(home: Path, week: str, what: str, lectures: Path, copy: str = "", now: float | None = None) -> Reset:
    """Bring back what a person names in a week.

    what   `lecture`, `homework`, `7.3b`, `7.3`, `w07.attend`, `attend`, `q2`
    copy   another copy of the notebook to change, below `home`
    Raises CourseError when it cannot be found or written; nothing is lost then.
    """
    names = [name for name in names_of(week) if (lectures / name).is_file()]
    if not names:
        raise CourseError(f"the course has no notebooks for {week!r} yet; `course exercises` lists what there is")
    at = stamp(time.time() if now is None else now)
    try:
        with only_one(home / ".course" / "update.lock", "your course folder is being changed"):
            whole = [name for name in names if Path(name).stem in (what, f"{what}_here")]
            if whole and not copy:
                return Reset(reset_notebook(home, whole[0], lectures, at), items_of(lectures / whole[0]))
            name, chosen = find(lectures, names, week, what)
            said = reset_exercises(home, lectures / name, copy or name, chosen, at)
            return Reset(said, {each.id for each in chosen if each.id})
    except OSError as error:
        raise refused(error, f"bring {what} of {week} back", home) from error


def items_of(handed_out: Path) -> set[str]:
    """Every exercise, question and prediction that a notebook asks."""
    cells = notebook_cells.load(handed_out)["cells"]
    code = "\n".join(source(cell) for cell in cells if cell.get("cell_type") == "code")
    asked = {*notebook_cells.QUIZ.findall(code), *notebook_cells.PREDICTED.findall(code)}
    return asked | {each.id for each in notebook_cells.exercises(cells) if each.id}


def find(lectures: Path, names: list[str], week: str, what: str) -> tuple[str, list[Asked]]:
    """Which notebook asks the exercises that a person means, and which these are. Raises CourseError: none."""
    offered = []
    for name in names:
        found = notebook_cells.exercises(notebook_cells.load(lectures / name)["cells"])
        if chosen := notebook_cells.choose(found, what):
            return name, chosen
        offered += [each.number or each.id for each in found]
    there = ", ".join(dict.fromkeys([*(Path(name).stem for name in names), *offered]))
    raise CourseError(
        f"{week} has nothing called {what!r}; it has: {there}; or an id such as those of `course exercises`"
    )


def reset_exercises(home: Path, handed_out: Path, name: str, chosen: list[Asked], at: str) -> list[str]:
    """Put exercises back into the learner's copy called `name`; their old texts go to the folder `kept` first."""
    file = home / name
    if not file.is_file():
        others = [each.name for each in sorted(file.parent.glob("*.ipynb"))]
        hint = f" There is {', '.join(others)}: `--notebook` names one of them." if others else ""
        raise CourseError(
            f"{name} is not in your course folder {home}.{hint} "
            f"`course reset {Path(name).parent.name[:3] or 'start_here'} {file.stem}` brings it back."
        )
    file = file.resolve()  # a link stays a link: the notebook behind it is changed
    book, blanks = notebook_cells.load(file), notebook_cells.load(handed_out)["cells"]
    before = notebook_cells.dump(book)
    done = [(asked, put_back(book["cells"], blanks, asked, name)) for asked in chosen]
    said = []
    for asked, put in done:
        blank = blanks[asked.answer]
        texts = [(number, text) for number, text in put.old if text != source(blank) and text.strip()]
        line = f"{asked.called()} in {name} is as it was handed out{'' if texts or not put.old else ' already'}."
        if texts:
            kept = keep_texts(home, asked, name, texts, at, blank["cell_type"])
            line += f" What you had is kept in {kept.relative_to(home).as_posix()}."
        said.append(f"{line} {put.remark}".strip())
    if notebook_cells.dump(book) == before:
        return said
    write_atomically(file, notebook_cells.dump(book))
    return [*said, RELOAD]


def keep_texts(home: Path, asked: Asked, name: str, texts: list[tuple[int, str]], at: str, kind: str) -> Path:
    """What the answer's cells said, in a file of its own."""
    parts = [f"# {asked.called()}, from {name} on {at}"]
    parts += [f"# ---- cell {number}\n{text}" for number, text in texts]
    label = asked.id or f"{Path(name).parent.name} {asked.number}"
    content = "\n\n".join(parts) + "\n"
    return keep(home / FOLDER, f"{label} {at}", ".py" if kind == "code" else ".md", content.encode())


def reset_notebook(home: Path, name: str, lectures: Path, at: str) -> list[str]:
    """Bring a whole notebook back; the old one, broken or not, is kept beside it under a name that says so."""
    file, said = home / name, f"{name} is as it was handed out."
    old = file.read_bytes() if file.is_file() else None
    if old == (lectures / name).read_bytes():
        return [f"{name} is as it was handed out already."]
    if old is not None:
        kept = keep(file.parent, f"{file.stem} (yours until {at})", file.suffix, old)
        said += f" Yours is kept beside it: {kept.name}."
    work_folder.bring_back(name, lectures, home)
    return [said, RELOAD]
