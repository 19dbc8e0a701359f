"""`course build`: write lectures/ from solutions/, or say what is wrong with either."""

import contextlib
import copy
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from course_lib.authoring.cells import as_text
from course_lib.authoring.cut import cut
from course_lib.authoring.hygiene import problems_of_source, problems_of_weeks
from course_lib.authoring.leaks import problems_of_copy
from course_lib.authoring.lints.check import is_linted, problems_of_lints, sizes_of
from course_lib.authoring.places import Place, checkout, notebooks
from course_lib.errors import CourseError
from course_lib.paths import write_atomically


def build(check: bool = False, root: Path | None = None) -> list[str]:
    """Bring lectures/ up to date and return what was written or removed; with `check` write nothing, return problems.

    The same source gives the same bytes. A copy whose source is gone is removed. Raises CourseError when a source
    cannot be cut (with `check` that is one of the problems).
    """
    top = checkout(root)
    return list(_problems(top)) if check else list(_write(top))


def sizes(root: Path | None = None) -> list[str]:
    """How long the core of each ported week is, and how often its lecture says its terms; a line each."""
    top = checkout(root)
    with contextlib.suppress(CourseError):  # what is wrong with a file, `build(check=True)` says
        return [sizes_of(place, read(place), top) for place in notebooks(top / "solutions") if is_linted(place)]
    return []


def read(place: Place) -> NotebookNode:
    """The notebook as it stands in its file; raises CourseError when the file holds no notebook."""
    try:
        text = place.path.read_text(encoding="utf-8")
        made: NotebookNode = nbformat.v4.reads(text)  # as it is: `nbformat.read` mends ids silently
        checked = copy.deepcopy(made)
        for number, cell in enumerate(checked.cells if made.nbformat_minor >= 5 else []):
            cell["id"] = str(number)  # a missing or doubled id is a finding of `has_ids`, with a clearer message
        nbformat.validate(checked)
        return made
    except Exception as error:  # a broken file breaks in many ways: JSON, schema, encoding
        raise CourseError(f"{place.name} is not a notebook that Jupyter can read: {error}") from error


def _write(top: Path) -> Iterator[str]:
    sources = notebooks(top / "solutions")
    for place in sources:
        mine = Place(top / "lectures", place.name)
        content = as_text(cut(read(place), place.name))
        if not mine.path.exists() or mine.path.read_text(encoding="utf-8") != content:
            write_atomically(mine.path, content)
            yield f"lectures/{mine.name} written"
    for extra in _without_source(top, sources):
        extra.path.unlink()
        yield f"lectures/{extra.name} removed: its source is gone"
        if extra.path.parent != extra.top and not any(extra.path.parent.iterdir()):
            extra.path.parent.rmdir()


def _problems(top: Path) -> Iterator[str]:
    sources = notebooks(top / "solutions")
    yield from problems_of_weeks(sources)
    for place in sources:
        mine = Place(top / "lectures", place.name)
        try:
            source = read(place)
            yield from problems_of_source(place, source)
            yield from problems_of_lints(place, source, top)
            content = as_text(cut(source, place.name))
        except CourseError as error:
            yield f"solutions/{error}" if place.name in str(error) else f"solutions/{place.name}: {error}"
            continue
        if not mine.path.exists():
            yield f"lectures/{mine.name} is missing: run `course build`"
            continue
        if mine.path.read_text(encoding="utf-8") != content:
            yield f"lectures/{mine.name} is stale: run `course build`, and edit solutions/, never lectures/"
        yield from problems_of_copy(mine, source)
    for extra in _without_source(top, sources):
        yield f"lectures/{extra.name} has no source in solutions/: run `course build`"


def _without_source(top: Path, sources: list[Place]) -> list[Place]:
    names = {place.name for place in sources}
    return [place for place in notebooks(top / "lectures") if place.name not in names]
