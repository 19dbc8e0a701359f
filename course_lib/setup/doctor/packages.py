"""The doctor on what is installed: the set-up itself, every package and its version, and whether torch computes."""

import importlib.metadata
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

from course_lib.setup.doctor.finding import SET_UP, Finding, note, ok, problem
from course_lib.setup.environment import venv_python, version_of, wanted

ROOT = Path(__file__).resolve().parents[3]
OURS = "neural-architectures"


def set_up_is_whole(root: Path = ROOT) -> Finding:
    """`.venv` was made to its end, from the requirements that stand there now, and is the one that runs."""
    venv = root / ".venv"
    if not (root / "pyproject.toml").exists() or not venv.exists():
        return ok(f"no .venv of the course; the packages of {sys.prefix} are used")
    if (venv / "course-unfinished").exists():
        return problem("the installation was broken off", SET_UP + "; it begins afresh")
    stamp = venv / "course-stamp.json"
    if not stamp.exists():
        return note(f"{venv} was not made by the course's set-up", f"nothing, if you made it yourself; else {SET_UP}")
    try:
        known = json.loads(stamp.read_text(encoding="utf-8"))
    except ValueError:
        return problem(f"{stamp} cannot be read", SET_UP)
    if version_of(venv_python(root)) is None:
        return problem(
            f"the Python of {venv} does not start, or has no pip", SET_UP + "; it makes the environment again"
        )
    if any(known.get(name) != value for name, value in wanted(root).items()):
        return problem("the requirements have changed since the installation, or the folder was moved", SET_UP)
    if Path(sys.prefix).resolve() != venv.resolve():
        return note(
            f"{venv} is whole, but this is the Python of {sys.prefix}", f"use {venv}, for example by `make lab`"
        )
    return ok(str(venv))


def packages_fit(requirements: list[str] | None = None) -> list[Finding]:
    """Every package of pyproject.toml is here, in a version inside its range."""
    asked = _requirements() if requirements is None else requirements
    wrong = []
    for text in asked:
        name = re.split(r"[^A-Za-z0-9._-]", text)[0]
        try:
            have = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            wrong.append(problem(f"{name} is missing; {text} is needed", SET_UP))
            continue
        if not _requirement(text).specifier.contains(have, prereleases=True):
            wrong.append(problem(f"{name} {have} is installed; {text} is needed", SET_UP))
    return wrong or [ok(f"{len(asked)} packages, each in its range")]


def torch_works(python: str = sys.executable) -> Finding:
    """torch loads and computes, tried in a process of its own, since a broken one may take the process with it."""
    code = "import torch; assert (torch.ones(3, 5) @ torch.ones(5, 7)).sum() == 105; print(torch.__version__)"
    try:
        tried = subprocess.run([python, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    except subprocess.TimeoutExpired:
        return problem("torch has not loaded in 120 s", "try again when the machine is less busy; else " + SET_UP)
    if tried.returncode == 0:
        return ok(f"torch {tried.stdout.strip()} computes")
    last = (tried.stderr.strip().splitlines() or [f"exit code {tried.returncode}"])[-1]
    if "No module named 'torch'" in last:
        return problem("torch is missing", SET_UP)
    mend = f"remove the broken copy with `make clean-env`, then {SET_UP}"
    if sys.platform == "win32":
        mend += "; on Windows torch also needs the Microsoft Visual C++ Redistributable"
    return problem(f"torch is installed and does not work: {last}", mend)


def _requirements() -> list[str]:
    """What a learner needs: pyproject.toml in a checkout, the package's own record elsewhere."""
    if (ROOT / "pyproject.toml").exists():
        return list(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"])
    return [each for each in importlib.metadata.requires(OURS) or [] if "extra ==" not in each]


def _requirement(text: str) -> Any:
    try:
        from packaging.requirements import Requirement
    except ImportError:  # a broken installation: pip carries a copy of its own
        from pip._vendor.packaging.requirements import Requirement  # type: ignore[assignment]
    return Requirement(text)
