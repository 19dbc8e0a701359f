"""`make lock`: resolve the ranges of pyproject.toml, and write down exact versions with the hashes of their files.

Versions that still fit stay as they are; with `--upgrade` all are the newest that fit.
uv resolves for every operating system and every Python from 3.11 on at once, so that the hashes are those of all wheels
of a version, and a package that only Windows needs is there too. torch stands apart: its builds differ by machine (with
and without CUDA, from PyPI or from PyTorch's own index), and so do their hashes; its version is pinned all the same.

locks/course.txt, grader.txt, test.txt    with hashes; each holds what the one before lacks
constraints.txt                           every pin in one file without hashes, for conda and for `pip install -c`
Needs nothing but Python itself.
"""

import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from course_lib.errors import CourseError
from course_lib.setup.environment import LOCKS, ROOT, venv_python

HEAD = "# Exact versions{}. Written by `make lock`; the ranges stand in pyproject.toml.\n"
TESTED_TORCH = "torch==2.13.0"  # numbers in the notebooks were checked with this one
UV = "uv>=0.9,<1"
APART = re.compile(r"(torch|triton|nvidia-\S+|cuda-\S+)==")
"""torch, and what only some of its builds bring."""


def write_locks(root: Path = ROOT, upgrade: bool = False) -> None:
    """Resolve each set of extras and write locks/ and constraints.txt. Raises CourseError when that fails."""
    with tempfile.TemporaryDirectory(prefix="course-lock-") as folder:
        top = Path(folder)
        _run([sys.executable, "-m", "venv", str(top / ".venv")])
        python = str(venv_python(top))
        _run([python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", UV])
        (top / "asked.txt").write_text("\n".join(build_tools(root)) + "\n", encoding="utf-8")
        (top / "torch.txt").write_text(TESTED_TORCH + "\n", encoding="utf-8")
        resolved = top / "resolved.txt"  # read by uv too: what is in it already keeps its version
        resolved.write_text("" if upgrade else (root / "constraints.txt").read_text(encoding="utf-8"), encoding="utf-8")
        found = {}
        for extras in reversed(LOCKS):  # the largest first
            command = [python, "-m", "uv", "pip", "compile", str(root / "pyproject.toml"), str(top / "asked.txt")]
            command += [part for extra in extras.split(",") if extra for part in ("--extra", extra)]
            command += ["--constraint", str(top / "torch.txt"), "--universal", "--python-version", oldest(root)]
            command += ["--fork-strategy", "fewest"]  # one version for every Python, where there is one
            command += ["--generate-hashes", "--no-header", "--no-annotate", "--no-config", "--quiet"]
            _run([*command, "--output-file", str(resolved)])
            found[extras] = list(blocks(resolved.read_text(encoding="utf-8")))
    for name, own in apart(found).items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(HEAD.format(" with hashes, torch apart") + "".join(own), encoding="utf-8")
    every = [TESTED_TORCH, *pins(found[list(LOCKS)[-1]])]
    text = HEAD.format(" the course is tested with") + "\n".join(sorted(every)) + "\n"
    (root / "constraints.txt").write_text(text, encoding="utf-8")


def blocks(text: str) -> Iterator[str]:
    """Each pin of a resolution with its lines of hashes, without torch and what belongs to it."""
    for block in re.split(r"^(?=\S)", text, flags=re.MULTILINE):
        if block.strip() and not block.startswith("#") and not APART.match(block):
            yield block


def apart(found: dict[str, list[str]]) -> dict[str, list[str]]:
    """What each file of LOCKS holds: the pins of its extras that no smaller file has."""
    held: set[str] = set()
    split = {}
    for extras, name in LOCKS.items():
        split[name] = [block for block in found[extras] if block not in held]
        held |= set(found[extras])
    return split


def pins(locked: Iterable[str]) -> list[str]:
    """`name==version`, with its marker where it has one, of each block. Raises ValueError for what is no plain pin."""
    found = []
    for block in locked:
        first = block.splitlines()[0].removesuffix("\\").strip()
        if not re.fullmatch(r"[A-Za-z0-9._-]+==[^+@\s]+( ; .+)?", first):
            raise ValueError(f"uv says {first!r}; name==version is needed, since a path of one machine helps no other")
        found.append(first)
    return found


def requirements(root: Path = ROOT) -> list[str]:
    """Every requirement of the course and of its extras, each once, the course itself left out."""
    project = _toml(root)["project"]
    asked = project["dependencies"] + [one for extra in project["optional-dependencies"].values() for one in extra]
    return sorted({one for one in asked if not one.startswith(project["name"])})


def build_tools(root: Path = ROOT) -> list[str]:
    """What installing the course itself needs: locked too, so that nothing is fetched beside the locks."""
    asked = list(_toml(root)["build-system"]["requires"])
    if any(tool.startswith("hatchling") for tool in asked):
        asked.append("editables>=0.5,<1")  # hatchling asks for it once it has begun an editable installation
    return asked


def oldest(root: Path = ROOT) -> str:
    """The oldest Python that the course runs on: `3.11`."""
    return str(_toml(root)["project"]["requires-python"]).removeprefix(">=")


def _toml(root: Path) -> dict[str, Any]:
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))


def _run(command: list[str]) -> None:
    if subprocess.run(command, check=False).returncode:
        raise CourseError(f"`{' '.join(command[:5])} ...` did not end well; the locks are as they were.")
