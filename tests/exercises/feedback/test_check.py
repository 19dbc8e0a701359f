"""What a learner calls: check, hint, solution, quiz, progress, points; as plain text here."""

import subprocess
import sys
from typing import Any

import pytest
import torch
from torch import Tensor

from course_lib.errors import CourseError
from course_lib.exercises import check, hint, points, progress, quiz, solution
from course_lib.exercises.engine.registry import exercises, find
from course_lib.exercises.feedback import check as face
from course_lib.exercises.feedback import quiz as questions
from course_lib.exercises.feedback.hints import imports_of
from course_lib.exercises.feedback.quiz import Question, question
from course_lib.exercises.tracking import store
from course_lib.exercises.tracking.view import progress_rows, summary
from tests.exercises.toys import no_mask, share


def mine(scores: Tensor, mask: Tensor) -> Tensor:
    return scores.masked_fill(~mask, -torch.inf).softmax(-1)


def blank(scores: Tensor, mask: Tensor) -> Tensor:
    raise NotImplementedError()


def test_a_right_answer_comes_back_and_says_what_is_next(capsys: pytest.CaptureFixture[str]) -> None:
    assert check("w99.share", mine) is mine
    said = capsys.readouterr()
    assert said.out.startswith("✓ Right.")
    assert "Next: Means" in said.out
    assert said.err == ""


