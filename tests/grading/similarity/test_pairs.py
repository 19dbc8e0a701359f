"""Copies are found whatever their names, notes and order of lines; people who worked alone are left in peace.

Speed: python -m tests.benchmarks.bench_similarity
"""

import inspect
import random
import re
import textwrap
import time
from collections.abc import Callable
from typing import Any

import pytest

from course_lib.grading.similarity.fingerprints import traces_of
from course_lib.grading.similarity.pairs import find_similar
from course_lib.grading.similarity.syntax import LONGEST, statements
from tests.exercises.test_other_right_answers_w07 import RIGHT
from tests.grading.similar_class import GIVEN, RELEASED, choose, make_class, write

KNOWN = [*RELEASED, *GIVEN]


def nodes(source: str) -> list[tuple[str, ...]]:
    found = statements(textwrap.dedent(source))
    assert found is not None
    return sorted(each.nodes for each in found)


ONE = """
    import torch
    def banded(size, reach):
        rows = torch.arange(size)[:, None]
        columns = torch.arange(size)
        return (rows - columns >= 0) & (rows - columns <= reach)
"""


@pytest.mark.parametrize(
    "other",
    [
        ONE.replace("rows", "a").replace("columns", "b"),
        ONE.replace("torch", "th").replace("import th", "import torch as th"),
        ONE.replace("rows = torch.arange(size)[:, None]", "rows: Tensor = torch . arange( size )[:,None] # mine"),
        ONE.replace("        rows =", '        """Mine, all mine."""\n        rows ='),
        ONE.replace("size, reach", "size: int, reach: int"),
        """
    %matplotlib inline
    import torch
    def banded(n, k):
        j = torch.arange(n)
        i = torch.arange(n)[:, None]
        return ((i - j) >= 0) & ((i - j) <= k)
    """,
    ],
)
def test_a_disguise_changes_nothing(other: str) -> None:
    assert nodes(other) == nodes(ONE)


@pytest.mark.parametrize(
    ("old", "new"),
    [("[:, None]", ".view(-1, 1)"), (">= 0", "> 0"), ("<= reach", "<= reach + 1"), ("arange", "linspace")],
)
def test_another_answer_is_another(old: str, new: str) -> None:
    assert old in ONE and nodes(ONE.replace(old, new)) != nodes(ONE)


@pytest.mark.parametrize(("size", "copies"), [(2, 1), (12, 2), (30, 3), (120, 5)])
def test_copies_stand_at_the_top(size: int, copies: int) -> None:
    for seed in range(100, 103):  # not the seeds on which the constants were chosen
        cells, truth = make_class(size, copies, seed)
        found = [frozenset({pair.one, pair.other}) for pair in find_similar(cells, KNOWN)]
        assert set(found[:copies]) == truth, seed
        assert len(found) <= copies + 1, seed  # 120 x 119 / 2 pairs have many chances, too


@pytest.mark.parametrize("size", [2, 12, 30, 120])
def test_a_class_that_worked_alone_has_an_empty_list(size: int) -> None:
    false = [pair for seed in range(100, 104) for pair in find_similar(make_class(size, 0, seed)[0], KNOWN)]
    assert len(false) <= 1, false


def test_right_answers_of_independent_people_are_not_listed() -> None:
    """Real answers in other styles, written without looking at each other, dealt out to 40 students."""
    listed = 0
    for seed in range(3):
        chance = random.Random(seed)
        cells = {f"s{n:02d}": [named(id, chance.choice(ways)) for id, ways in RIGHT.items()] for n in range(40)}
        listed += len(find_similar(cells))
        cells["s40"] = [re.sub(r"\b(scores|weights|mask|reach|table)\b", r"my_\1", source) for source in cells["s07"]]
        first = find_similar(cells)[0]
        assert {first.one, first.other} == {"s07", "s40"}
    assert listed <= 1  # of 2,340 pairs, in a class where every question has two or three answers


def named(id: str, answer: Callable[..., Any]) -> str:
    """An answer's source under the name that everybody has to give it."""
    return inspect.getsource(answer).replace(answer.__name__, id.replace(".", "_"))


def test_the_one_obvious_answer_flags_nobody() -> None:
    chance = random.Random(1)
    same = choose(chance)
    assert find_similar({f"s{n}": write(same, chance) for n in range(25)}, KNOWN) == []


def test_an_answer_out_of_a_book_that_half_the_class_has_read_flags_nobody() -> None:
    """Its lines come together; they count once and not one by one."""
    lines = "".join(f"    y{i} = x.special_{i}(x.shape[{i}], {i})\n" for i in range(12))
    cells, _ = make_class(60, 0, seed=104)
    for student in sorted(cells)[:30]:
        cells[student][2] = f"def banded(size, x):\n{lines}"
    assert len(find_similar(cells, KNOWN)) <= 1  # 435 pairs share it


def test_three_who_worked_together_are_three_pairs() -> None:
    cells, _ = make_class(60, 0, seed=105)
    chance = random.Random(3)
    ways = choose(random.Random(11))
    cells |= {student: write(ways, chance) for student in ("s0005", "s0017", "s0033")}
    found = {(pair.one, pair.other) for pair in find_similar(cells, KNOWN)[:3]}
    assert found == {("s0005", "s0017"), ("s0005", "s0033"), ("s0017", "s0033")}


