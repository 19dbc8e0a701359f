"""Libraries that a question forbids, as a submission meets them: every name can be imported, and none does anything.

They are emptied here and hidden on the disk, so that no trick within the process brings them back.
"""

import importlib.abc
import importlib.machinery
import importlib.util
import sys
import types
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

Refuse = Callable[[str], NoReturn]


class Absent(types.ModuleType):
    """In place of a module, and of everything in it."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        inner = Absent(f"{self.__name__}.{name}")
        vars(inner)["_refuse"] = vars(self).get("_refuse")
        return inner

    def __call__(self, *args: Any, **options: Any) -> Any:
        """Whoever calls it is noticed."""
        vars(self)["_refuse"](f"{self.__name__.partition('.')[0]}.*")


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds every module of these libraries, and gives an empty one."""

    def __init__(self, refuse: Refuse) -> None:
        self.refuse = refuse
        self.libraries: set[str] = set()

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Ours, when it belongs to one of them."""
        ours = name.partition(".")[0] in self.libraries
        return importlib.machinery.ModuleSpec(name, self, is_package=True) if ours else None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        """An empty one."""
        made = Absent(spec.name)
        vars(made)["_refuse"] = self.refuse
        return made

    def exec_module(self, module: types.ModuleType) -> None:
        """There is nothing to run."""


def take_out(libraries: Sequence[str], refuse: Refuse) -> None:
    """Empty what is loaded of these libraries, also for those who hold it, and find nothing of them from now on.

    libraries   `scipy`, `torch_geometric`
    refuse      called with `scipy.*` when something of them is called
    """
    finder = Finder(refuse)
    finder.libraries.update(libraries)
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in finder.libraries and isinstance(module, types.ModuleType):
            spec = importlib.machinery.ModuleSpec(name, finder, is_package=True)
            vars(module).clear()
            vars(module).update(__name__=name, __path__=[], __spec__=spec, _refuse=refuse)
            if type(module) is types.ModuleType:
                module.__class__ = Absent
            else:  # a kind of its own, which Python may not let go
                sys.modules[name] = importlib.util.module_from_spec(spec)
    sys.meta_path.insert(0, finder)