@pytest.mark.parametrize("candidate", [no_mask, blank, None, 3])
def test_otherwise_the_librarys_comes_back_with_a_note(candidate: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert check("w99.share", candidate) is share
    assert "uses the course's version in place of yours" in capsys.readouterr().out


def test_a_cell_run_twice_is_understood(capsys: pytest.CaptureFixture[str]) -> None:
    stand_in = check("w99.share", no_mask)
    capsys.readouterr()
    assert check("w99.share", stand_in) is share
    assert "stands in for yours" in capsys.readouterr().out
    assert store.attempts()["w99.share"]["right"] is False


def test_the_two_arguments_in_the_other_order() -> None:
    assert check(mine, "w99.share") is mine  # type: ignore[arg-type]


def test_an_unknown_id_is_told_its_neighbours() -> None:
    with pytest.raises(CourseError, match=r"w99\.share"):
        check("w99.shar", mine)
    with pytest.raises(CourseError, match="asked for by its id"):
        check(3, mine)  # type: ignore[arg-type]
    with pytest.raises(CourseError, match="second argument"):
        check("w99.share")


def test_both_faces_say_the_same() -> None:
    from course_lib.exercises.engine.judge import judge_exercise
    from tests.exercises.toys import Share

    verdict = judge_exercise(Share, no_mask)
    page = face.page_of(Share, verdict)
    assert 'role="status"' in page.html
    for piece in ("mask forgotten", "known mistake", "Yours", "Expected", "✗"):
        assert piece in page.html
    assert "<mark>" in page.html
    assert "mask forgotten" in page.text
    bundle = page._repr_mimebundle_()
    assert set(bundle) == {"text/html", "text/plain"}


def test_what_a_learner_prints_is_not_html() -> None:
    from course_lib.exercises.engine.judge import judge_exercise
    from tests.exercises.toys import Share

    def sly(scores: Tensor, mask: Tensor) -> Tensor:
        print("<script>alert(1)</script>")
        raise ValueError("<b>bold</b>")

    html = face.page_of(Share, judge_exercise(Share, sly)).html
    assert "<script>" not in html
    assert "<b>" not in html


def test_hints_come_one_by_one(capsys: pytest.CaptureFixture[str]) -> None:
    hint("w99.share")
    assert capsys.readouterr().out.startswith("Hint 1 of 2. What should sum to 1?")
    hint("w99.share")
    second = capsys.readouterr().out
    assert second.startswith("Hint 2 of 2.")
    assert "last hint" in second
    hint("w99.share")
    assert capsys.readouterr().out.startswith("Hint 2 of 2.")


def test_the_solution_waits_for_an_attempt(capsys: pytest.CaptureFixture[str]) -> None:
    check("w99.share", blank)
    solution("w99.share")
    assert "You have not tried" in capsys.readouterr().out
    solution("w99.share", insist=True)
    assert "def share(" in capsys.readouterr().out
    check("w99.share", no_mask)
    solution("w99.share")
    assert "def share(" in capsys.readouterr().out


def test_a_solution_runs_where_it_is_copied_to(capsys: pytest.CaptureFixture[str]) -> None:
    """A notebook has imported torch and nn; the rest the solution brings along."""
    for each in exercises():
        capsys.readouterr()
        solution(each.id, insist=True)
        said = capsys.readouterr().out.partition("\n\n")[2]
        exec(compile(said, each.id, "exec"), names := {"torch": torch, "nn": torch.nn})
        function = each.answer or each.reference
        assert function.__name__ in names, each.id
    assert "from einops import rearrange" in "\n".join(imports_of(find("w07.split")))


def test_progress_is_a_calm_table(capsys: pytest.CaptureFixture[str]) -> None:
    check("w99.share", mine)
    check("w99.means", lambda x: x)
    capsys.readouterr()
    rows = {row["id"]: row for row in progress_rows("w99")}
    assert rows["w99.share"]["state"] == "done"
    assert rows["w99.means"]["state"] == "tried"
    assert rows["w99.tester"]["state"] == "open"
    assert summary(list(rows.values())) == "1 of 4 exercises done; about 12 minutes are left."
    progress("w99")
    said = capsys.readouterr().out
    assert "✓ done" in said
    assert "○ open" in said


def test_a_quiz_explains_every_option(capsys: pytest.CaptureFixture[str]) -> None:
    question(Question("w99.why", "Why?", {"a": ("Because", "That says nothing."), "b": ("To learn", "Yes.")}, "b"))
    quiz("w99.why")
    assert 'quiz("w99.why", "a")' in capsys.readouterr().out
    quiz("w99.why", "a")
    assert "Not this one. a: Because\nThat says nothing." in capsys.readouterr().out
    quiz("w99.why", "B")
    assert "Right. b: To learn\nYes." in capsys.readouterr().out
    assert store.answers() == {"w99.why": True}
    quiz("w99.why", "z")
    assert "choose one of a, b" in capsys.readouterr().out
    with pytest.raises(CourseError, match=r"w99\.why"):
        quiz("w99.whi")
    with pytest.raises(CourseError, match="lacks its text"):
        question(Question("w99.bad", "Why?", {"a": ("x", ""), "b": ("y", "z")}, "b"))


def test_points_are_a_number_and_nothing_goes_to_stderr(capfd: pytest.CaptureFixture[str]) -> None:
    def warns(scores: Tensor, mask: Tensor) -> Tensor:
        import warnings

        warnings.warn("careful", stacklevel=1)
        print("oops", file=sys.stderr)
        return scores.softmax(-1)

    assert points("w99.share", mine) == 4.0
    part = points("w99.share", warns)
    assert 0 < part < 4
    assert part == round(part, 2)
    for nothing in (blank, None, share, lambda scores, mask: 1 / 0):
        assert points("w99.share", nothing) == 0.0
    said = capfd.readouterr()
    assert said.err == ""
    assert "4 of 4 points" in said.out


def test_importing_the_package_is_free() -> None:
    code = "import sys, course_lib.exercises; print([m for m in ('torch', 'IPython', 'numpy') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_review_asks_with_its_own_seed_and_remembers_how_it_went(capsys: pytest.CaptureFixture[str]) -> None:
    seen: list[Tensor] = []

    def looks(scores: Tensor, mask: Tensor) -> Tensor:
        seen.append(scores.clone())
        return mine(scores, mask)

    check("w99.share", looks)
    lesson, reviews = seen.copy(), []
    for seed in (20261121, 20261122):
        seen.clear()
        assert check("w99.share", looks, seed=seed) is looks
        reviews.append(seen.copy())
    assert "You still have it." in capsys.readouterr().out
    everything = [lesson, *reviews]
    firsts = [inputs[0].flatten().tolist() for inputs in everything]
    assert len({tuple(each) for each in firsts}) == 3, "fresh inputs each time"
    check("w99.share", no_mask, seed=20261122)
    check("w99.share", blank, seed=20261122)
    assert [row[2:] for row in store.look("select * from reviews order by at")] == [
        (20261121, 1),
        (20261122, 1),
        (20261122, 0),
    ], "the lesson's own check and a blank are no reviews"
    assert store.attempts()["w99.share"]["attempts"] == 5


def test_a_review_s_quiz_moves_the_options_and_keeps_what_is_right(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(questions, "_questions", {})
    options = {letter: (f"text {letter}", f"because {letter}") for letter in "abcd"}
    question(Question("w99.moved", "Which?", options, "c"))
    rights = set()
    for seed in range(1, 13):
        this = questions.shuffled(questions.find_question("w99.moved"), seed)
        assert sorted(this.options.values()) == sorted(options.values())
        assert this.options[this.right] == options["c"]
        rights.add(this.right)
        quiz("w99.moved", this.right, seed=seed)
        assert "Right. " in capsys.readouterr().out
    assert len(rights) > 1, "the letter to type is another one"
    quiz("w99.moved", seed=3)
    assert 'quiz("w99.moved", "a", seed=3)' in capsys.readouterr().out
    assert {row[2] for row in store.look("select * from answers")} == {"c"}, "the lesson's letter is remembered"
    assert len(store.look("select * from reviews where is_right")) == 12


def test_a_notebook_may_borrow_the_library_s_answers() -> None:
    assert face.lend("w99.share") is share
    assert face.lend("w99.share", "w99.means")[0] is share
    with pytest.raises(CourseError, match="did you mean"):
        face.lend("w99.shore")
