"""What an answer may build on: the imports, definitions and earlier exercises that a notebook has given by then.

Names are followed through the handed-out cells without running them, so that a review can ask one exercise alone.
"""

import ast
import re
from dataclasses import dataclass
from typing import Any

from course_lib.study.notebook_cells import Asked, checks, exercises, grade_id, source

ALWAYS = ("import torch", "from torch import nn")  # every notebook of ours begins with them
FACES = {"check", "hint", "quiz", "solution", "progress", "points", "start"}
CODE = re.compile(r"`([^`\n]+)`")


@dataclass(frozen=True)
class Binding:
    """Where a name comes from: one import, definition or check, as code."""

    code: str
    uses: frozenset[str] = frozenset()
    lends: str = ""  # the exercise whose answer it is


def given_before(cells: list[dict[str, Any]], asked: Asked) -> str:
    """The code to stand before an answer. Imports and the library's earlier answers come as they are in the lesson;
    a definition only where the blank answer itself uses it. `lend` and what ALWAYS names must be there already."""
    known, wanted = _known_before(cells, asked.answer), _wanted(cells, asked)
    imports, defined, lent = [], [], {}
    for name in known:
        if name == asked.name or name not in wanted:
            continue
        binding = known[name]
        if binding.lends:
            if binding.lends != asked.id:
                lent[name] = binding.lends
        elif binding.code.startswith(("import ", "from ")):
            imports.append(binding.code)
        else:
            defined.append(binding.code)
    pairs = [list(lent.items())[first : first + 3] for first in range(0, len(lent), 3)]
    lines = _joined(set(imports) - set(ALWAYS))
    for some in pairs:
        names, ids = ", ".join(name for name, _ in some), ", ".join(f'"{id}"' for _, id in some)
        lines.append(f"{names} = lend({ids})")
    return "\n".join([*lines, *(f"\n\n{code}" for code in defined)]).strip("\n")


def _joined(imports: set[str]) -> list[str]:
    """One line a module."""
    names: dict[str, list[str]] = {}
    for each in sorted(imports):
        module, _, name = each.partition(" import ")
        names.setdefault(module, []).extend([name] if name else [])
    return [f"{module} import {', '.join(some)}" if some else module for module, some in names.items()]


def _known_before(cells: list[dict[str, Any]], place: int) -> dict[str, Binding]:
    """Every name that imports, definitions and checks bind before a cell; the last one counts."""
    known: dict[str, Binding] = {}
    for cell in cells[:place]:
        if cell.get("cell_type") != "code":
            continue
        code = plain(source(cell))
        tree = parse(code)
        for node in tree.body if tree else []:
            if isinstance(node, ast.Import | ast.ImportFrom):
                known |= _imported(node)
            elif isinstance(node, ast.FunctionDef | ast.ClassDef) and not grade_id(cell):
                known[node.name] = Binding(ast.get_source_segment(code, node) or "", free_names(node))
            elif isinstance(node, ast.Assign) and (found := checks({**cell, "source": ast.unparse(node)})):
                known |= {to.id: Binding("", lends=found[0][0]) for to in node.targets if isinstance(to, ast.Name)}
    return known


def _imported(node: ast.Import | ast.ImportFrom) -> dict[str, Binding]:
    """Each name of an import statement with a statement of its own."""
    made = {}
    for each in node.names:
        alias = f"{each.name} as {each.asname}" if each.asname else each.name
        if isinstance(node, ast.Import):
            made[each.asname or each.name.partition(".")[0]] = Binding(f"import {alias}")
        elif not (node.module == "course_lib" and each.name in FACES):
            made[each.asname or each.name] = Binding(f"from {node.module} import {alias}")
    return made


def _wanted(cells: list[dict[str, Any]], asked: Asked) -> set[str]:
    """The names an answer may use: of its set-up, of earlier answers, of its own text; and what these need."""
    first = next((cell for cell in cells if cell.get("cell_type") == "code"), {})
    answers = [cells[each.answer] for each in exercises(cells[: asked.answer + 1])]
    wanted: set[str] = set()
    for cell in [first, *answers, cells[asked.answer]]:
        tree = parse(plain(source(cell)))
        for node in tree.body if tree else []:
            wanted |= set(_imported(node)) if isinstance(node, ast.Import | ast.ImportFrom) else set()
    known = _known_before(cells, asked.answer)
    wanted |= {name for name, binding in known.items() if binding.lends}
    if (tree := parse(plain(source(cells[asked.answer])))) is not None:
        wanted |= free_names(tree)
    if asked.text is not None:
        wanted |= {
            name for code in CODE.findall(source(cells[asked.text])) for name in re.findall(r"[A-Za-z_]\w*", code)
        }
    while more := {use for name in wanted & known.keys() for use in known[name].uses & known.keys()} - wanted:
        wanted |= more
    return wanted


def plain(code: str) -> str:
    """Python alone: what begins with % or ! is the notebook's."""
    return "\n".join("" if line.startswith(("%", "!")) else line for line in code.split("\n"))


def parse(code: str) -> ast.Module | None:
    """The syntax tree, or None for what is no Python."""
    try:
        return ast.parse(code)
    except (SyntaxError, ValueError):
        return None


def free_names(node: ast.AST) -> frozenset[str]:
    """The names that code reads."""
    return frozenset(
        each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load)
    )
