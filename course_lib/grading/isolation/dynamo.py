"""torch's compiler, fetched only by those who use it.

The first step of any optimizer imports `torch._dynamo` (sympy, distributed, inductor: 800 modules, a second, 75 MB), to
tell a compiler that is not at work what it may leave out. A stand-in answers these two questions the way the compiler
answers them outside of `torch.compile`; whoever asks anything else gets the real module.
"""

import importlib
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

_NAME = "torch._dynamo"


class _Postponed(ModuleType):
    """Stands for torch._dynamo until something more than these two is asked of it."""

    def graph_break(self, msg: str = "") -> None:
        """Where no graph is being recorded there is nothing to break."""

    def disable(self, fn: Callable[..., Any] | None = None, recursive: bool = True, **more: Any) -> Any:
        """Outside of a compiler a function that must not be compiled is the function itself."""
        return fn if fn is not None else lambda inner: inner

    def __getattr__(self, name: str) -> Any:
        if name in ("__path__", "__file__"):  # asked by the import system before anybody wants the module
            real = _fetch(self)
            return getattr(real, name)
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(_fetch(self), name)


def postpone() -> None:
    """Put the stand-in where torch looks, unless the real module is loaded already or torch is not."""
    torch = sys.modules.get("torch")
    if torch is not None and _NAME not in sys.modules:
        stand_in = _Postponed(_NAME)
        sys.modules[_NAME] = stand_in
        setattr(torch, "_dynamo", stand_in)  # noqa: B010  (mypy: the attribute is a module)


def _fetch(stand_in: _Postponed) -> ModuleType:
    if sys.modules.get(_NAME) is stand_in:
        del sys.modules[_NAME]
        delattr(sys.modules["torch"], "_dynamo")
    return importlib.import_module(_NAME)
