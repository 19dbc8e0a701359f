"""Every file holds one idea and says what it is: length, docstrings, nothing left to do.

Most files have under 200 lines. The cap is where a second idea has certainly moved in; it is no reason to cut one idea
into two files that are always read together.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import course_lib

ROOT = Path(course_lib.__file__).parent
LINES = 400
LEFT_TO_DO = re.compile(r"\b(TODO|FIXME|XXX)\b")
MISTAKES = re.compile(r"exercises/w\d\d(/|_|\.py)")
"""Where an exercise is declared: its small wrong answers are named and explained in its `mistakes`, its laws say in
`@law("...")` what must hold, and `inputs` and `answer` mean the same in every exercise. Functions there need no
docstring; the file and its classes do."""


def complaints(file: Path, root: Path) -> Iterator[str]:
    """What is wrong with one Python file, one sentence each."""
    name, text = f"{root.name}/{file.relative_to(root).as_posix()}", file.read_text(encoding="utf-8")
    if (lines := len(text.splitlines())) > LINES:
        yield f"{name} has {lines} lines, more than {LINES}: two ideas, two files"
    for number, line in enumerate(text.splitlines(), start=1):
        if found := LEFT_TO_DO.search(line):
            yield f"{name}:{number} says {found[0]}"
    tree = ast.parse(text)
    if text.strip() and not ast.get_docstring(tree):
        yield f"{name} has no docstring that says what it is"
    functions = not MISTAKES.search(name)
    for node in public(tree.body):
        if (functions or isinstance(node, ast.ClassDef)) and not ast.get_docstring(node):
            yield f"{name}:{node.lineno} {node.name} has no docstring"


def public(body: list[ast.stmt]) -> Iterator[ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef]:
    """Classes, their methods, and functions whose names do not begin with an underscore.

    `forward` is explained by its class; a setter, by its getter; a method that fills in one of a base class in the same
    file, by that one.
    """
    classes = {node.name: node for node in body if isinstance(node, ast.ClassDef)}
    for node in body:
        if isinstance(node, ast.If | ast.Try):
            yield from public(node.body + node.orelse)
        if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) or node.name.startswith("_"):
            continue
        if node.name != "forward" and not any(is_repeat(each) for each in node.decorator_list):
            yield node
        if isinstance(node, ast.ClassDef):
            bases = [classes[base.id] for base in node.bases if isinstance(base, ast.Name) and base.id in classes]
            explained = {getattr(each, "name", "") for base in bases for each in base.body}
            yield from (each for each in public(node.body) if each.name not in explained)


def is_repeat(decorator: ast.expr) -> bool:
    """True for `@x.setter`, `@overload` and `@validate("x")`: traitlets' form of a setter."""
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    name = called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")
    return name in ("setter", "overload", "validate", "observe")


def all_files() -> list[Path]:
    """Every Python file of the library."""
    return sorted(ROOT.rglob("*.py"))


def test_every_file_is_short_and_speaks() -> None:
    found = [each for file in all_files() for each in complaints(file, ROOT)]
    assert not found, "\n" + "\n".join(found)
    assert len(all_files()) > 50, "the walk finds the library"


DOC = '"""What it is."""\n'
FAULTS = {
    "long": ("a.py", DOC + "x = 1\n" * LINES, "course_lib/a.py has 401 lines, more than 400: two ideas, two files"),
    "silent file": ("a.py", "x = 1\n", "course_lib/a.py has no docstring that says what it is"),
    "silent function": ("a.py", DOC + "def f():\n    pass\n", "course_lib/a.py:2 f has no docstring"),
    "silent class": ("a.py", DOC + "class A:\n    x = 1\n", "course_lib/a.py:2 A has no docstring"),
    "silent method": (
        "a.py",
        DOC + 'class A:\n    """An A."""\n\n    def f(self):\n        pass\n',
        "course_lib/a.py:5 f has no docstring",
    ),
    "silent coroutine": ("a.py", DOC + "async def f():\n    pass\n", "course_lib/a.py:2 f has no docstring"),
    "left to do": ("a.py", DOC + "x = 1  # TODO: more\n", "course_lib/a.py:2 says TODO"),
    "silent exercise": (
        "exercises/w07/a.py",
        DOC + "class A:\n    x = 1\n",
        "course_lib/exercises/w07/a.py:2 A has no",
    ),
}


@pytest.mark.parametrize(("name", "text", "said"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_found(tmp_path: Path, name: str, text: str, said: str) -> None:
    [found] = complaints(write(tmp_path, name, text), tmp_path / "course_lib")
    assert found.startswith(said)


GOOD = {
    "full length": ("a.py", DOC + "x = 1\n" * (LINES - 1)),
    "empty": ("layers/__init__.py", ""),
    "private": ("a.py", DOC + "def _f():\n    def g():\n        pass\n\nclass _A:\n    def f(self): pass\n"),
    "filled in": (
        "a.py",
        DOC + 'class A:\n    """An A."""\n\n    def f(self):\n        """Do."""\n\n'
        'class B(A):\n    """A B."""\n\n    def f(self):\n        pass\n',
    ),
    "a mistake": ("exercises/w07/a.py", DOC + "def soft_over_queries(q):\n    return q\n"),
}


@pytest.mark.parametrize(("name", "text"), GOOD.values(), ids=GOOD)
def test_what_is_good_is_let_through(tmp_path: Path, name: str, text: str) -> None:
    assert list(complaints(write(tmp_path, name, text), tmp_path / "course_lib")) == []


def write(folder: Path, name: str, text: str) -> Path:
    """One file of a library of its own."""
    file = folder / "course_lib" / name
    file.parent.mkdir(parents=True)
    file.write_text(text, encoding="utf-8")
    return file
