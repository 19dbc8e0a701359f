"""The files of a new week, made from the template: a small complete week about another idea, to be written over.

The template is a tree like the course's own, its files ending in `.txt`. Names between two `@` are filled in, also in
file names. A notebook is written as text there: a line `%% KIND ID slide=TYPE points=N` begins each cell, with
`claim="..." show=ID` where a section says its slide, and the cells are those of `cells.py`, so that a new week follows
whatever the course asks of a cell.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from nbformat import NotebookNode

from course_lib.authoring import cells
from course_lib.authoring.places import checkout
from course_lib.curriculum.weeks import Week

TEMPLATE = Path(__file__).parent / "week_template"
CELL = re.compile(
    r"%% (text|code|answer|marks|written) ([a-z0-9-]+)(?: slide=(\S+))?(?: points=(\d+))?"
    r'(?: claim="([^"]+)" show=(\S+))?\n'
)
NAME = re.compile(r"@(\w+)@")
MARKED = re.compile(r"REPLACE (w\d\d)\b")


def files_of(week: Week, title: str) -> dict[str, str]:
    """Every file of a new week: its path from the root of the course, and what stands in it."""
    meant = {
        "week": week.id,
        "number": str(int(week.id[1:])),
        "name": week.name,
        "title": title,
        "Explorer": "".join(part.capitalize() for part in week.name.split("_")) + "Explorer",
    }
    made = {}
    for file in sorted(TEMPLATE.rglob("*.txt")):
        name = filled(file.relative_to(TEMPLATE).as_posix().removesuffix(".txt"), meant)
        content = filled(file.read_text(encoding="utf-8"), meant)
        made[name] = cells.as_text(as_notebook(content, week.id)) if name.endswith(".ipynb") else content
    return made


def filled(text: str, meant: dict[str, str]) -> str:
    """The text with every `@name@` replaced by what is meant; raises KeyError for a name that means nothing."""
    return NAME.sub(lambda found: meant[found[1]], text)


def as_notebook(text: str, week: str) -> NotebookNode:
    """A notebook from its text form; raises ValueError when the text does not begin with a cell."""
    first, *rest = CELL.split(text)
    if first.strip() or not rest:
        raise ValueError(f"a notebook's text begins with a line such as `%% text 0-title`, not {first[:40]!r}")
    return cells.notebook([
        _cell(kind, f"{week}-{id}", source.strip("\n"), slide or "-", points, claim, show and f"{week}-{show}")
        for kind, id, slide, points, claim, show, source in zip(*(rest[n::7] for n in range(7)), strict=True)
    ])  # fmt: skip


def placeholders(root: Path | None = None) -> dict[str, int]:
    """How often each week still says REPLACE: `{"w05": 34}`; finished weeks are left out."""
    left: dict[str, int] = {}
    for file in _written_by_hand(checkout(root)):
        for week in MARKED.findall(file.read_text(encoding="utf-8")):
            left[week] = left.get(week, 0) + 1
    return dict(sorted(left.items()))


def _cell(
    kind: str, id: str, source: str, slide: str, points: str | None, claim: str | None, show: str | None
) -> NotebookNode:
    if claim:
        return cells.text(id, source, slide, claim, show or "")
    make: Callable[..., NotebookNode] = getattr(cells, kind)
    return make(id, source, *([float(points or 0)] if kind in ("marks", "written") else []), slide)


def _written_by_hand(root: Path) -> Iterator[Path]:
    """The files that people write: no generated copies, no caches."""
    for folder, ends in (
        ("solutions", {".ipynb", ".toml"}),
        ("course_lib", {".py", ".js", ".css"}),
        ("tests", {".py"}),
    ):
        for file in (root / folder).rglob("*"):
            if file.suffix in ends and not any(part.startswith(".") for part in file.relative_to(root).parts):
                yield file
