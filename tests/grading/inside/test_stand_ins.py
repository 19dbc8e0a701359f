"""The library's own answers are gone inside, however one reaches for them. Each try runs in a process of its own."""

import subprocess
import sys

import pytest

BEFORE = """
import torch
from course_lib.layers import masks
from course_lib.layers.masks import banded_mask
kept, code = banded_mask, banded_mask.__code__
from course_lib.grading.inside import stand_ins
stand_ins.stand_in()
stand_ins.take_away(["course_lib.layers.masks:banded_mask"])
"""
WAYS = {
    "by its name": "masks.banded_mask(3, 1)",
    "by a name from before": "kept(3, 1)",
    "in a partial": "import functools; functools.partial(kept, 3)(1)",
    "by keyword": "kept(size=3, reach=1)",
    "by its code": "import types; types.FunctionType(kept.__code__, kept.__globals__)(3, 1)",
    "through a module that uses it": "masks.__dict__['banded_mask'](3, 1)",
}


def run(source: str) -> str:
    """What a fresh Python prints."""
    done = subprocess.run([sys.executable, "-c", BEFORE + source], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_every_way_to_the_librarys_answer_is_closed_and_noticed() -> None:
    tries = "\n".join(
        f"try:\n    {way}\n    print('got it')\nexcept BaseException as error:\n    print(type(error).__name__)"
        for way in WAYS.values()
    )
    printed = run(f"{tries}\nprint(len(stand_ins.called))").splitlines()
    assert printed == ["ForbiddenCall"] * len(WAYS) + [str(len(WAYS))]


def test_nothing_of_it_is_left_to_read() -> None:
    left = run("print(kept.__code__.co_names, kept.__code__.co_varnames, kept.__defaults__)")
    assert left == "('_taken_away',) ('args', 'options') None"


def test_a_function_with_a_closure_is_refused_loudly() -> None:
    assert "plain" in run(
        "def outer():\n    x = 1\n    def inner(): return x\n    return inner\n"
        "masks.made = outer()\n"
        "try:\n    stand_ins.take_away(['course_lib.layers.masks:made'])\nexcept ValueError as error:\n    print(error)"
    )


@pytest.mark.parametrize("place", ["course_lib", "course_lib.exercises"])
def test_check_hands_back_and_points_gives_nothing(place: str) -> None:
    source = f"""
from {place} import check, hint, points, progress, quiz, solution
f = lambda: 1
print(check("w07.banded", f) is f, check(f, "w07.banded") is f)
print(points("w07.banded", f), hint("x"), solution("x"), quiz())
import sys
print("course_lib.exercises.engine.judge" in sys.modules, "course_lib.exercises.engine.registry" in sys.modules)
"""
    assert run(source).splitlines() == ["True True", "0.0 None None None", "False False"]
