"""The class on one page: the counts are right, also of an empty class, and the page holds what a page must."""

import dataclasses
import re

import pytest

from course_lib.errors import CourseError
from course_lib.grading.records import Marked, Student
from course_lib.grading.reports.class_facts import count_class
from course_lib.grading.reports.class_report import class_report, class_report_text
from course_lib.grading.similarity.pairs import Excerpt, Pair
from tests.grading.marks_made_up import ANNA, BAND, BEN, BIAS, ENTROPY, HAND, marks, missing
from tests.grading.page_checks import Outline, assert_good_page

CLEO, DAN = Student("cleo", "Cleo"), Student("dan", "Dan")
CATALOGUE = [{"id": "w07.relative", "title": "A bias for distance", "mistakes": ["a", "b", "distance backwards"]}]
EVIL = "</code></pre><script>alert(1)</script>\u202e"
PAIR = Pair("anna", "cleo", 21.4, 0.9, ((Excerpt(f"a = 1\nb = 2  # {EVIL}", (2,)), Excerpt("c = 1\nd = 2", (2,))),))


def best(student: str) -> Marked:
    full = tuple(
        dataclasses.replace(each, points=each.out_of, status="right", mistake="", law="", broken=(), line="")
        for each in marks().questions
    )
    return marks(student, questions=full, days_late=0.0, keeps=1.0)


CLASS = [marks(), missing(), best("cleo")]
ROSTER = [ANNA, BEN, CLEO, DAN]
HANDS = {"anna": HAND, "cleo": {"w07-7-written": (4.0, "")}}


def test_the_counts() -> None:
    facts = count_class(CLASS, ROSTER, CATALOGUE, HANDS)
    assert (facts.week, facts.students, facts.points, facts.out_of, facts.waiting) == ("w07", 4, (8.1, 20.0), 20.0, 0)
    assert facts.bins == (0, 0, 0, 0, 1, 0, 0, 0, 0, 1) and facts.mean == pytest.approx(14.05)
    bias = facts.questions[1]
    assert (bias.mean, bias.answers, bias.right, bias.partly, bias.wrong, bias.stopped, bias.blank) == (
        3.75,
        2,
        1,
        1,
        0,
        0,
        0,
    )
    assert (bias.named, bias.seen, bias.known) == (1, 1, 3)
    assert facts.questions[2].stopped == facts.questions[3].blank == 1
    assert [(law.law, law.broken, law.first, law.tried) for law in facts.laws] == [("equals the reference", 1, 1, 2)]
    assert facts.mistakes == (("A bias for distance", "distance backwards", 1),)
    assert facts.without == (("Ben Okafor (ben)", "nothing was handed in"), ("Dan (dan)", "not marked"))
    assert facts.stopped == (("Anna Müller (anna)", "How wide does a head listen?"),)
    assert facts.late == (("Anna Müller (anna)", 1.2, 0.9),)
    assert count_class(CLASS, ROSTER).waiting == 2


def test_laws_are_sorted_by_the_share_of_those_who_tried() -> None:
    wrong = dataclasses.replace(BAND, status="wrong", points=1.0, law="b", broken=("b", "a"))
    blank = dataclasses.replace(BAND, status="not attempted", points=0.0)
    other = dataclasses.replace(BIAS, broken=("c",), law="c")
    class_ = [
        Marked(f"s{n}", "w07", "x", questions)
        for n, questions in enumerate([(wrong, other), (BAND, other), (blank, other), (blank, BIAS)])
    ]
    found = [(law.law, law.broken, law.tried) for law in count_class(class_, []).laws]
    assert found == [("c", 3, 4), ("b", 1, 2), ("a", 1, 2), ("equals the reference", 1, 4)]


def test_who_was_stopped_breaks_the_law_it_was_stopped_in() -> None:
    stopped = dataclasses.replace(ENTROPY, law="runs to its end")
    facts = count_class([Marked("a", "w07", "x", (stopped,))], [])
    assert [(law.law, law.broken, law.first) for law in facts.laws] == [("runs to its end", 1, 1)]


