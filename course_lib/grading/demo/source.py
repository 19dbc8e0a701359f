"""The source of one of our own functions as a student would have it in a cell: with all it needs, and nothing of ours.

Functions of the course that it calls are written out beside it, under names of their own; what comes from elsewhere is
imported. Annotations go, because the names in them would have to come along.
"""

import ast
import builtins
import importlib
import types
from collections.abc import Callable
from typing import Any

from course_lib.errors import CourseError
from course_lib.grading.demo.text import Plain, Renamed, definition_of, outer_names

OURS = "course_lib"


def standalone(function: Callable[..., Any], name: str) -> str:
    """A cell that defines the same function under that name.

    Raises CourseError that names what cannot be written out: a class of ours, a tensor, a partial.
    """
    writer = _Writer(name)
    writer.define(function)
    return "\n\n\n".join(["\n".join(sorted(writer.imports)), *writer.parts] if writer.imports else writer.parts)


class _Writer:
    """Collects a function and everything it stands on, what is needed first coming first."""

    def __init__(self, name: str) -> None:
        self.answer = name
        self.imports: set[str] = set()
        self.parts: list[str] = []
        self.known: dict[int, str] = {}

    def define(self, function: Callable[..., Any]) -> str:
        """Write a function out -> the name it has now."""
        if id(function) in self.known:
            return self.known[id(function)]
        if not isinstance(function, types.FunctionType):
            raise CourseError(f"{function!r} is no plain function that could be written out")
        name = self.new_name(function.__name__) if self.known else self.answer
        self.known[id(function)] = name
        tree = Plain().visit(definition_of(function))
        tree = _Flat(self, _scope(function)).visit(tree)
        names = {each: self.value(each, _scope(function)) for each in sorted(outer_names(tree))}
        tree = Renamed({old: new for old, new in names.items() if new != old}).visit(tree)
        if isinstance(tree, ast.Lambda):
            tree = ast.Assign([ast.Name(name, ast.Store())], tree)
        else:
            tree.name = name
        self.parts.append(ast.unparse(ast.fix_missing_locations(tree)))
        return name

    def new_name(self, name: str) -> str:
        """A name that no other answer of the notebook uses for something else."""
        stem = "pick" if name == "<lambda>" else name.strip("_")
        name, number = f"{stem}_of_{self.answer}", 1
        while name in self.known.values():
            number += 1
            name = f"{stem}{number}_of_{self.answer}"
        return name

    def value(self, name: str, scope: dict[str, Any]) -> str:
        """Make sure that a name means the same in the cell -> what to call it there."""
        if name not in scope:
            if hasattr(builtins, name) or name in self.known.values():
                return name
            raise CourseError(f"nothing is called {name!r}")
        value = scope[name]
        if isinstance(value, types.FunctionType) and (value.__module__.startswith(OURS) or _importable(value) is None):
            return self.define(value)
        if isinstance(value, types.ModuleType) and not _is_hidden(value.__name__):
            self.imports.add(f"import {value.__name__}" + (f" as {name}" if value.__name__ != name else ""))
            return name
        if (where := _importable(value)) is not None:
            self.imports.add(f"from {where[0]} import {where[1]}" + (f" as {name}" if where[1] != name else ""))
            return name
        return self.constant(name, value)

    def constant(self, name: str, value: Any) -> str:
        """Numbers, texts and containers of them are written down."""
        try:
            same = ast.literal_eval(repr(value)) == value
        except (ValueError, SyntaxError):
            same = False
        if not same:
            raise CourseError(f"{name} is {type(value).__name__}, which cannot be written out")
        new = f"{name.strip('_')}_of_{self.answer}"
        if (text := f"{new} = {value!r}") not in self.parts:
            self.parts.append(text)
        return new


class _Flat(ast.NodeTransformer):
    """`reading.entropy` by a name of its own, where `reading` is a module of ours."""

    def __init__(self, writer: _Writer, scope: dict[str, Any]) -> None:
        self.writer, self.scope = writer, scope

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        owner = self.scope.get(node.value.id) if isinstance(node.value, ast.Name) else None
        if isinstance(owner, types.ModuleType) and owner.__name__.startswith(OURS):
            value = getattr(owner, node.attr)
            if isinstance(value, types.FunctionType) and value.__module__.startswith(OURS):
                return ast.copy_location(ast.Name(self.writer.define(value), ast.Load()), node)
        self.generic_visit(node)
        return node


def _scope(function: types.FunctionType) -> dict[str, Any]:
    closed = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
    return {**function.__globals__, **{name: cell.cell_contents for name, cell in closed}}


def _importable(value: Any) -> tuple[str, str] | None:
    """(module, name) under which anybody finds this very object."""
    module, name = getattr(value, "__module__", None), getattr(value, "__name__", None)
    if not isinstance(module, str) or not isinstance(name, str) or _is_hidden(module):
        return None
    return (module, name) if getattr(importlib.import_module(module), name, None) is value else None


def _is_hidden(module: str) -> bool:
    return module.startswith(f"{OURS}.exercises")
