"""The page a student gets: what must stand there, what must never, and that nobody can break it from outside."""

import dataclasses
import re
from pathlib import Path

import pytest

from course_lib.errors import CourseError
from course_lib.grading.records import QuestionMark, Student, WrittenQuestion
from course_lib.grading.reports.feedback import feedback_page, write_feedback
from course_lib.grading.reports.html_page import STYLE, clean, prose, text
from course_lib.grading.reports.totals import total
from tests.grading.marks_made_up import ANNA, BEN, BIAS, ENTROPY, HAND, WORDS, marks, missing
from tests.grading.page_checks import Outline, assert_good_page, contrast

NAMES = {"w07.relative": "relative_bias"}


def words(page: str) -> str:
    return assert_good_page(page).text


def test_it_says_what_was_earned_and_why() -> None:
    said = words(feedback_page(marks(), ANNA, HAND, NAMES))
    for part in (
        "Homework of week 7: Who listens to whom", "Feedback for Anna Müller", "8.1 of 20 points",
        "A band · 3 of 3 points",
        "This behaves like a known mistake: distance backwards.", "It counts from s to t.",
        "To think about: Does position 3 lie at +3 or at -3?", "Laws it breaks equals the reference",
        "Laws it keeps row 0 of up stays", 'check("w07.relative", relative_bias)',
        'check("w07.entropy", your_function)',
        "It happened in your line while True: pass", "In your own words · 3.5 of 4 points", "Name the limit, too.",
        "Cell 5 did not run.", "ab12cd34, the first 8 signs", "21 November 2026, 12:00 (UTC+01:00)",
        "Course version 0.1.0",
        "python 3.11.7, torch 2.9.0",
    ):  # fmt: skip
        assert re.sub(r"\s", "", part) in re.sub(r"\s", "", said), part


def test_an_answer_that_breaks_everything_is_told_where_to_begin() -> None:
    begin = "begin with the first"
    assert begin not in words(feedback_page(marks(), ANNA, HAND, NAMES))
    nothing = dataclasses.replace(BIAS, kept=(), broken=("gives back the right kind of result", "has the right shape"))
    assert begin in words(feedback_page(marks(questions=(nothing,)), ANNA, {}, NAMES))


def test_a_state_is_said_in_words_not_by_colour_alone() -> None:
    said = words(feedback_page(marks(), ANNA))
    for state in ("right", "partly right", "stopped", "not attempted", "waits for your teacher"):
        assert said.count(state) >= 2, state


def test_the_late_policy_is_shown_as_arithmetic() -> None:
    late = marks(questions=(dataclasses.replace(BIAS, points=12.5, out_of=15.0),), written=(), days_late=2.0)
    assert "12.5 points × 90% = 11.25 points" in words(feedback_page(late, ANNA))
    free = dataclasses.replace(late, keeps=1.0, days_late=1.0)
    assert "1 day late; the late policy takes nothing off" in words(feedback_page(free, ANNA))
    assert "late" not in words(feedback_page(dataclasses.replace(free, days_late=0.0), ANNA))


@pytest.mark.parametrize(("points", "keeps", "final"), [(12.5, 0.9, 11.25), (0.25, 0.5, 0.13), (0.15, 0.7, 0.11)])
def test_sums_round_as_people_do(points: float, keeps: float, final: float) -> None:
    one = marks(questions=(dataclasses.replace(BIAS, points=points),), written=(), keeps=keeps)
    assert total(one).final == final


def test_points_by_hand_replace_automatic_ones_and_the_page_says_so() -> None:
    said = words(feedback_page(marks(keeps=1.0, days_late=0.0), ANNA, {BIAS.grade_id: (4.5, "Nearly.")}))
    assert "the automatic mark was 2.5" in said and "Your teacher writes: Nearly." in said
    assert "7.5 of 20 points so far" in said and "One written answer waits for your teacher" in said


def test_points_for_a_question_that_is_not_there_are_an_error() -> None:
    with pytest.raises(CourseError, match="old-cell"):
        feedback_page(marks(), ANNA, {"old-cell": (2.0, "")})


def test_what_is_missing_or_unreadable_gets_a_reason_and_advice() -> None:
    said = words(feedback_page(missing(), BEN))
    assert "nothing was handed in" in said and "under which file name" in said and "0 of 20 points" in said
    broken = dataclasses.replace(missing(), sha256="ab" * 32, problem="not a notebook: it is a PDF")
    said = words(feedback_page(broken, BEN))
    assert "it is a PDF" in said and "hand in that .ipynb" in said


def test_it_holds_no_seed_no_version_of_an_exercise_and_nobody_else() -> None:
    page = feedback_page(marks(), ANNA, HAND, NAMES)
    assert not [each for each in ("987654321", "c0ffee", "bubblewrap", "Ben", "ben@uni.test") if each in page]
    assert "ab12cd34" in page and "ab12cd34" * 2 not in page


EVIL = "\"><script>alert(1)</script><img src=x onerror=alert(1)></code></main>'&lt;`\x00\x1b[31m\u202etxt"


