"""Lints of numbers: those in prose come from outputs, titles and figures from one place, no ordered set is cut short.

A number in prose is marked by a comment behind it, which no reader sees:

    It is right in 81<!--w05-2-finding 1--> of 100 cases.     the first number that the cell w05-2-finding shows
    Over three seeds 17.9<!--tests/benchmarks/MEASURED.md-->%   a number that stands in this file of the course

`course build --run` fills the first kind in, with as many decimals as stand there; `--check` compares both.
"""

import ast
import re
from collections.abc import Iterator
from typing import Any

from nbformat import NotebookNode

from course_lib.authoring.lints.lecture import COMMENT, FENCED, FORMULA, Lecture
from course_lib.authoring.outputs import words
from course_lib.curriculum.weeks import WEEKS

NUMBER = r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|-?\d+(?:\.\d+)?"
MARKED = re.compile(rf"({NUMBER})<!--\s*([\w./-]+)(?:\s+(\d+))?\s*-->")
MEASURED = re.compile(rf"(?<![\w.])(?:(?:{NUMBER})(?=\s?%)|\d+\.\d+)(?!\.\d|\w)")
HEADLINE = re.compile(r"\*\*Exercise (\d+\.\d+[a-z]?) · (.+?)\*\* \(difficulty (\d), importance (\d), (\d+) minutes?\)")
CHECKED = re.compile(r"\bcheck\(\s*[\"']([\w.]+)[\"']")
NOTICE = "**What to notice"
SHUFFLED, SHORT = "random order", 5  # a comment that says so; so few are an example, and no measurement


def numbers_come_from_outputs(lecture: Lecture) -> Iterator[str]:
    """Marked numbers are those of the code; in *What to notice*, each percentage and each decimal number is marked."""
    for cell in lecture.texts():
        for found in MARKED.finditer(cell.source):
            yield from (f"cell {cell.id}: {problem}" for problem in _differs(lecture, found))
        if cell.source.lstrip().startswith(NOTICE):
            plain = FORMULA.sub(" ", FENCED.sub(" ", COMMENT.sub("", MARKED.sub("", cell.source))))
            plain = re.sub(r"\]\([^)]*\)|\b[Ss]ections? \d+\.\d+\w?", "]", plain)  # places of links and of sections
            for found in MEASURED.finditer(plain):
                yield f"cell {cell.id} says {found[0]}: say which output it comes from, {found[0]}<!--cell-id 1-->"


def _differs(lecture: Lecture, found: re.Match[str]) -> Iterator[str]:
    said, where, place = found.groups()
    if place is None:
        file = lecture.top / where
        if not file.is_file():
            yield f"{said} should stand in {where}, and there is no such file"
        elif not re.search(rf"(?<![\d.]){re.escape(said)}(?![\d]|\.\d)", file.read_text(encoding="utf-8")):
            yield f"{said} does not stand in {where}"
        return
    shown = value_of(lecture.cells, where, int(place))
    if shown is None:
        yield f"{said} should be number {place} of what cell {where} shows, and there is none"
    elif rounded(shown, said) != said:
        right = rounded(shown, said)
        yield f"{said} should be {right}, number {place} of what cell {where} shows: run `course build --run`"


def value_of(cells: "tuple[NotebookNode, ...] | list[NotebookNode]", id: str, place: int) -> str | None:
    """The number at a place, from 1, of what a cell shows as text; None where there is none."""
    cell = next((each for each in cells if each.get("id") == id), None)
    shown = "\n".join(words(output) for output in cell.get("outputs", [])) if cell is not None else ""
    found = re.findall(rf"(?<![\w.])(?:{NUMBER})", re.sub(r"<[^>]+>", " ", shown))
    return found[place - 1] if 1 <= place <= len(found) else None


def rounded(value: str, like: str) -> str:
    """A number with as many decimals as another has, and with its commas."""
    decimals = len(like.partition(".")[2])
    commas = "," if "," in like else ""
    return f"{float(value.replace(',', '')):{commas}.{decimals}f}"


def fill_numbers(source: NotebookNode) -> bool:
    """Put the numbers of the outputs into the prose. -> whether anything changed"""
    changed = False

    def put(found: re.Match[str]) -> str:
        value = value_of(source.cells, found[2], int(found[3])) if found[3] else None
        return found[0] if value is None else rounded(value, found[1]) + found[0][len(found[1]) :]

    for cell in source.cells:
        if cell.cell_type == "markdown":
            filled = MARKED.sub(put, cell.source)
            changed |= filled != cell.source
            cell.source = filled
    return changed


