"""What a piece of Python does, without the names, spaces, comments and order of lines that a copier changes.

Nothing is run. The source is untrusted: it is cut to a length and a depth that the parser takes without harm, and the
tree is walked with a list, not by recursion.
"""

import ast
import io
import re
import tokenize
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST = 20_000  # characters of a cell that are looked at
DEEPEST = 60  # brackets within brackets
MOST_OPERATORS = 400  # in one statement: a sum of thousands is a tree thousands deep
BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")


@dataclass(frozen=True)
class Statement:
    """One statement, or the head of a compound one, as the nodes of its tree, and the lines it stands on."""

    nodes: tuple[str, ...]
    first: int
    last: int
    within: str = ""  # the function or class of the cell that it belongs to


def statements(source: str) -> list[Statement] | None:
    """The statements of a cell, without comments, docstrings, annotations and the names of its own variables.

    None for what is no Python that can be read: too long, too deep, broken.
    """
    if len(source) > LONGEST:
        return None
    source = re.sub(r"^([ \t]*)[%!].*$", r"\1pass", source, flags=re.MULTILINE)  # what only Jupyter understands
    if not _is_shallow(source):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # "\d" in a student's string is not our business
            tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    own, real = _names(tree)
    return list(_statements(tree, own, real))


def _is_shallow(source: str) -> bool:
    """Can the parser take it? Looks at tokens only, which needs no recursion."""
    depth = operators = indents = 0
    try:
        for kind, text, *_ in tokenize.generate_tokens(io.StringIO(source).readline):
            if kind == tokenize.NEWLINE:
                operators = 0
            elif kind == tokenize.INDENT:
                indents += 1
            elif kind == tokenize.DEDENT:
                indents -= 1
            elif kind == tokenize.OP or text in ("not", "and", "or", "if", "else", "lambda", "await", "elif"):
                depth += (text in "([{") - (text in ")]}")
                operators += text not in ",:="
            elif kind == tokenize.STRING:
                operators += text.count("{")
            if depth > DEEPEST or operators > MOST_OPERATORS or indents > DEEPEST:
                return False
    except (tokenize.TokenError, SyntaxError, ValueError, RecursionError):
        return False
    return source.count("elif") <= MOST_OPERATORS  # each stands inside the one before


def _names(tree: ast.AST) -> tuple[set[str], dict[str, str]]:
    """The names that the cell gives to things, and what imported names really are."""
    own: set[str] = set()
    real: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            own.add(node.id)
        elif isinstance(node, ast.arg):
            own.add(node.arg)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            own.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            real |= {each.asname or each.name: each.name.split(".")[-1] for each in node.names}
    return own - real.keys(), real


def _statements(tree: ast.AST, own: set[str], real: dict[str, str]) -> Iterator[Statement]:
    """Every statement as a stream of nodes of its own, so that lines may change places."""
    waiting = [(tree, "")]
    while waiting:
        node, within = waiting.pop()
        if not within and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            within = node.name
        inside = [child for name in BLOCKS for child in _listed(node, name) if isinstance(child, ast.AST)]
        waiting += [(child, within) for child in reversed(inside)]
        if not isinstance(node, ast.stmt) or isinstance(node, ast.Import | ast.ImportFrom | ast.Pass):
            continue
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):  # a docstring, or a note
            continue
        nodes = tuple(_nodes(node, {id(child) for child in inside}, own, real))
        last = inside[0].lineno - 1 if inside else node.end_lineno or node.lineno  # type: ignore[attr-defined]
        yield Statement(nodes, node.lineno, max(node.lineno, last), within)


def _listed(node: ast.AST, name: str) -> list[ast.AST]:
    found = getattr(node, name, [])
    return found if isinstance(found, list) else []


def _nodes(start: ast.AST, without: set[int], own: set[str], real: dict[str, str]) -> Iterator[str]:
    """The nodes of one statement from the root on; own variables are all called the same."""
    waiting = [start]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Name):
            yield "own" if node.id in own else real.get(node.id, node.id)
        elif isinstance(node, ast.Constant):
            yield "text" if isinstance(node.value, str | bytes) else repr(node.value)[:20]
        elif isinstance(node, ast.Attribute):
            yield f".{node.attr}"
        elif isinstance(node, ast.keyword):
            yield f"{node.arg}="
        elif not isinstance(node, ast.expr_context | ast.arguments | ast.arg):
            yield type(node).__name__.removeprefix("Ann")  # an annotated assignment is an assignment
        skipped = {id(each) for each in (getattr(node, "annotation", None), getattr(node, "returns", None)) if each}
        children = [c for c in ast.iter_child_nodes(node) if id(c) not in without and id(c) not in skipped]
        waiting += reversed(children)