def poisoned(record: object) -> object:
    """The same record with every text, also inside, made hostile."""
    kept = ("student", "week", "status", "sha256", "grade_id", "problem")
    changes = {}
    for each in dataclasses.fields(record):  # type: ignore[arg-type]
        value = getattr(record, each.name)
        if isinstance(value, str) and value and each.name not in kept:
            changes[each.name] = each.name + EVIL
        elif isinstance(value, tuple):
            changes[each.name] = tuple(each.name + EVIL if isinstance(item, str) else poisoned(item) for item in value)
        elif isinstance(value, dict):
            changes[each.name] = dict.fromkeys([EVIL], EVIL)
        elif dataclasses.is_dataclass(value):
            changes[each.name] = poisoned(value)
    return dataclasses.replace(record, **changes)  # type: ignore[type-var]


def test_no_text_from_outside_changes_the_page() -> None:
    """The page of a hostile submission has the very tags of a harmless one."""
    evil = poisoned(marks())
    student = Student("anna", EVIL)
    hand = {"w07-7-written": (1.0, EVIL), BIAS.grade_id: (None, EVIL)}
    page = feedback_page(evil, student, hand, {EVIL: EVIL})  # type: ignore[arg-type]
    outline = assert_good_page(page)
    harmless = feedback_page(marks(), ANNA, {"w07-7-written": (1.0, "x"), BIAS.grade_id: (None, "x")})
    plain = [tag for tag in outline.tags if tag[0] != "code"]
    assert plain == [tag for tag in Outline(harmless).tags if tag[0] != "code"]
    assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e]", page) and "\\u202e" in page
    assert "<script" not in page and "alert(1)" in outline.text
    problem = dataclasses.replace(missing(), problem=EVIL)
    page = feedback_page(problem, BEN)
    assert "<script" not in page and "alert(1)" in assert_good_page(page).text


def test_a_long_line_is_cut() -> None:
    page = feedback_page(marks(questions=(dataclasses.replace(ENTROPY, line="x" * 10_000),)), ANNA)
    assert "x" * 160 in page and "x" * 161 not in page
    assert len(feedback_page(marks(remarks=("y" * 10**6,)), ANNA)) < 30_000


def test_escaping_keeps_what_can_be_read() -> None:
    assert clean("a\tb\nc é 文 \u200d") == "a\tb\nc é 文 \u200d"
    assert text("<b> & 'q'") == "&lt;b&gt; &amp; &#x27;q&#x27;"
    assert prose("row 0 of `up` < 1") == "row 0 of <code>up</code> &lt; 1"
    assert prose("an odd ` one") == "an odd ` one"


def test_marks_of_somebody_else_are_refused() -> None:
    with pytest.raises(CourseError, match="anna"):
        feedback_page(marks(), BEN)
    with pytest.raises(CourseError, match="roster"):
        write_feedback(Path("nowhere"), [marks("carl")], [ANNA])


def test_only_pages_that_changed_are_written(tmp_path: Path) -> None:
    both = [marks(), missing()]
    written = write_feedback(tmp_path / "feedback", both, [ANNA, BEN])
    assert [path.name for path in written] == ["anna.html", "ben.html"]
    before = {path: (path.stat().st_ino, path.read_bytes()) for path in written}
    assert write_feedback(tmp_path / "feedback", both, [ANNA, BEN]) == []
    again = write_feedback(tmp_path / "feedback", both, [ANNA, BEN], hands={"anna": HAND})
    assert [path.name for path in again] == ["anna.html"]
    assert written[1].stat().st_ino == before[written[1]][0]
    assert written[0].read_bytes() != before[written[0]][1]
    assert sorted(path.name for path in (tmp_path / "feedback").iterdir()) == ["anna.html", "ben.html"]


@pytest.mark.parametrize("name", ["../evil", "a/b", "..", "", "a\\b", "a\nb", "C:x"])
def test_a_name_that_is_a_path_writes_nothing(tmp_path: Path, name: str) -> None:
    with pytest.raises(CourseError, match="cannot name a file"):
        write_feedback(tmp_path, [marks(name)], [Student(name)])
    assert list(tmp_path.iterdir()) == []


def test_colours_can_be_read_in_both_themes() -> None:
    style = STYLE.read_text(encoding="utf-8")
    blocks = re.findall(r":root \{([^}]*)\}", style)
    assert len(blocks) == 3  # light, dark, paper
    for block in blocks:
        colour = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", block))
        for name in ("ink", "soft", "right", "wrong", "open", "link"):
            assert contrast(colour[name], colour["paper"]) >= 4.5, (name, block)
        assert contrast(colour["ink"], colour["panel"]) >= 4.5
        assert contrast(colour["rule"], colour["paper"]) >= 3
        assert contrast(colour.get("bar", "#0072b2"), colour["paper"]) >= 3


def test_a_question_without_anything_to_say_still_has_a_part() -> None:
    bare = marks(questions=(QuestionMark("w07.x", "g", "T", 0.0, 1.0, "wrong", ""),), written=(), remarks=())
    assert "T · 0 of 1 point" in words(feedback_page(bare, ANNA))
    none = marks(questions=(), written=(WrittenQuestion("w", "W", 2.0, False),), remarks=())
    assert "not attempted" in words(feedback_page(none, ANNA))
    assert WORDS.answered
