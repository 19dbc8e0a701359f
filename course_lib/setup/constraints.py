"""`make lock`: resolve the ranges of pyproject.toml in a fresh environment, and write down the exact versions.

Constraints pin what gets installed and ask for nothing themselves, so one file serves every operating system: a package
that only Windows needs is simply not pinned. Needs nothing but Python itself.
"""

import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from course_lib.errors import CourseError
from course_lib.setup.environment import ROOT, venv_python

HEAD = """# The exact versions the course is tested with. Written by `make lock`; the ranges stand in pyproject.toml.
# Build tags such as +cpu are left out: the same version of torch comes with and without one.
"""
TESTED_TORCH = "torch==2.13.0"  # numbers in the notebooks were checked with this one


def write_constraints(root: Path = ROOT) -> None:
    """Install `.[test]` into a throw-away environment and write constraints.txt. Raises CourseError when that fails."""
    with tempfile.TemporaryDirectory(prefix="course-lock-") as folder:
        _run([sys.executable, "-m", "venv", str(Path(folder) / ".venv")])
        python = str(venv_python(Path(folder)))
        wanted = requirements(root)
        _run([python, "-m", "pip", "--disable-pip-version-check", "install", TESTED_TORCH, *wanted])
        command = [python, "-m", "pip", "--disable-pip-version-check", "freeze"]
        frozen = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    (root / "constraints.txt").write_text(HEAD + "\n".join(pins(frozen)) + "\n", encoding="utf-8")


def requirements(root: Path = ROOT) -> list[str]:
    """Every requirement of the course and of its extras, each once, the course itself left out."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = project["dependencies"] + [one for extra in project["optional-dependencies"].values() for one in extra]
    return sorted({one for one in asked if not one.startswith(project["name"])})


def pins(frozen: str) -> list[str]:
    """`name==version` of every line of `pip freeze`, without build tags.

    Raises ValueError for a line that is no plain pin, since a path of one machine helps no other.
    """
    found = []
    for line in frozen.splitlines():
        match = re.fullmatch(r"([A-Za-z0-9._-]+)==([^+@\s]+)(\+\S+)?", line.strip())
        if match is None:
            raise ValueError(f"pip freeze says {line!r}; name==version is needed")
        found.append(f"{match[1]}=={match[2]}")
    return sorted(found, key=str.lower)


def _run(command: list[str]) -> None:
    if subprocess.run(command, check=False).returncode:
        raise CourseError(f"`{' '.join(command[:4])} ...` did not end well; constraints.txt is as it was.")
