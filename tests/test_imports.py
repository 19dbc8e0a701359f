"""Who may import whom: the table of the architecture, held against every import statement, also inside functions."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import networkx as nx
import pytest

import course_lib

ROOT = Path(course_lib.__file__).parent
MAY_IMPORT: dict[str, set[str]] = {
    "data": set(),
    "layers": set(),
    "train": set(),
    "viz": set(),
    "authoring": set(),
    "kernel": set(),
    "curriculum": set(),
    "models": {"layers"},
    "widgets": {"viz"},
    "exercises": {"data", "layers", "models", "train"},
    "grading": {"exercises", "authoring", "lab"},
    "site": {"authoring", "exercises", "widgets", "viz"},
    "slides": {"site", "authoring", "exercises", "widgets", "viz", "data"},  # data: reveal.js comes as they do
    "study": {"exercises", "authoring", "lab"},
    "lab": set(),
}
FOR_ALL = {"kernel", "curriculum"}
"""What every part may import: small packages of helpers that themselves use no part."""
FACADES = {"bootstrap", "cli", "session", "setup"}
"""What stands over the parts and may use them all; in turn no part and no helper may use these.

Everything else directly in course_lib is a helper (errors, paths, file_lock, ...): all may import it, and it
imports other helpers only. `import course_lib` itself fetches its names lazily: `from course_lib import check` counts
as an import of the module where `check` lives.
"""
HEAVY = {"torch", "numpy", "matplotlib", "IPython", "nbformat", "nbclient", "nbgrader", "ipywidgets", "anywidget"}
HEAVY |= {"rdkit", "networkx", "einops", "jupyter_client", "jupyterlab", "ipykernel", "jupyter_core"}


def breaches(root: Path) -> list[str]:
    """Every import in the package below `root` that the table does not allow, one sentence each."""
    found = []
    for file in sorted(root.rglob("*.py")):
        own = part(".".join(("course_lib", *file.relative_to(root).with_suffix("").parts)))
        for line, module in imports(file, root):
            used = part(module)
            if used is None or used == own or allowed(own, used):
                continue
            found.append(f"course_lib/{file.relative_to(root).as_posix()}:{line}: {own} may not import {module}")
    return found


def allowed(own: str | None, used: str) -> bool:
    """May a file of the part `own` import something of `used`?"""
    if own in FACADES:
        return True
    if own is None:  # course_lib/__init__.py
        return used == "former_names"
    if used in FACADES:
        return False
    return used not in MAY_IMPORT or used in FOR_ALL or used in MAY_IMPORT.get(own, set())


def part(module: str) -> str | None:
    """`layers` for course_lib.layers.attention, `paths` for course_lib.paths; None for others and course_lib itself."""
    names = module.split(".")
    return names[1] if names[0] == "course_lib" and len(names) > 1 and names[1] != "__init__" else None


def imports(file: Path, root: Path) -> Iterator[tuple[int, str]]:
    """Line and full name of everything a file imports of the course, by a statement or by import_module("...")."""
    package = ["course_lib", *file.relative_to(root).parent.parts]
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, each.name) for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*above, *([node.module] if node.module else [])])
            for each in node.names:
                yield node.lineno, where(each.name, root) if module == "course_lib" else f"{module}.{each.name}"
        elif isinstance(node, ast.Call) and node.args and called(node) in ("import_module", "__import__"):
            first = node.args[0]
            first = first.values[0] if isinstance(first, ast.JoinedStr) else first
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield node.lineno, first.value.rstrip(".")


def called(node: ast.Call) -> str:
    """The last name of what a call calls."""
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


def where(name: str, root: Path) -> str:
    """Where `from course_lib import name` finds it: a module, or the module that a lazy name comes from."""
    if (root / f"{name}.py").exists() or (root / name).is_dir():
        return f"course_lib.{name}"
    return course_lib._WHERE.get(name, "course_lib")


def test_every_import_follows_the_table() -> None:
    assert breaches(ROOT) == []


def circles(root: Path) -> list[set[str]]:
    """Files that import one another in a loop, by their dotted names."""
    found = [file for file in root.rglob("*.py") if file.name != "__init__.py"]
    files = {".".join(("course_lib", *file.relative_to(root).with_suffix("").parts)): file for file in found}
    arrows = nx.DiGraph()
    for name, file in files.items():
        for _, module in imports(file, root):
            # `course_lib.a.b` may be a module, or the name b in the module course_lib.a; an __init__ only hands on
            for used in (module, module.rpartition(".")[0]):
                if used in files and used != name:
                    arrows.add_edge(name, used)
                    break
    return [each for each in nx.strongly_connected_components(arrows) if len(each) > 1]


def two_way(root: Path) -> list[tuple[str, str]]:
    """Folders of the library that import each other, a pair each; a folder and one inside it are no pair."""
    arrows: set[tuple[str, str]] = set()
    for file in root.rglob("*.py"):
        own = file.relative_to(root).parent.parts
        for _, module in imports(file, root):
            used = tuple(module.split(".")[1:])
            while used and not (root / Path(*used)).is_dir():
                used = used[:-1]
            if own and used and own != used[: len(own)] and used != own[: len(used)]:
                arrows.add(("/".join(own), "/".join(used)))
    return sorted((one, other) for one, other in arrows if one < other and (other, one) in arrows)


def test_no_file_is_part_of_a_circle() -> None:
    assert circles(ROOT) == []


def test_no_two_folders_import_each_other() -> None:
    assert two_way(ROOT) == []


def test_a_circle_is_found(tmp_path: Path) -> None:
    package = make(tmp_path, {
        "data/a.py": "from course_lib.data.b import f",
        "data/b.py": "def g():\n    from course_lib.data import c",
        "data/c.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from course_lib.data.a import x",
        "data/d.py": "import course_lib.data.a",
    })  # fmt: skip
    assert circles(package) == [{"course_lib.data.a", "course_lib.data.b", "course_lib.data.c"}]
    assert two_way(package) == []


def test_two_folders_that_import_each_other_are_found(tmp_path: Path) -> None:
    package = make(tmp_path, {
        "grading/book/a.py": "from course_lib.grading.marking.b import f",
        "grading/marking/b.py": "from course_lib.grading import records",
        "grading/marking/c.py": "from course_lib.grading.book.d import f",
        "grading/book/d.py": "", "grading/records.py": "from course_lib.grading.book import d",
    })  # fmt: skip
    assert circles(package) == []
    assert two_way(package) == [("grading/book", "grading/marking")]


def test_every_folder_has_its_place_in_the_table() -> None:
    folders = {folder.name for folder in ROOT.iterdir() if (folder / "__init__.py").exists()}
    assert folders <= set(MAY_IMPORT) | FACADES, "a new folder needs a row in the table of the architecture"


def test_the_facades_are_those_that_use_the_parts() -> None:
    """The list is as short as the code allows: each facade but the command's face uses a part or another facade."""
    using = set()
    for file in ROOT.rglob("*.py"):
        own = part(".".join(("course_lib", *file.relative_to(ROOT).with_suffix("").parts)))
        if own is not None and own not in MAY_IMPORT:
            used = {part(module) for _, module in imports(file, ROOT)}
            using |= {own} if used & (set(MAY_IMPORT) | FACADES - {own}) else set()
    assert using == FACADES


