"""What moved or was renamed: a learner's own notebook from before goes on working, told in a sentence what is new.

`MODULES` says where a module lives now; `import course_lib` installs `FormerModules`, which looks there. A module
whose functions were renamed says so in its last lines: `__getattr__ = former(__name__, {...})`.
"""

import importlib
import warnings
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

MODULES = {
    "course_lib.weeks": "course_lib.curriculum.weeks",
    "course_lib.chooser": "course_lib.curriculum.chooser",
    "course_lib.doctor": "course_lib.setup.doctor",
    "course_lib.budget": "course_lib.kernel.budget",
    "course_lib.device": "course_lib.kernel.device",
    "course_lib.seed": "course_lib.kernel.seed",
    "course_lib.workfolder": "course_lib.lab.work_folder",
}


def tell(old: str, new: str) -> None:
    """Say in one sentence what an old name is called now."""
    warnings.warn(f"{old} is called {new} now; the old name still works here", FutureWarning, stacklevel=3)


def former(module: str, renamed: dict[str, str]) -> Callable[[str], Any]:
    """Make a module's `__getattr__`: its old names give what the new ones name, with a sentence.

    renamed: old name -> new name in the same module, or `course_lib.other.module.name` elsewhere.
    The function raises AttributeError for every other name, as a module does.
    """

    def find(name: str) -> Any:
        if name not in renamed:
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        home, _, new = renamed[name].rpartition(".")
        tell(f"{module}.{name}", f"{home or module}.{new}")
        return getattr(importlib.import_module(home or module), new)

    return find


class FormerModules:
    """Finds the modules of `MODULES` under their old names: the very modules that their new names give."""

    @classmethod
    def find_spec(cls, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> Any:
        """A spec that loads the module at its new place; None for a name that never was one of ours."""
        parts = name.split(".")
        old = ".".join(parts[:2])
        if old not in MODULES:
            return None
        now = ".".join([MODULES[old], *parts[2:]])
        tell(name, now)
        return ModuleSpec(name, _ThatModule(now))  # type: ignore[arg-type]  # a Loader by what it does; the class costs 12 ms


class _ThatModule:
    """Hands out a module that is loaded already, and leaves its own spec as it was."""

    def __init__(self, now: str) -> None:
        self.now = now

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        found = importlib.import_module(self.now)
        self.own = found.__spec__
        return found

    def exec_module(self, module: ModuleType) -> None:
        module.__spec__ = self.own