def titles_come_from_one_place(lecture: Lecture) -> Iterator[str]:
    """The title is that of the table of weeks; an exercise's headline is what its declaration says."""
    title = title_of(lecture)
    first = lecture.cells[0].source.splitlines()[0] if lecture.cells else ""
    if title and title.lower() not in first.lower():
        yield f"the title {first!r} does not say {title!r}, as the table of weeks does"
    declared = declarations(lecture)
    asked: list[tuple[str, re.Match[str], list[dict[str, Any]]]] = []
    for cell in lecture.cells:
        if cell.cell_type == "markdown" and (said := HEADLINE.search(cell.source)):
            asked.append((cell.id, said, []))
        elif cell.cell_type == "code" and (found := CHECKED.search(cell.source)) and found[1] in declared and asked:
            asked[-1][2].append(declared[found[1]])
    for id, said, parts in asked:
        yield from (f"cell {id}: {problem}" for problem in (_headline(said, parts) if parts else ()))


def title_of(lecture: Lecture) -> str:
    """The week's title in the table of weeks: that of the course which is looked at, which may not be ours."""
    table = lecture.top / "course_lib" / "curriculum" / "weeks.py"
    text = table.read_text(encoding="utf-8") if table.is_file() else ""
    found = re.search(rf'Week\("{lecture.week}", "\w+", "([^"]*)"', text)
    known = WEEKS[lecture.week].title if lecture.week in WEEKS else ""
    return found[1] if found else known


def _headline(said: re.Match[str], parts: list[dict[str, Any]]) -> Iterator[str]:
    """One headline may stand over several exercises: their minutes together, and the most of the rest."""
    section, title, difficulty, importance, minutes = said.groups()
    whole = {"section": parts[0].get("section"), "minutes": sum(int(each.get("minutes", 0)) for each in parts)}
    whole |= {name: max(int(each.get(name, 0)) for each in parts) for name in ("difficulty", "importance")}
    told = {"section": section.rstrip("abcdefgh"), "minutes": int(minutes)}
    told |= {"difficulty": int(difficulty), "importance": int(importance)}
    if len(parts) == 1:
        whole, told = whole | {"title": parts[0].get("title")}, told | {"title": title}
    for name, value in told.items():
        if whole[name] != value:
            yield f"the exercise's headline says {name} {value}, its declaration {whole[name]}"


def declarations(lecture: Lecture) -> dict[str, dict[str, Any]]:
    """What each `@exercise("w05.gate", title=..., ...)` of the week says, read without running it."""
    folder = lecture.top / "course_lib" / "exercises"
    found: dict[str, dict[str, Any]] = {}
    for file in sorted([*folder.glob(f"{lecture.week}/*.py"), *folder.glob(f"{lecture.week}.py")]):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "exercise" and node.args:
                id = node.args[0].value if isinstance(node.args[0], ast.Constant) else None
                values = {key.arg: key.value.value for key in node.keywords if isinstance(key.value, ast.Constant)}
                found[str(id)] = {str(name): value for name, value in values.items()}
    return found


def cuts_no_ordered_set(lecture: Lecture) -> Iterator[str]:
    """No `[:n]` of a data set, whose order says something, unless a comment on the line says: in random order."""
    sets: set[str] = set()
    loaders: set[str] = set()
    for cell in lecture.codes():
        code = "\n".join("" if line.lstrip().startswith(("%", "!")) else line for line in cell.source.splitlines())
        try:
            tree = ast.parse(code)
        except SyntaxError:
            continue
        loaders |= {
            alias.asname or alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("course_lib.data")
            for alias in node.names
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and _draws_from(node.value, sets, loaders):
                sets |= {name.id for target in node.targets for name in ast.walk(target) if isinstance(name, ast.Name)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Subscript) and _is_beginning(node.slice) and _name_of(node.value) in sets:
                line = cell.source.splitlines()[node.lineno - 1]
                if SHUFFLED not in line:
                    yield (
                        f"cell {cell.id} takes the beginning of a data set, {ast.unparse(node)}: draw at random, "
                        f"or say `# in {SHUFFLED}` on that line where it is so"
                    )


def _draws_from(value: ast.expr, sets: set[str], loaders: set[str]) -> bool:
    """Is this `loader.load(...)`, `things.split(...)`, or a list made of the members of a set as they stand?"""
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute):
        return value.func.attr in ("load", "split") and _name_of(value.func.value) in loaders | sets
    if isinstance(value, ast.ListComp | ast.GeneratorExp):
        source = value.generators[0].iter
        return _name_of(source) in sets or _draws_from(source, sets, loaders)
    return isinstance(value, ast.Name | ast.Attribute) and _name_of(value) in sets


def _is_beginning(where: ast.expr) -> bool:
    if not isinstance(where, ast.Slice) or where.lower is not None or where.upper is None or where.step is not None:
        return False
    upper = where.upper
    return not (isinstance(upper, ast.Constant) and isinstance(upper.value, int) and upper.value <= SHORT)


def _name_of(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
