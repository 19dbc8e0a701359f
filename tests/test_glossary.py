"""The glossary says every old name that the library still answers to, beside the new one."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import course_lib
from course_lib.authoring.places import checkout

ROOT = Path(course_lib.__file__).parent
MAKERS = {"former", "former_attributes", "former_keywords"}


def renamed(root: Path) -> Iterator[tuple[str, str]]:
    """(old, new) of every name that a file of the library goes on taking: names, attributes, keyword arguments."""
    for file in sorted(root.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and getattr(node.func, "id", "") in MAKERS):
                continue
            for table in (each for each in node.args if isinstance(each, ast.Dict)):
                yield from ((key.value, value.value) for key, value in zip(table.keys, table.values, strict=True))  # type: ignore[union-attr]
            yield from ((each.arg, each.value.value) for each in node.keywords if each.arg)  # type: ignore[attr-defined]


def gaps(pairs: set[tuple[str, str]], rows: list[str]) -> list[str]:
    """The pairs that no row of the glossary has, old name and new name in their columns."""
    cells = [[set(re.findall(r"\w+", cell)) for cell in row.split("|")[1:3]] for row in rows]
    return sorted(f"{old} -> {new}" for old, new in pairs if not any(old in a and new in b for a, b in cells))


def rows() -> list[str]:
    """The rows of the glossary's table."""
    lines = (checkout() / "lectures" / "GLOSSARY.md").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.startswith("| ")]


def test_the_glossary_has_every_old_name() -> None:
    pairs = set(renamed(ROOT))
    assert len(pairs) > 25
    assert gaps(pairs, rows()) == []


def test_a_gap_is_found() -> None:
    assert gaps({("old", "new")}, ["| `old` | `other` | x | 1 |"]) == ["old -> new"]
    assert gaps({("old", "new")}, ["| `old` | `new`, `other` | x | 1 |"]) == []


def test_the_sections_it_names_are_there() -> None:
    lectures = {
        path.parent.name[1:3]: path.read_text(encoding="utf-8") for path in checkout().glob("solutions/*/lecture.ipynb")
    }
    named = {section for row in rows() for section in re.findall(r"\b(\d+\.\d+)\b", row.split("|")[4])}
    assert len(named) > 8
    missing = [each for each in named if f"## {each} " not in lectures[each.split(".")[0].zfill(2)]]
    assert missing == []
