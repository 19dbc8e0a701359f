"""Run one notebook under nbval in a copy of its folder, and keep what the run cost."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat

from course_lib.authoring.hygiene import is_checked
from course_lib.authoring.places import Place, checkout, notebooks
from course_lib.curriculum.weeks import MEMORY_MB

CELL_SECONDS = 300


def all_of(which: str) -> list[Place]:
    """Every notebook of `solutions` or `lectures`; new weeks are found by themselves."""
    return notebooks(checkout() / which)


def run_under_nbval(place: Place, folder: Path) -> None:
    """Every cell must run, and each cell marked NBVAL_CHECK_OUTPUT must print what the solutions hold.

    A learner's copy holds no outputs, so the marked ones are laid in: with blank answers the lesson goes on with the
    course's own functions, and has to find the same things.
    The budget holds for processor seconds: the wall clock of a shared machine says more about its other guests.
    """
    which = place.top.name
    copy = folder / which
    shutil.copytree(place.top, copy, ignore=shutil.ignore_patterns(".*"))
    if which == "lectures":
        lay_in_findings(copy / place.name, Place(checkout() / "solutions", place.name))
    usage = folder / "usage"
    usage.mkdir()
    command = [sys.executable, "-m", "pytest", "--nbval-lax", "--nbval-current-env", "-q", "--no-header", "--tb=short"]
    command += [f"--nbval-cell-timeout={CELL_SECONDS}", "-p", "no:cacheprovider", "-p", "no:xdist", place.name]
    # a fresh learner each time: no progress from elsewhere
    own = os.environ | {"COURSE_USAGE_DIR": str(usage), "COURSE_HOME": str(folder / "home")}
    done = subprocess.run(command, cwd=copy, env=own, capture_output=True, text=True, timeout=1200)
    assert done.returncode == 0, f"{which}/{place.name}\n{done.stdout[-6000:]}\n{done.stderr[-2000:]}"
    assert " passed" in done.stdout, "nbval ran no cell"
    row = cost(place, usage)
    assert row["network"] == 0, f"{row['notebook']} reached for the network"
    assert row["cpu_seconds"] <= place.budget, f"{row['notebook']} took {row['cpu_seconds']} CPU s of {place.budget}"
    assert row["peak_mb"] is None or row["peak_mb"] <= MEMORY_MB, f"{row['notebook']} held {row['peak_mb']} MB"


def lay_in_findings(path: Path, source: Place) -> None:
    """Give the marked cells of a learner's copy the outputs that the solutions hold."""
    mine, theirs = (nbformat.read(each, as_version=4) for each in (path, source.path))
    held = {cell.id: cell for cell in theirs.cells if cell.cell_type == "code" and is_checked(cell)}
    for cell in mine.cells:
        if cell.id in held:
            cell.outputs, cell.execution_count = held[cell.id].outputs, held[cell.id].execution_count
    nbformat.write(mine, path)


def cost(place: Place, usage: Path) -> dict[str, object]:
    """What the kernel wrote about itself, kept as one row of the table at the end of the tests."""
    [record] = [json.loads(file.read_text()) for file in usage.glob("*.json")]
    row = {"notebook": f"{place.top.name}/{place.name}", "budget": place.budget}
    row |= {name: record[name] for name in ("seconds", "cpu_seconds", "peak_mb", "network")}
    rows = Path(os.environ["COURSE_TEST_FOLDER"]) / "rows"
    rows.mkdir(exist_ok=True)
    (rows / f"{row['notebook'].replace('/', '-')}.json").write_text(json.dumps(row))
    return row