def test_the_page_says_it_all() -> None:
    said = assert_good_page(class_report(CLASS, ROSTER, CATALOGUE, pairs=[PAIR], hands=HANDS)).text
    for part in (
        "2 of 4 students handed in something that could be marked.",
        "Mean 14.05 of 20 points", "3.75 of 5", "1 of 2 (50%)",
        "equals the reference", "distance backwards", "1 of 3", "Ben Okafor (ben)", "not marked", "Anna Müller (anna)",
        "not a verdict", "anna and cleo", "90% of the statements", "21 bits", "» d = 2",
    ):  # fmt: skip
        assert part in said, part


def test_the_picture_says_what_it_shows() -> None:
    page = class_report(CLASS, ROSTER, CATALOGUE, hands=HANDS)
    (svg,) = Outline(page).all("svg")
    assert svg["aria-label"] == (
        "Bars: 2 submissions by their share of the points, in tenths: 1 with 40 to 50%, 1 with 90 to 100%. "
        "The highest bar stands at 40 to 50%."
    )
    heights = [float(rect["height"] or 0) for rect in Outline(page).all("rect")]
    assert [height > 0 for height in heights] == [False] * 4 + [True] + [False] * 4 + [True]
    assert "The same as a table" in page


def test_code_of_students_is_only_text() -> None:
    page = class_report(CLASS, ROSTER, CATALOGUE, pairs=[PAIR])
    assert "<script" not in page and "\u202e" not in page and "alert(1)" in assert_good_page(page).text


def test_a_long_cell_is_cut_near_what_is_shared() -> None:
    source = "\n".join(f"line_{n} = {'x' * 1000}" for n in range(1, 201))
    pair = Pair("a", "b", 20.0, 1.0, ((Excerpt(source, (100,)), Excerpt(source, (100,))),))
    page = class_report(CLASS, ROSTER, pairs=[pair])
    assert "line_100" in page and "line_95 " not in page and "line_140" not in page and "x" * 150 not in page


@pytest.mark.parametrize("class_", [[], [missing()], [marks()], [marks(), best("cleo")], [Marked("a", "w07", "x", ())]])
def test_small_and_empty_classes_have_a_report(class_: list[Marked]) -> None:
    for roster in ([], ROSTER):
        said = assert_good_page(class_report(class_, roster, CATALOGUE, pairs=[])).text
        text = class_report_text(class_, roster, CATALOGUE, pairs=[])
        assert "students handed in something that could be marked" in said and "students handed in" in text
        assert "No pair among" in said and "Alike" not in text and not re.search(r"\bnan\b", said + text)


def test_without_pairs_nothing_is_said_about_them() -> None:
    assert "Alike" not in class_report(CLASS, ROSTER)


def test_the_terminal_says_the_same() -> None:
    text = class_report_text(CLASS, ROSTER, CATALOGUE, pairs=[PAIR], hands=HANDS)
    for part in (
        "Homework w07: 2 of 4 students", "  40 to  50%  ██████████████████████████████ 1",
        "A bias for distance           mean",
        "right 1 of 2 (50%), stopped 0", "equals the reference, broken by 1 of 2 (50%)",
        "1  A bias for distance: distance",
        "Ben Okafor (ben): nothing was handed in", "Anna Müller (anna): 1.2 days, keeps 90%",
        "anna and cleo: 21 bits, 90% of the statements", "not a verdict",
    ):  # fmt: skip
        assert part in text, part
    assert not re.search("[\x00-\x08\x1b]", class_report_text([marks()], [dataclasses.replace(ANNA, name="\x1b[2J")]))


def test_marks_of_two_weeks_are_refused() -> None:
    with pytest.raises(CourseError, match="w07, w08"):
        class_report([marks(), marks("ben", week="w08")], ROSTER)
