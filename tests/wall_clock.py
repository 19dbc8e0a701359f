"""Finds assertions that compare the wall clock: on a busy machine they fail though nothing is wrong.

A time is what a call of `time.monotonic`, `time.perf_counter` or `time.time` gives, a span the difference of two times,
and so is every name that a span was assigned or appended to. Waiting until a deadline compares times, not spans.
"""

import ast
from collections.abc import Iterator

CLOCKS = {"monotonic", "perf_counter", "time", "monotonic_ns", "perf_counter_ns", "time_ns"}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def unmarked(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and name of each function that asserts something about a span without the mark `timed`."""
    if any(isinstance(node, ast.Assign) and names_mark(node.value) for node in tree.body if is_pytestmark(node)):
        return
    for node in ast.walk(tree):
        if isinstance(node, Function) and not any(names_mark(each) for each in node.decorator_list):
            spans = Spans(node)
            yield from ((line, node.name) for line in spans.asserted())


def is_pytestmark(node: ast.stmt) -> bool:
    """True for `pytestmark = ...`."""
    targets = node.targets if isinstance(node, ast.Assign) else []
    return any(isinstance(to, ast.Name) and to.id == "pytestmark" for to in targets)


def names_mark(node: ast.AST) -> bool:
    """True where `timed` is named, as in `pytest.mark.timed`."""
    return any(isinstance(each, ast.Attribute) and each.attr == "timed" for each in ast.walk(node))


class Spans:
    """The names in one function that hold times and spans."""

    def __init__(self, function: Function) -> None:
        self.function = function
        self.times: set[str] = set()
        self.spans: set[str] = set()
        for _ in range(3):  # in a loop a name may be used above the line that gives it its value
            for node in ast.walk(function):
                self.learn(node)

    def learn(self, node: ast.AST) -> None:
        """Take in what one assignment or one `list.append` says."""
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.NamedExpr) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                for to, value in pairs(target, node.value):
                    self.name(to, value)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "append":
            for value in node.args:
                self.name(node.func.value, value)

    def name(self, to: ast.AST, value: ast.AST) -> None:
        """Note what `to` holds once `value` was put there."""
        found = {each.id for each in ast.walk(to) if isinstance(each, ast.Name)}
        if self.is_span(value):
            self.spans |= found
        elif self.is_time(value):
            self.times |= found

    def is_time(self, node: ast.AST) -> bool:
        """True for a call of a clock, for a name that holds one's answer, and for what is added to it."""
        if isinstance(node, ast.BinOp):
            return self.is_time(node.left) or self.is_time(node.right)
        if isinstance(node, ast.Name):
            return node.id in self.times
        if not isinstance(node, ast.Call):
            return False
        called = node.func
        of_time = isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name) and called.value.id == "time"
        return (of_time and called.attr in CLOCKS) or (isinstance(called, ast.Name) and called.id in CLOCKS)

    def is_span(self, node: ast.AST) -> bool:
        """True where a difference of two times, or a name that holds one, is part of the expression."""
        for each in ast.walk(node):
            if isinstance(each, ast.Name) and each.id in self.spans:
                return True
            minus = isinstance(each, ast.BinOp) and isinstance(each.op, ast.Sub)
            if minus and self.is_time(each.left) and self.is_time(each.right):
                return True
        return False

    def asserted(self) -> Iterator[int]:
        """The lines that assert a comparison with a span."""
        for node in ast.walk(self.function):
            if isinstance(node, ast.Assert):
                compared = (each for each in ast.walk(node.test) if isinstance(each, ast.Compare))
                if any(self.is_span(each) for each in compared):
                    yield node.lineno


def pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[ast.expr, ast.expr]]:
    """What goes where in `a, b = x, y`; the whole into the whole otherwise."""
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
        yield from zip(target.elts, value.elts, strict=True)
    else:
        yield target, value
