"""The course's few names keep working when a learner gives one of them to something else."""

import sys
from typing import Any

NAMES = ("check", "hint", "solution", "quiz", "progress", "points")


class NameGuard:
    """Watches a notebook's variables; what it has once seen as the course's own it gives back after the cell."""

    def __init__(self, variables: dict[str, Any]) -> None:
        self.variables = variables
        self.held: dict[str, Any] = {}

    def look(self, *_: object) -> None:
        """Remember names that are ours; give back those that were ours and no longer are, with one note each."""
        exercises = sys.modules.get("course_lib.exercises")
        if exercises is None:
            return
        for name in NAMES:
            ours = vars(exercises).get(name)
            if ours is not None and self.variables.get(name) is ours:
                self.held[name] = ours
            elif name in self.held:
                self._give_back(name)

    def _give_back(self, name: str) -> None:
        kept = ""
        if name in self.variables:
            self.variables[f"my_{name}"] = self.variables[name]
            kept = f" Yours is kept as `my_{name}`."
        self.variables[name] = self.held[name]
        print(f"Note: `{name}` belongs to the course and the next cells need it, so it is back in its place.{kept}")


def install(shell: Any) -> NameGuard:
    """Guard the names in this IPython shell. A second call returns the first one's guard."""
    known: NameGuard | None = getattr(shell, "course_name_guard", None)
    if known is not None:
        return known
    guard = shell.course_name_guard = NameGuard(shell.user_ns)
    shell.events.register("post_run_cell", guard.look)
    return guard