BREACHES = {
    "layers/a.py": ("from course_lib.models import attention", "layers may not import course_lib.models.attention"),
    "models/a.py": ("import course_lib.viz.show", "models may not import course_lib.viz.show"),
    "data/a.py": ("def f():\n    from course_lib.layers.a import g", "data may not import course_lib.layers.a.g"),
    "train/a.py": ("from ..data import texts", "train may not import course_lib.data.texts"),
    "viz/deep/a.py": ("from ...widgets import pack", "viz may not import course_lib.widgets.pack"),
    "widgets/a.py": ("from course_lib import check", "widgets may not import course_lib.exercises"),
    "exercises/a.py": ("from course_lib import session", "exercises may not import course_lib.session"),
    "authoring/a.py": ("from course_lib import start", "authoring may not import course_lib.session"),
    "grading/a.py": ("import course_lib.data", "grading may not import course_lib.data"),
    "helper.py": ("import torch\nimport course_lib.data.texts", "helper may not import course_lib.data.texts"),
    "other.py": ("if False:\n    import course_lib.cli", "other may not import course_lib.cli"),
    "layers/b.py": (
        "import importlib\nimportlib.import_module(f'course_lib.viz.{1}')",
        "layers may not import course_lib.viz",
    ),
    "__init__.py": ("from course_lib.exercises import check", "None may not import course_lib.exercises.check"),
}


@pytest.mark.parametrize("name", BREACHES)
def test_a_breach_is_found(tmp_path: Path, name: str) -> None:
    code, said = BREACHES[name]
    package = make(tmp_path, {name: code, "session.py": "", "cli.py": ""})
    [found] = breaches(package)
    assert found.startswith(f"course_lib/{name}:")
    assert found.endswith(said)


def test_what_the_table_allows_is_let_through(tmp_path: Path) -> None:
    package = make(tmp_path, {
        "models/a.py": "from course_lib.layers.a import f\nfrom course_lib.errors import CourseError\nfrom . import b",
        "widgets/a.py": "from course_lib.viz import show\nfrom course_lib import __version__, paths",
        "exercises/a.py": "import course_lib.data.texts, course_lib.models.a, course_lib.layers.a",
        "grading/a.py": "from course_lib.exercises import check\nfrom course_lib.authoring.cut import cut",
        "cli/verbs.py": "def f():\n    from course_lib.authoring.build import build\n    import course_lib.widgets.a",
        "helper.py": "import torch\nfrom course_lib.paths import course_home",
    })  # fmt: skip
    assert breaches(package) == []


def make(folder: Path, files: dict[str, str]) -> Path:
    """A package called course_lib made of these files."""
    package = folder / "course_lib"
    for name, code in files.items():
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / name).write_text(code, encoding="utf-8")
    return package


def loaded_by(statement: str) -> set[str]:
    """The packages that a statement adds to those that a fresh Python loads by itself (an editable install's hooks)."""
    code = f"import sys\nbefore = set(sys.modules)\n{statement}\nprint(*(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT.parent)
    return {name.split(".")[0] for name in done.stdout.split()}


def test_importing_the_package_costs_nothing_beyond_python() -> None:
    assert loaded_by("import course_lib") - {"course_lib"} <= sys.stdlib_module_names


@pytest.mark.parametrize("module", ["cli", "cli.commands", "cli.commands_study", "bootstrap"])
def test_the_command_loads_nothing_heavy(module: str) -> None:
    loaded = loaded_by(f"import course_lib.{module}")
    assert "course_lib" in loaded
    assert not loaded & HEAVY, f"import course_lib.{module} loads {', '.join(sorted(loaded & HEAVY))}"


def test_the_measure_itself_can_fail() -> None:
    assert loaded_by("import course_lib.layers.attention") & HEAVY >= {"torch"}
