"""Notice when an answer calls what it was asked to write: by the code that runs, whatever name it goes by."""

import importlib
import inspect
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from types import CodeType, FrameType
from typing import Any

import torch
from torch._ops import OpOverload, OpOverloadPacket
from torch.overrides import TorchFunctionMode

from course_lib.errors import CourseError

OP_CALLS = {id(OpOverload.__call__.__code__), id(OpOverloadPacket.__call__.__code__)}


class ForbiddenCall(BaseException):
    """The answer called something it may not; args[0] is its name."""


def resolve(name: str) -> Any:
    """The object of a dotted name. Raises CourseError when there is none."""
    words = name.split(".")
    for cut in range(len(words) - 1, 0, -1):
        try:
            found = importlib.import_module(".".join(words[:cut]))
        except ImportError:
            continue
        try:
            for word in words[cut:]:
                found = getattr(found, word)
        except AttributeError:
            break
        return found
    raise CourseError(f"forbidden name {name!r} does not exist; write the full dotted name, like 'torch.nn.Linear'")


def codes_of(thing: Any) -> Iterator[CodeType]:
    """The code that runs when a function, or a class and its instances, are called."""
    if inspect.isclass(thing):
        for member in vars(thing).values():
            if inspect.isfunction(member):
                yield member.__code__
    else:
        function = inspect.unwrap(getattr(thing, "__func__", thing))
        if code := getattr(function, "__code__", None):
            yield code


class Forbidden:
    """What may not be called: Python functions by their code, torch's built-ins by name, others by identity."""

    def __init__(self, names: Iterable[str], reference: Callable[..., Any] | None = None) -> None:
        self.codes: dict[int, str] = {}
        self.builtins: dict[Any, str] = {}
        self.operators: dict[str, str] = {}
        self.packages: set[str] = set()  # "torch_geometric.*" forbids a whole library, whether it is installed or not
        self.keep: list[Any] = []  # identities stay true while their objects live
        self.fine: dict[int, tuple[CodeType, dict[str, Any]]] = {}  # code that was looked at, with its globals
        for name in names:
            if name.endswith(".*"):
                self.packages.add(name[:-2])
            else:
                self.add(resolve(name), name)
        if reference is not None:
            self.add(reference, "the library's own answer")

    def add(self, thing: Any, name: str) -> None:
        """Forbid one thing, with everything inside it that does its work."""
        codes = list(codes_of(thing))
        self.keep += [thing, codes]
        self.codes |= {id(code): name for code in codes}
        if not codes:
            self.builtins[thing] = name
        if not inspect.isclass(thing) and (getattr(thing, "__module__", None) or "torch").startswith("torch"):
            self.operators[thing.__name__] = name

    @property
    def is_python(self) -> bool:
        """Is nothing forbidden but Python code? Then calls into C need no look."""
        return not self.operators and not self.builtins

    def called_code(self, frame: FrameType) -> str | None:
        """The forbidden name behind a Python call, or None."""
        known = self.fine.get(id(frame.f_code))
        if known is not None and known[1] is frame.f_globals:
            return None
        if (found := self.look_at(frame)) is None and id(frame.f_code) not in OP_CALLS:
            self.fine[id(frame.f_code)] = frame.f_code, frame.f_globals
        return found

    def look_at(self, frame: FrameType) -> str | None:
        """The same, for code that was not looked at before."""
        if found := self.codes.get(id(frame.f_code)):
            return found
        if id(frame.f_code) in OP_CALLS:  # torch.ops.aten.softmax(...)
            return self.operators.get(str(frame.f_locals.get("self")).split(".")[1])
        if self.packages and str(frame.f_globals.get("__name__")).partition(".")[0] in self.packages:
            return str(frame.f_globals["__name__"])
        return None

    def called_builtin(self, function: Any) -> str | None:
        """The forbidden name behind a call into C, or None."""
        name = getattr(function, "__name__", "")
        owner = getattr(function, "__self__", None)
        if name in self.operators and (isinstance(owner, torch.Tensor) or "torch" in str(type(owner)) or owner is None):
            return self.operators[name]
        try:
            return self.builtins.get(function)
        except TypeError:  # a built-in that belongs to something unhashable
            return None


class Watch(TorchFunctionMode):
    """Sees torch's built-ins also where Python makes no call event (partial, map, operators)."""

    def __init__(self, forbidden: Forbidden) -> None:
        super().__init__()
        self.forbidden = forbidden
        self.seen: str | None = None

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        self.notice(self.forbidden.operators.get(getattr(func, "__name__", "")))
        return func(*args, **(kwargs or {}))

    def profile(self, frame: FrameType, event: str, arg: Any) -> None:
        """Python calls this at every call and return while the candidate runs."""
        if event == "call":
            self.notice(self.forbidden.called_code(frame))
        elif event == "c_call" and not self.forbidden.is_python:
            self.notice(self.forbidden.called_builtin(arg))

    def notice(self, name: str | None) -> None:
        """Remember the first forbidden call, and end the candidate there."""
        if name is not None:
            self.seen = self.seen or name
            raise ForbiddenCall(name)


@contextmanager
def watching(forbidden: Forbidden) -> Iterator[Watch]:
    """Watch every call in this thread and those it starts; the profilers that were there before come back."""
    watch = Watch(forbidden)
    before = sys.getprofile()
    threading.setprofile(watch.profile)
    try:
        with nullcontext() if forbidden.is_python else watch:
            sys.setprofile(watch.profile)
            yield watch
    finally:
        sys.setprofile(before)
        threading.setprofile(before)
