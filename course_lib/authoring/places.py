"""Which notebooks there are, and what each of them is."""

import re
from dataclasses import dataclass
from pathlib import Path

from course_lib.curriculum.weeks import WEEKS, budget_seconds
from course_lib.errors import CourseError
from course_lib.paths import repo_root

IN_A_WEEK = {"lecture.ipynb": "lecture", "homework.ipynb": "homework"}


@dataclass(frozen=True)
class Place:
    """One notebook: the folder it stands under, its path below that folder."""

    top: Path
    name: str  # `w07_attention/lecture.ipynb`, always with forward slashes

    @property
    def path(self) -> Path:
        """The file."""
        return self.top / self.name

    @property
    def week(self) -> str | None:
        """`w07`, or None for a notebook that belongs to no week, such as start_here."""
        found = re.match(r"(w\d\d)_", self.name)
        return found[1] if found else None

    @property
    def kind(self) -> str:
        """`lecture`, `homework`, `guide` (start_here, outside the weeks) or `unknown`."""
        if "/" not in self.name:
            return "guide"
        return IN_A_WEEK.get(self.path.name, "unknown") if self.week else "unknown"

    @property
    def prefix(self) -> str:
        """What its cell ids begin with: the week, or `start` for start_here."""
        return self.week or self.path.stem.split("_")[0]

    @property
    def budget(self) -> int:
        """Seconds a run may take."""
        week = self.week if self.week in WEEKS else None
        return budget_seconds(week, "homework" if self.kind == "homework" else "lecture")


def checkout(root: Path | None = None) -> Path:
    """The folder that holds solutions/; raises CourseError outside a source checkout."""
    found = root or repo_root()
    if found is None:
        raise CourseError("this needs the course's source: clone the repository and install it with `pip install -e .`")
    return found


def notebooks(top: Path) -> list[Place]:
    """Every notebook below a folder, in order; copies that Jupyter keeps for itself are no notebooks of ours."""
    found = ((file, file.relative_to(top).parts) for file in top.rglob("*.ipynb"))
    files = [file for file, parts in found if not any(part.startswith(".") for part in parts)]
    return [Place(top, file.relative_to(top).as_posix()) for file in sorted(files)]


def choose(top: Path, names: list[str] | None) -> list[Place]:
    """The notebooks that a person means by `w07`, `w07_attention`, `w07_attention/lecture` or `start_here`.

    Raises CourseError that lists what there is when a name fits nothing. No names: all of them.
    """
    there = notebooks(top)
    chosen: list[Place] = []
    for name in names or []:
        plain = name.removesuffix(".ipynb").rstrip("/")
        fits = [place for place in there if _fits(place, plain)]
        if not fits:
            offered = ", ".join(place.name.removesuffix(".ipynb") for place in there) or "none yet"
            raise CourseError(f"no notebook is called {name!r} in {top.name}/; there are: {offered}")
        chosen += [place for place in fits if place not in chosen]
    return chosen if names else there


def _fits(place: Place, plain: str) -> bool:
    own = place.name.removesuffix(".ipynb")
    return plain == own or plain == place.week or own.startswith(f"{plain}/") or own == f"{plain}_here"
