"""Rules about how a source notebook is built. Each rule yields a sentence for every breach."""

import re
from collections import Counter
from collections.abc import Callable, Iterator

from nbformat import NotebookNode

from course_lib.authoring.cells import SLIDES
from course_lib.authoring.homework import homework_is_an_assignment
from course_lib.authoring.outputs import OUTPUT_RULES
from course_lib.authoring.places import Place
from course_lib.curriculum.weeks import WEEKS

Rule = Callable[[Place, NotebookNode], Iterator[str]]
LINES, SETUP_LINES, CHECKED = 20, 5, 5
LAST_SECTIONS = ("In the wild", "What we left out", "References")
TRICKS = re.compile(
    r"^\s*[!%]+\s*(pip|conda|cd|wget|curl)\b|sys\.path|os\.chdir|urlretrieve|urlopen|requests\.get", re.M
)


def problems_of_source(place: Place, source: NotebookNode) -> Iterator[str]:
    """Everything that is wrong with one source notebook, each with the cell it stands in."""
    for rule in (*STRUCTURE_RULES, *OUTPUT_RULES):
        for problem in rule(place, source):
            yield f"solutions/{place.name}: {problem}"


def problems_of_weeks(places: list[Place]) -> Iterator[str]:
    """A week has exactly a lecture and a homework, and its folder is called as the week is."""
    kinds = {(place.week, place.kind) for place in places}
    folders = {place.name.split("/")[0]: place.week for place in places if "/" in place.name}
    for folder, week in folders.items():
        if week not in WEEKS or WEEKS[week].folder != folder:
            known = ", ".join(week.folder for week in WEEKS.values())
            yield f"solutions/{folder}: no week is called so; weeks.py knows {known}"
            continue
        for kind in ("lecture", "homework"):
            if (week, kind) not in kinds:
                yield f"solutions/{folder}/{kind}.ipynb is missing: every week has a lecture and a homework"
    for place in places:
        if place.kind == "unknown":
            yield f"solutions/{place.name}: a week holds lecture.ipynb and homework.ipynb and nothing else"


def has_ids(place: Place, source: NotebookNode) -> Iterator[str]:
    """Every cell has an id of its own, such as w07-3-check."""
    section = r"-([a-z]?\d+|[a-z]+)" if place.week else ""
    form = re.compile(rf"{place.prefix}{section}(-[a-z0-9]+)+")
    example = f"{place.prefix}-3-check" if place.week else f"{place.prefix}-check"
    for number, cell in enumerate(source.cells):
        if not cell.get("id"):
            yield f"cell {number} has no id; give it one such as {example}"
        elif not form.fullmatch(cell.id):
            yield f"cell {number} has the id {cell.id!r}; it should look like {example}"
    for id, times in Counter(cell.get("id") for cell in source.cells).items():
        if id and times > 1:
            yield f"the id {id!r} stands on {times} cells"


def is_short(place: Place, source: NotebookNode) -> Iterator[str]:
    """A code cell is at most 20 lines."""
    for cell in code_cells(source):
        lines = len(cell.source.splitlines())
        if lines > LINES:
            yield f"{name(cell)} has {lines} lines of code, more than {LINES}"


def begins_well(place: Place, source: NotebookNode) -> Iterator[str]:
    """First a title in words, then a set-up of at most five lines that calls start."""
    if not source.cells or source.cells[0].cell_type != "markdown" or not source.cells[0].source.startswith("# "):
        yield "the first cell should be text that begins with a title, `# ...`"
    if len(source.cells) < 2 or source.cells[1].cell_type != "code" or "start(" not in source.cells[1].source:
        yield f"the second cell should be the set-up, code that calls start({place.week or ''!r})"
    elif len(lines := [line for line in source.cells[1].source.splitlines() if line.strip()]) > SETUP_LINES:
        yield f"{name(source.cells[1])}, the set-up, has {len(lines)} lines, more than {SETUP_LINES}"
    elif place.week and f'start("{place.week}"' not in source.cells[1].source:
        yield f'{name(source.cells[1])} should call start("{place.week}")'
    elif place.kind == "homework" and f'start("{place.week}", "homework")' not in source.cells[1].source:
        yield f'{name(source.cells[1])} should call start("{place.week}", "homework"), which has a budget of its own'


def has_no_tricks(place: Place, source: NotebookNode) -> Iterator[str]:
    """No installs, downloads or path tricks in cells."""
    for cell in code_cells(source):
        if found := TRICKS.search(cell.source):
            yield f"{name(cell)} says {found[0].strip()!r}; set-up installs and fetches, a cell does not"


def has_kernel(place: Place, source: NotebookNode) -> Iterator[str]:
    """The kernel is called python3, as on every machine."""
    kernel = source.metadata.get("kernelspec", {}).get("name")
    if kernel != "python3":
        yield f"the kernelspec is {kernel!r}, not 'python3'"


def has_slides(place: Place, source: NotebookNode) -> Iterator[str]:
    """Every cell of a lecture says what it is on the slides."""
    if place.kind != "lecture":
        return
    for number, cell in enumerate(source.cells):
        slide = cell.metadata.get("slideshow", {}).get("slide_type")
        if slide not in SLIDES:
            yield f"cell {number} ({cell.get('id')}) has slide type {slide!r}; choose one of {', '.join(SLIDES)}"


def has_last_sections(place: Place, source: NotebookNode) -> Iterator[str]:
    """A lecture ends with a look at practice, at what is missing, and at the sources."""
    prose = "\n".join(cell.source for cell in source.cells if cell.cell_type == "markdown")
    for section in LAST_SECTIONS if place.kind == "lecture" else ():
        if not re.search(rf"^#+ .*{section}", prose, re.MULTILINE | re.IGNORECASE):
            yield f"a section called {section!r} is missing"


def has_findings(place: Place, source: NotebookNode) -> Iterator[str]:
    """At least five cells of a lecture have outputs that nbval holds, and each of them shows something."""
    checked = [cell for cell in code_cells(source) if is_checked(cell)]
    if place.kind == "lecture" and len(checked) < CHECKED:
        yield f"{len(checked)} cells say `# NBVAL_CHECK_OUTPUT` on a line of their own; a lecture needs {CHECKED}"
    for cell in checked:
        shown = [output for output in cell.outputs if output.get("text") or "text/plain" in output.get("data", {})]
        if cell.execution_count and not shown:
            yield f"{name(cell)} says NBVAL_CHECK_OUTPUT but shows no text to compare"


def is_checked(cell: NotebookNode) -> bool:
    """True where nbval compares the output."""
    return any(line.strip().lstrip("#").strip() == "NBVAL_CHECK_OUTPUT" and line.strip()[0] == "#"
               for line in cell.source.splitlines())  # fmt: skip


def code_cells(source: NotebookNode) -> list[NotebookNode]:
    """The cells that can be run."""
    return [cell for cell in source.cells if cell.cell_type == "code" and cell.source.strip()]


def name(cell: NotebookNode) -> str:
    """How a message calls a cell."""
    return f"cell {cell.get('id', '?')}"


STRUCTURE_RULES: tuple[Rule, ...] = (
    has_ids, is_short, begins_well, has_no_tricks, has_kernel, has_slides, has_last_sections, has_findings,
    homework_is_an_assignment,
)  # fmt: skip
