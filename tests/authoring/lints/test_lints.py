"""A lecture in which nothing is wrong, and for each lint a text that breaks it, and nothing else."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_output

from course_lib.authoring.build import build, read
from course_lib.authoring.cells import answer, code, notebook, text
from course_lib.authoring.lints.acts import core_size
from course_lib.authoring.lints.check import LINTS
from course_lib.authoring.lints.lecture import Lecture
from course_lib.authoring.lints.numbers import fill_numbers, rounded, value_of
from course_lib.authoring.lints.week_config import WeekConfig, read_config
from course_lib.authoring.lints.words import count_terms
from course_lib.authoring.places import Place, notebooks
from course_lib.curriculum.weeks import WEEKS
from course_lib.errors import CourseError
from tests.authoring.ready import LECTURE, make_ready

Change = Callable[[NotebookNode], Any]
SOLUTION = "def f(x):\n    ### BEGIN SOLUTION\n    return x\n    ### END SOLUTION"
TABLE = "| symbol | meaning |\n|---|---|\n| $B$ | batch |\n| $T$ | steps |\n| $W$ | weights |"
DECLARED = (
    '@exercise("w05.gate", title="The gate", section="5.1", minutes=6, difficulty=2, importance=4)\nclass Gate: ...\n'
    '@exercise("w05.half", title="Half", section="5.1", minutes=2, difficulty=1, importance=3)\nclass Half: ...\n'
)
HEAD = "**Exercise 5.1 · The gate** (difficulty 2, importance 4, 6 minutes)\n\nWrite it."


def lecture() -> NotebookNode:
    """A lecture in which nothing is wrong."""
    made = notebook([
        text("w05-0-title", f"# Week 5 · Memory with gates\n\nGates.\n\n{TABLE}", "slide"),
        code("w05-0-start", 'start("w05")', "skip"),
        text("w05-0-notes", "> **For the teacher.** Two minutes." + " More." * 500, "notes"),
        text("w05-1-idea", "## 5.1 Gates\n\nAn **open gate** lets pass. See "
             "[arXiv:1706.03762](https://arxiv.org/abs/1706.03762). With $h = W x$ of (B, T).",
             "slide", claim="A gate lets pass.", show="w05-1-picture"),
        code("w05-1-picture", "draw()"),
        text("w05-1-asked", HEAD),
        answer("w05-1-answer", SOLUTION),
        code("w05-1-check", 'f = check("w05.gate", f)'),
        code("w05-1-data", "from course_lib.data import digits\nall_digits = digits.load(14)\nfew = all_digits[:3]"),
        code("w05-1-finding", "print(81.26, 1234)"),
        text("w05-1-notice", "**What to notice.** It is right in 81.3<!--w05-1-finding 1-->% of section 5.1's gates, "
             "1,234<!--w05-1-finding 2--> in all."),
        text("w05-2-idea", "## 5.2 More", "slide", claim="There is more."),
        code("w05-2-quiz", 'quiz("w05.why")'),
    ])  # fmt: skip
    by_id = {cell.id: cell for cell in made.cells}
    by_id["w05-1-picture"].outputs = [new_output("display_data", {"text/plain": "a picture"})]
    by_id["w05-1-finding"].outputs = [new_output("stream", text="81.26 1234\n")]
    return made


CONFIG = WeekConfig(("open gate",), "5.2", {})


def found(top: Path, change: Change | None = None, config: WeekConfig = CONFIG) -> dict[str, list[str]]:
    """What each lint says of the lecture after a change; lints that say nothing are left out."""
    made = lecture()
    if change:
        change(made)
    folder = top / "course_lib" / "exercises" / "w05"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "lecture.py").write_text(DECLARED)
    (top / "MEASURED.md").write_text("17.9 ± 0.4%\n")
    whole = Lecture.of("w05", made, config, top)
    return {name: said for name, lint in LINTS.items() if (said := list(lint(whole)))}


def cell(made: NotebookNode, id: str) -> NotebookNode:
    return next(each for each in made.cells if each.id == id)


def swap(id: str, old: str, new: str) -> Change:
    """Change the words of one cell."""

    def change(made: NotebookNode) -> None:
        this = cell(made, id)
        assert old in this.source
        this.source = this.source.replace(old, new)

    return change


def test_nothing_is_wrong_with_a_good_lecture(tmp_path: Path) -> None:
    assert found(tmp_path) == {}


NOTE = [code(f"w05-1-x{n}", "x = 1") for n in range(16)]
BREACHES: dict[str, tuple[str, Change, str]] = {
    "term never said": (
        "terms",
        swap("w05-1-idea", "An **open gate** lets", "It lets"),
        "'open gate' of week.toml is never said",
    ),
    "term not bold": (
        "terms",
        swap("w05-1-idea", "**open gate**", "open gate"),
        "'open gate' is not bold where it is said first",
    ),
    "term bold too late": (
        "terms",
        swap("w05-1-idea", "An **open", "Every open gate is. An **open"),
        "is not bold",
    ),
    "no table of symbols": ("letters", swap("w05-0-title", TABLE, ""), "there is no table of symbols"),
    "a letter twice": ("letters", swap("w05-0-title", "| $W$ |", "| $T$ | target |\n| $W$ |"), "has T 2 times"),
    "a letter in a shape": ("letters", swap("w05-1-idea", "(B, T)", "(B, T, K)"), "w05-1-idea uses the letter K"),
    "a letter in a formula": ("letters", swap("w05-1-idea", "W x", "W x + Q"), "uses the letter Q"),
    "a letter in a docstring": (
        "letters",
        swap("w05-1-answer", "def f(x):", 'def f(x):\n    """x (B, N)   -> (B, N)"""'),
        "uses the letter N",
    ),
    "the beginning of a set": ("slices", swap("w05-1-data", "[:3]", "[:300]"), "all_digits[:300]: draw at random"),
    "of a part of it": (
        "slices",
        swap("w05-1-data", "few = all_digits[:3]", "train, test = all_digits.split(0)\nfew = test[:n]"),
        "test[:n]",
    ),
    "of those chosen from it": (
        "slices",
        swap("w05-1-data", "few = all_digits[:3]", "some = [d for d in all_digits if d]\nfew = some[:50]"),
        "some[:50]",
    ),
    "a number that is another": ("numbers", swap("w05-1-notice", "81.3", "82.0"), "82.0 should be 81.3, number 1"),
    "a number of no output": ("numbers", swap("w05-1-notice", "finding 2", "finding 3"), "there is none"),
    "a number of no cell": ("numbers", swap("w05-1-notice", "w05-1-finding 1", "w05-1-gone 1"), "there is none"),
    "a number of another file": (
        "numbers",
        swap("w05-1-notice", "in all.", "in all, 17.8<!--MEASURED.md-->%."),
        "17.8 does not stand in MEASURED.md",
    ),
    "a number of no file": (
        "numbers",
        swap("w05-1-notice", "in all.", "in all, 17.9<!--GONE.md-->%."),
        "there is no such file",
    ),
    "a number without a mark": (
        "numbers",
        swap("w05-1-notice", "in all.", "in all, or 7%."),
        "says 7: say which output",
    ),
    "another title": ("titles", swap("w05-0-title", "Memory with gates", "Gates"), "does not say 'Memory with gates'"),
    "another name of an exercise": (
        "titles",
        swap("w05-1-asked", "The gate", "A gate"),
        "title A gate, its declaration The gate",
    ),
    "other minutes": ("titles", swap("w05-1-asked", "6 minutes", "9 minutes"), "minutes 9, its declaration 6"),
    "other minutes over two": (
        "titles",
        lambda made: made.cells.insert(8, code("w05-1-two", 'g = check("w05.half", g)')),
        "minutes 6, its declaration 8",
    ),
    "a bare number of a paper": (
        "links",
        swap("w05-1-idea", "See [arXiv", "See arXiv:1409.0473, [arXiv"),
        "arXiv:1409.0473",
    ),
    "a bare DOI": ("links", swap("w05-1-idea", "See", "See doi:10.1038/srep33964."), "doi:10.1038/srep33964"),
    "a late exercise": (
        "first exercise",
        lambda made: [made.cells.insert(4, code(f"w05-1-y{n}", 'predict("w05.1")')) for n in range(4)],
        "is cell 9",
    ),
    "many words": (
        "first exercise",
        swap("w05-1-idea", "See", "word " * 401 + "See"),
        "words stand before the first exercise",
    ),
    "long without an act": (
        "acts",
        lambda made: made.cells.__setitem__(slice(9, 9), NOTE),
        "cells stand between w05-1-answer",
    ),
    "a wordy core": ("part A", swap("w05-1-notice", "in all.", "in all. " + "word " * 3500), "words, more than 3500"),
    "much code": ("part A", swap("w05-1-picture", "draw()", "draw()\n" * 401), "lines of code, more than 400"),
    "no claim": (
        "slide texts",
        lambda made: cell(made, "w05-2-idea").metadata.pop("slide_text"),
        "5.2 has 0 slide texts",
    ),
    "a long claim": (
        "slide texts",
        lambda made: cell(made, "w05-2-idea").metadata.slide_text.update(claim="word " * 26),
        "claim has 26 words",
    ),
    "a figure of elsewhere": (
        "slide texts",
        lambda made: cell(made, "w05-2-idea").metadata.slide_text.update(show="w05-1-picture"),
        "no cell of section 5.2",
    ),
}


@pytest.mark.parametrize("name", BREACHES)
def test_a_breach_is_found_by_its_lint_alone(tmp_path: Path, name: str) -> None:
    lint, change, said = BREACHES[name]
    problems = found(tmp_path, change)
    assert list(problems) == [lint]
    assert any(said in each for each in problems[lint]), problems


@pytest.mark.parametrize(
    ("config", "said"),
    [
        (WeekConfig((), "5.2"), "lists no terms"),
        (WeekConfig(("open gate",), ""), "does not say where part A ends"),
        (WeekConfig(("open gate",), "5.9"), "there is no such section"),
    ],
)
def test_a_config_that_says_too_little_is_found(tmp_path: Path, config: WeekConfig, said: str) -> None:
    [[problem]] = found(tmp_path, config=config).values()
    assert said in problem


LET_THROUGH: dict[str, Change] = {
    "drawn at random": swap("w05-1-data", "[:3]", "[:300]  # in random order"),
    "the beginning of a list of one's own": swap(
        "w05-1-data", "few = all_digits[:3]", "words = list(x)\nfew = words[:300]"
    ),
    "a number of a section and of a link": swap(
        "w05-1-notice", "in all.", "in all; see section 5.25 and [it](https://x.org/1.5)."
    ),
    "a number that stands in a file": swap("w05-1-notice", "in all.", "in all, 17.9<!--MEASURED.md--> of 100."),
    "one headline over two exercises": lambda made: (
        swap("w05-1-asked", "The gate** (difficulty 2, importance 4, 6", "Both** (difficulty 2, importance 4, 8")(made),
        made.cells.insert(8, code("w05-1-two", 'g = check("w05.half", g)')),
    ),
    "code of a line that only notebooks know": swap("w05-0-start", "start", "%matplotlib inline\nstart"),
}


@pytest.mark.parametrize("name", LET_THROUGH)
def test_what_is_good_is_let_through(tmp_path: Path, name: str) -> None:
    assert found(tmp_path, LET_THROUGH[name]) == {}


def test_numbers_are_filled_in_with_as_many_decimals_as_stand_there() -> None:
    made = lecture()
    assert not fill_numbers(made), "they were right"
    cell(made, "w05-1-finding").outputs = [new_output("stream", text="79.04 and -12345.6\n")]
    assert fill_numbers(made)
    filled = cell(made, "w05-1-notice").source
    assert "79.0<!--w05-1-finding 1-->%" in filled and "-12,346<!--w05-1-finding 2-->" in filled
    assert (rounded("1234.56", "9,999.0"), rounded("0.5", "3")) == ("1,234.6", "0")
    assert value_of(made.cells, "w05-1-finding", 0) is None


def test_terms_and_the_core_are_counted(tmp_path: Path) -> None:
    whole = Lecture.of("w05", lecture(), CONFIG, tmp_path)
    assert count_terms(whole) == {"open gate": 1}
    words, lines, ends = core_size(whole)
    assert (words, lines, ends) == (72, 9, True)


BAD_CONFIGS = {
    "not TOML": ("terms = [", "is not TOML"),
    "unknown": ("words = 3", "says 'words'"),
    "terms": ('terms = "gate"', "should be a list of words"),
    "no lint": ('[exceptions]\nspelling = "we do not spell, and that is why"', "there is no lint 'spelling'"),
    "no reason": ('[exceptions]\nterms = "later"', "needs a reason"),
    "no table": ("exceptions = 3", "should be a table"),
}


@pytest.mark.parametrize("name", BAD_CONFIGS)
def test_a_bad_config_is_said(tmp_path: Path, name: str) -> None:
    content, said = BAD_CONFIGS[name]
    (tmp_path / "week.toml").write_text(content)
    with pytest.raises(CourseError, match=said):
        read_config(tmp_path, set(LINTS))


def test_the_check_of_the_course_asks_every_ported_week(course: Path) -> None:
    make_ready(course)
    assert build(check=True, root=course) == []
    config = course / "solutions" / LECTURE.split("/")[0] / "week.toml"
    before = config.read_text()
    config.write_text(before.replace('terms = ["nothing"]', "terms = []"))
    assert any("lists no terms" in each and "(lint: terms)" in each for each in build(check=True, root=course))
    config.write_text(before + '[exceptions]\nlinks = "there are no links at all here"\n')
    [problem] = build(check=True, root=course)
    assert problem.endswith("week.toml: the exception 'links' is not needed any more: delete it")
    config.unlink()
    assert any("week.toml is missing" in each for each in build(check=True, root=course))


def test_an_exception_silences_its_lint_and_no_other(course: Path) -> None:
    make_ready(course)
    config = course / "solutions" / LECTURE.split("/")[0] / "week.toml"
    config.write_text('part_a_ends_before = "7.1"\n[exceptions]\nterms = "the small course has no words"\n')
    assert build(check=True, root=course) == []


def test_weeks_that_are_not_ported_are_left_alone(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    make_ready(course)
    (course / "solutions" / LECTURE.split("/")[0] / "week.toml").unlink()
    monkeypatch.setitem(WEEKS, "w07", replace(WEEKS["w07"], ported=False))
    assert build(check=True, root=course) == []


def test_every_lint_of_the_real_ported_weeks_holds_or_has_a_reason() -> None:
    from course_lib.authoring.lints.check import is_linted, problems_of_lints
    from course_lib.authoring.places import checkout

    ported: list[Place] = [place for place in notebooks(checkout() / "solutions") if is_linted(place)]
    assert [place.week for place in ported if place.week == "w07"] == ["w07"]
    assert [problem for place in ported for problem in problems_of_lints(place, read(place), checkout())] == []
