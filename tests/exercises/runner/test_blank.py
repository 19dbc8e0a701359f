"""A blank is told from an answer by its text, and by its bytecode where the text is lost."""

import inspect
import linecache
import sys
import types
from collections.abc import Callable
from typing import Any

import pytest

from course_lib.exercises.runner.blank import body_of, is_blank

BLANK = {
    "pass": "def f(x):\n    pass\n",
    "dots": "def f(x):\n    ...\n",
    "a docstring": 'def f(x):\n    """x (N)   -> (N)"""\n',
    "return": "def f(x):\n    return\n",
    "return None": 'def f(x):\n    """Do."""\n    # YOUR CODE HERE\n    return None\n',
    "raise": 'def f(x):\n    """Do."""\n    # YOUR CODE HERE\n    raise NotImplementedError()\n',
    "raise without brackets": "def f(x):\n    raise NotImplementedError\n",
    "with a default": "def f(x, keep=(1, 2)):\n    raise NotImplementedError()\n",
}
BEGUN = {
    "a value": "def f(x):\n    return x\n",
    "zero": "def f(x):\n    return 0\n",
    "another error": "def f(x):\n    raise ValueError()\n",
    "a line above the raise": "def f(x):\n    y = x + 1\n    raise NotImplementedError()\n",
    "a call alone": "def f(x):\n    print(x)\n",
    "a loop": "def f(x):\n    while True:\n        pass\n",
    "a generator": "def f(x):\n    yield None\n",
    "nothing, by arithmetic": "def f(x):\n    return None or x\n",
}


def made(source: str, name: str = "") -> Callable[..., Any]:
    """The function of this text; with a name, its text can be looked up as that of a cell can."""
    names: dict[str, Any] = {}
    exec(compile(source, name or "<lost>", "exec"), names)
    if name:
        linecache.cache[name] = (len(source), None, source.splitlines(True), name)
    return names["f"]  # type: ignore[no-any-return]


@pytest.mark.parametrize("text", ["kept", "lost"])
@pytest.mark.parametrize("name", BLANK)
def test_a_blank_is_a_blank(name: str, text: str) -> None:
    function = made(BLANK[name], f"<cell {name}>" if text == "kept" else "")
    assert (body_of(function.__code__) is not None) == (text == "kept")
    assert is_blank(function)


@pytest.mark.parametrize("text", ["kept", "lost"])
@pytest.mark.parametrize("name", BEGUN)
def test_what_was_begun_is_no_blank(name: str, text: str) -> None:
    assert not is_blank(made(BEGUN[name], f"<cell {name}>" if text == "kept" else ""))


def test_the_text_of_another_function_is_not_believed() -> None:
    function = made(BEGUN["a value"], "<cell that was changed>")
    linecache.cache["<cell that was changed>"] = (1, None, ["def g(x):\n", "    pass\n"], "<cell that was changed>")
    assert inspect.getsource(function).startswith("def g")
    assert not is_blank(function)


def test_a_lambda_has_no_text_of_its_own() -> None:
    assert not is_blank(lambda x: x)
    assert is_blank(lambda x: None)


def test_no_other_module_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The marker's sandbox holds modules that answer every name, `__file__` too, with a function."""
    odd = types.ModuleType("odd")
    odd.__file__ = lambda: None  # type: ignore[assignment]
    monkeypatch.setitem(sys.modules, "odd", odd)
    assert is_blank(made("def f(x):\n    pass\n", "<cell beside an odd module>"))