def test_what_was_handed_out_or_stands_in_the_reference_says_nothing() -> None:
    answer = ["def f(x):\n" + "".join(f"    y{i} = x.special_{i}(x.shape[{i}], {i})\n" for i in range(12))]
    cells = {"a": answer, "b": answer} | make_class(20, 0)[0]
    assert [(pair.one, pair.other) for pair in find_similar(cells, KNOWN)][:1] == [("a", "b")]
    assert ("a", "b") not in [(pair.one, pair.other) for pair in find_similar(cells, [*KNOWN, *answer])]


def test_who_copied_one_answer_of_four_is_found_by_that_one() -> None:
    cells, _ = make_class(60, 0, seed=5)
    odd = ["t = a.cumsum(0)", "u = t.flip(-1).roll(3)", "v = u.logsumexp(-1)", "w = v.softmax(0).trace()"]
    answer = "\n    ".join(["def banded(a, b):", *odd, "return w * t.std(unbiased=False) - 4"])
    cells["s0003"][2] = answer
    cells["s0044"][2] = re.sub(r"\bt\b", "other", answer)
    for number, name in enumerate(["relative_bias", "bits_of", "silence_head"], 3):  # the others are all its own
        own = [f"x{i} = {name}.own_{i}(a[{i}], x)" for i in range(8)]
        cells["s0044"][number] = "\n    ".join([f"def {name}(a, x):", *own])
    assert [(pair.one, pair.other) for pair in find_similar(cells, KNOWN)] == [("s0003", "s0044")]


def test_broken_code_is_compared_line_by_line() -> None:
    broken = "def banded(size, reach:\n" + "".join(f"    value_{i} = size.oddly[{i}] *\n" for i in range(12))
    assert statements(broken) is None
    cells = {"a": [broken], "b": [broken.replace(" = ", "=")]} | make_class(20, 0)[0]
    assert [(pair.one, pair.other) for pair in find_similar(cells, KNOWN)][:1] == [("a", "b")]


def test_excerpts_show_both_answers_and_what_they_share() -> None:
    cells, truth = make_class(30, 1)
    (pair,) = find_similar(cells, KNOWN, examples=2)
    assert {pair.one, pair.other} == set(*truth) and pair.share == pytest.approx(1.0)
    assert len(pair.excerpts) == 2
    for left, right in pair.excerpts:
        assert left.source in cells[pair.one] and right.source in cells[pair.other]
        assert left.source.split("(")[0] == right.source.split("(")[0]  # the same question
        assert left.lines and max(left.lines) <= len(left.source.splitlines())


ATTACKS = {
    "brackets": "(" * 20_000,
    "calls": "f(" * 5_000 + ")" * 5_000,
    "lists": "[" * 9_000 + "]" * 9_000,
    "minus": "-" * 19_000 + "1",
    "not": "not " * 4_900 + "1",
    "sum": "1+" * 9_900 + "1",
    "power": "1**" * 6_000 + "1",
    "attributes": "x" + ".a" * 9_900,
    "subscripts": "x" + "[0]" * 6_600,
    "calls in a row": "f" + "()" * 9_900,
    "lambda": "lambda:" * 2_800 + "1",
    "if else": "1 if 1 else " * 1_600 + "1",
    "elif": "if x: pass\n" + "elif x: pass\n" * 1_500,
    "indents": "".join(" " * i + "if x:\n" for i in range(190)) + " " * 190 + "pass",
    "f-strings": "f'{" * 6_000,
    "and": "x and " * 3_300 + "x",
    "compare": "x<" * 9_900 + "x",
    "assign": "x=" * 9_900 + "1",
    "names": "x" * 20_000,
    "nul": "x = '\0'",
    "surrogate": "x = '\ud800'",
    "blank lines": "\n" * 19_990 + "%x",
    "huge": "x = 1\n" * 10_000_000,
    "digits": "9" * 19_999,
    "backslashes": "\\\n" * 9_990,
    "quotes": "'''" * 6_001,
    "generics": "type X[" * 2_000,
    "stars": "print(" + "*" * 15_000 + "x)",
    "decorators": "@x\n" * 6_000 + "def f(): pass",
    "await": "await " * 3_000 + "x",
}


@pytest.mark.parametrize("name", ATTACKS)
def test_hostile_source_is_survived_quickly(name: str) -> None:
    start = time.process_time()
    traces_of(ATTACKS[name])
    found = find_similar({"evil": [ATTACKS[name]] * 3, "ben": RELEASED})
    assert found == []
    assert time.process_time() - start < 1.5


def test_what_is_too_long_or_too_deep_is_not_parsed() -> None:
    assert statements("x = 1\n" * (LONGEST // 6)) is not None
    assert statements("x = 1\n" * (LONGEST // 6 + 2)) is None
    assert statements("(" * 50 + "1" + ")" * 50) is not None
    assert statements("(" * 70 + "1" + ")" * 70) is None
    assert statements("x = 1" + " + 1" * 300) is not None
    assert statements("x = 1" + " + 1" * 500) is None


def test_nothing_is_run(capsys: pytest.CaptureFixture[str]) -> None:
    evil = "print('run')\nraise SystemExit\nimport os; os._exit(1)"
    find_similar({"a": [evil], "b": [evil]})
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("cells", [{}, {"a": []}, {"a": ["x = 1"]}, {"a": [], "b": []}])
def test_small_classes_have_no_pairs(cells: dict[str, list[str]]) -> None:
    assert find_similar(cells) == []
