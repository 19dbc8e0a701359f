"""Our own functions as trees of their source: found in their file, without annotations, with other names."""

import ast
import functools
import inspect
import symtable
import types
from collections.abc import Iterator
from pathlib import Path

from course_lib.errors import CourseError

Definition = ast.FunctionDef | ast.Lambda


class Plain(ast.NodeTransformer):
    """Without annotations."""

    def visit_arg(self, node: ast.arg) -> ast.arg:
        """A parameter: x for x: Tensor."""
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        """A function: without what it says of its result."""
        node.returns = None
        self.generic_visit(node)
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        """A variable: x = 1 for x: int = 1."""
        return ast.Assign([node.target], node.value) if node.value is not None else ast.Pass()


class Renamed(ast.NodeTransformer):
    """With other names."""

    def __init__(self, names: dict[str, str]) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.Name:
        """A name, or another in its place."""
        node.id = self.names.get(node.id, node.id)
        return node


def outer_names(tree: Definition) -> set[str]:
    """The names that a definition takes from outside."""
    text = ast.unparse(ast.fix_missing_locations(tree))
    tables = [symtable.symtable(text, "cell", "exec")]
    own = {tree.name} if isinstance(tree, ast.FunctionDef) else set()
    found = {each.get_name() for each in tables[0].get_symbols() if each.is_referenced()} - own
    while tables:
        table = tables.pop()
        tables += table.get_children()
        if table.get_type() != "module":
            found |= {each.get_name() for each in table.get_symbols() if each.is_global() and each.is_referenced()}
    return found


def definition_of(function: types.FunctionType) -> Definition:
    """The piece of our source that made a function. Raises CourseError when two lambdas of a line look alike."""
    code = function.__code__
    every = _definitions(inspect.getsourcefile(function) or "")
    found = [node for node in every if _first_line(node) == code.co_firstlineno]
    if code.co_name == "<lambda>":
        columns = [place[2] for place in code.co_positions() if place[0] == code.co_firstlineno and place[2]]
        found = [
            node
            for node in found
            if isinstance(node, ast.Lambda)
            and all(node.body.col_offset <= at for at in columns)
            and (node.end_lineno != node.lineno or all(at < (node.end_col_offset or 0) for at in columns))
        ]
    else:
        found = [node for node in found if isinstance(node, ast.FunctionDef) and node.name == code.co_name]
    if len(found) != 1:
        raise CourseError(f"{function.__qualname__} cannot be told from its neighbours in the source")
    return ast.parse(ast.unparse(found[0])).body[0] if isinstance(found[0], ast.FunctionDef) else _lambda(found[0])  # type: ignore[return-value]


def _lambda(node: ast.Lambda) -> ast.Lambda:
    copy = ast.parse(ast.unparse(node), mode="eval").body
    assert isinstance(copy, ast.Lambda)
    return copy


@functools.cache
def _definitions(file: str) -> tuple[Definition, ...]:
    return tuple(_walk(ast.parse(Path(file).read_text(encoding="utf-8"))))


def _walk(tree: ast.AST) -> Iterator[Definition]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.Lambda):
            yield node


def _first_line(node: Definition) -> int:
    decorators = node.decorator_list if isinstance(node, ast.FunctionDef) else []
    return min([node.lineno, *(each.lineno for each in decorators)])
