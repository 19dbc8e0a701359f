"""Run notebooks from top to bottom in fresh kernels, on copies, and say what each run cost."""

import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from course_lib.authoring.build import read
from course_lib.authoring.places import Place, checkout, choose

CELL_SECONDS = 300
SOMEBODY = "JPY_SESSION_NAME"  # Jupyter's server sets it for a notebook that a person looks at; here nobody does
KERNEL_ARGUMENTS = (
    "--IPKernelApp.exec_lines=import course_lib.kernel.budget; course_lib.kernel.budget.watch()",
    "--IPKernelApp.log_level=ERROR",  # a kernel on this machine warns that its own loopback is not encrypted
)


@dataclass(frozen=True)
class Report:
    """What one run cost, and its first error. None where the system does not tell or the kernel never answered."""

    notebook: str
    seconds: float
    cpu_seconds: float | None
    peak_mb: float | None
    network_attempts: int | None
    first_error: str | None
    budget: int

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return asdict(self)


def run(names: list[str] | None = None, which: str = "lectures", root: Path | None = None) -> list[Report]:
    """Run the named notebooks of `lectures` or `solutions` (all, without names) one after the other.

    The files stay as they are: each is copied into a folder that goes away afterwards.
    """
    if which not in ("lectures", "solutions"):
        raise ValueError(f"which={which!r}: notebooks stand in 'lectures' or 'solutions'")
    return [run_one(place) for place in choose(checkout(root) / which, names)]


def run_one(place: Place) -> Report:
    """Run one notebook in a fresh kernel in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="course-run-") as folder:
        shutil.copy(place.path, folder)
        begun = time.perf_counter()
        error, usage = execute(read(place), Path(folder))
        seconds = round(time.perf_counter() - begun, 2)
    cost = (usage.get("cpu_seconds"), usage.get("peak_mb"), usage.get("network"))
    return Report(f"{place.top.name}/{place.name}", seconds, *cost, error, place.budget)


def execute(made: NotebookNode, folder: Path, cell_seconds: int = CELL_SECONDS) -> tuple[str | None, dict[str, Any]]:
    """Fill a notebook's outputs by running it in `folder`; returns the first error in one line, and the usage."""
    where = "its first cell"

    def begin(cell: NotebookNode, cell_index: int) -> None:
        nonlocal where  # what the client sent last: a kernel that dies may not live to say what it had begun
        where = f"cell {cell.get('id', cell_index)}"

    with _usage_folder() as records:
        client = NotebookClient(
            made,
            timeout=cell_seconds,
            kernel_name="python3",
            extra_arguments=list(KERNEL_ARGUMENTS),
            resources={"metadata": {"path": str(folder)}},
            on_cell_execute=begin,
        )
        error = None
        try:
            client.execute()
        except DeadKernelError:
            error = f"the kernel died in {where}: out of memory, or a crash in compiled code"
        except CellTimeoutError:
            error = f"{where} ran longer than {cell_seconds} s and was stopped"
        except CellExecutionError as failure:
            error = f"{where}: {failure.ename}: {failure.evalue}"
        found = sorted(records.glob("*.json"), key=lambda file: file.stat().st_mtime)
        return error, json.loads(found[-1].read_text()) if found else {}


@contextmanager
def _usage_folder() -> Iterator[Path]:
    """A folder for the kernel's records and one for its progress, named in the environment that it inherits.

    What a run solves is nobody's progress. The folder is called as a learner's is, since `start` prints its name.
    """
    with tempfile.TemporaryDirectory(prefix="course-usage-") as folder:
        mine = {"COURSE_USAGE_DIR": folder, "COURSE_HOME": str(Path(folder) / "my_course")}
        before = {name: os.environ.get(name) for name in (*mine, SOMEBODY)}
        os.environ.update(mine)
        os.environ.pop(SOMEBODY, None)
        try:
            yield Path(folder)
        finally:
            for name, value in before.items():
                os.environ.pop(name, None)
                if value is not None:
                    os.environ[name] = value
