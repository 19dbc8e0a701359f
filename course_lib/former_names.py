"""What moved or was renamed: a learner's own notebook from before goes on working, told in a sentence what is new.

`MODULES` says where a module lives now; `import course_lib` installs `FormerModules`, which looks there. A module
whose functions were renamed says so in its last lines: `__getattr__ = former(__name__, {...})`.
"""

import functools
import importlib
import warnings
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, TypeVar, cast

Function = TypeVar("Function", bound=Callable[..., Any])

MODULES = {
    "course_lib.weeks": "course_lib.curriculum.weeks",
    "course_lib.chooser": "course_lib.curriculum.chooser",
    "course_lib.doctor": "course_lib.setup.doctor",
    "course_lib.budget": "course_lib.kernel.budget",
    "course_lib.device": "course_lib.kernel.device",
    "course_lib.seed": "course_lib.kernel.seed",
    "course_lib.workfolder": "course_lib.lab.work_folder",
    "course_lib.layers.colours": "course_lib.layers.weisfeiler_leman",
    "course_lib.layers.reach": "course_lib.layers.receptive_field",
    "course_lib.train.average": "course_lib.train.ema",
    "course_lib.train.edits": "course_lib.train.edit_distance",
    "course_lib.train.turns": "course_lib.train.augment",
    "course_lib.widgets.denoising_bundle": "course_lib.widgets.denoising.bundle",
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


def former_keywords(**renamed: str) -> Callable[[Function], Function]:
    """Let a function go on taking keyword arguments by their old names, with a sentence. old="new"."""

    def wrap(function: Function) -> Function:
        @functools.wraps(function)
        def takes_both(*args: Any, **named: Any) -> Any:
            for old in set(named) & set(renamed):
                name = function.__qualname__.removesuffix(".__init__")  # of a class: what is called is the class
                tell(f"{name}(..., {old}=)", f"{renamed[old]}=")
                named[renamed[old]] = named.pop(old)
            return function(*args, **named)

        return cast(Function, takes_both)

    return wrap


def former_attributes(**renamed: str) -> Callable[[type], type]:
    """Let a class go on offering attributes by their old names, with a sentence. old="new"."""

    def add(owner: type) -> type:
        for old, new in renamed.items():

            def get(self: Any, old: str = old, new: str = new) -> Any:
                tell(f"{owner.__name__}.{old}", new)
                return getattr(self, new)

            setattr(owner, old, property(get))
        return owner

    return add


class FormerModules:
    """Finds the modules of `MODULES` under their old names: the very modules that their new names give."""

    @classmethod
    def find_spec(cls, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> Any:
        """A spec that loads the module at its new place; None for a name that never was one of ours."""
        old = next((each for each in MODULES if name == each or name.startswith(f"{each}.")), None)
        if old is None:
            return None
        now = MODULES[old] + name.removeprefix(old)
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
