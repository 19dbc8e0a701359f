"""The first line of every notebook: `start("w07")` makes the notebook ready and says so in three lines."""

import importlib
import os
import pkgutil
import sys
from typing import Any

from course_lib.curriculum.weeks import MEMORY_MB, budget_seconds, find_week
from course_lib.kernel import budget, name_guard, output_limit
from course_lib.kernel.device import pick_device
from course_lib.kernel.seed import seed_everything
from course_lib.paths import progress_file

THREADS = 1
"""One thread. In models as small as a lecture's, two threads mostly wait for each other; and sums over two threads
round otherwise than over one, so that a notebook would show other numbers where there are other cores. COURSE_THREADS
changes it."""


def start(week: str | None = None, notebook: str = "lecture", *, seed: int = 0) -> None:
    """Seed, choose the device, set the plot style, load the week's exercises, and print what the notebook may cost.

    week      `w07`, or nothing in start_here
    notebook  `lecture` or `homework`; they differ in their budget
    Runs as often as you like; outside a notebook it works too. Raises ValueError for a week that does not exist.
    """
    seconds = budget_seconds(week, notebook)
    title = f"Week {int(week[1:])}, {find_week(week).title}" if week else "Neural Architectures in Bite-Sized Pieces"
    budget.watch()
    threads = _set_threads()
    seed_everything(seed)
    device = pick_device()
    _set_plot_style()
    if week:
        _load_exercises(week)
    shell = _shell()
    if shell is not None:
        output_limit.install(shell)
        name_guard.install(shell).look()
    print(
        f"{title}{f' ({notebook})' if week else ''}, on {device} with {threads} thread{'s' if threads > 1 else ''}, "
        f"seed {seed}.\n"
        f"All its cells together may take {seconds} s of computing, {MEMORY_MB // 1024} GB and no network.\n"
        f"Progress is kept on this machine only, in {'/'.join(progress_file().parts[-3:-1])}."
    )
    if week:
        _name_missing_data(week)


def _name_missing_data(week: str) -> None:
    """Say at the beginning what would otherwise stop a lesson in its middle."""
    from course_lib.data.catalogue import ARCHIVES

    missing = [archive for archive in ARCHIVES if week in archive.needed_by and not archive.is_here()]
    if missing:
        size = sum(archive.size for archive in missing) / 1e6
        print(
            f"Not on this machine yet: {'; '.join(archive.what for archive in missing)} ({size:.0f} MB). "
            f"Type `course data --week {week}` in a terminal, then run this cell again."
        )


def _set_threads() -> int:
    import torch

    asked = os.environ.get("COURSE_THREADS", str(THREADS))
    if not asked.isdigit() or int(asked) < 1:
        raise ValueError(f"COURSE_THREADS={asked!r} should be a whole number, 1 or more")
    torch.set_num_threads(int(asked))
    return int(asked)


def _set_plot_style() -> None:
    from course_lib.viz.style import use_house_style

    use_house_style()


def _load_exercises(week: str) -> None:
    """Import the week's exercise files now, so that the first check answers at once."""
    import course_lib.exercises

    for module in pkgutil.iter_modules(course_lib.exercises.__path__):
        if module.name.startswith(week):
            importlib.import_module(f"course_lib.exercises.{module.name}")


def _shell() -> Any:
    """The notebook's IPython shell, or None in plain Python."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython else None
