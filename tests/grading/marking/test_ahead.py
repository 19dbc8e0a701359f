"""Asking ahead finds the verdicts that one question at a time finds, and shows nothing before its time."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor

from course_lib.exercises.engine.laws import Broken, Call, equals_reference, law
from course_lib.exercises.engine.registry import Exercise, find
from course_lib.exercises.engine.seeded_draw import Draw
from course_lib.grading.inside.graphs import tensors
from course_lib.grading.marking.ahead import Again
from course_lib.grading.marking.assignment import load_assignment
from course_lib.grading.marking.judge import Judge
from course_lib.grading.marking.learning import learn
from course_lib.grading.marking.marking import Marker, Memory
from course_lib.grading.marking.session import Session
from course_lib.grading.records import Provenance
from tests.grading.marking.test_marking import RIGHT, SEED, WEEKS, WRONG, notebook
from tests.grading.marking.test_remote import far_away
from tests.grading.rooms import OpenRoom

HOMEWORK = [each.exercise for week in WEEKS for each in load_assignment(week).questions]
SILENCE, ENTROPY = find("w07.silence"), find("w07.entropy")


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was asked over any line, by its kind."""
    seen: list[str] = []
    put = Session.put
    monkeypatch.setattr(
        Session, "put", lambda self, message, *a, **k: seen.append(message["do"]) or put(self, message, *a, **k)
    )
    return seen


@pytest.mark.parametrize("exercise", HOMEWORK, ids=[each.id for each in HOMEWORK])
def test_right_answers_are_found_right_in_a_few_questions(exercise: Exercise, sent: list[str]) -> None:
    judge = Judge(SEED, Memory())
    for _ in range(2):  # judged by all laws, then known by its replies
        with far_away([exercise.reference]) as [answer]:
            sent.clear()
            assert judge.verdict(exercise, answer.session, answer).right
            script = judge.scripts.find(exercise, answer)
            assert script is not None
            assert sent.count("call") == 1
            assert sent.count("several") <= len(script.frames)
            assert "pull" not in sent
            assert len(script.right) == 1


@pytest.mark.parametrize("exercise", [SILENCE, ENTROPY], ids=["silence", "entropy"])
def test_what_is_wrong_is_never_known_as_right(exercise: Exercise) -> None:
    judge = Judge(SEED, Memory())
    with far_away([exercise.reference]) as [answer]:
        assert judge.verdict(exercise, answer.session, answer).right
    for known in exercise.mistakes.values():
        with far_away([known.function]) as [answer], contextlib.suppress(Again):
            assert not judge.verdict(exercise, answer.session, answer).right


def marked(submission: bytes, one_by_one: bool, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The marks of a submission, with and without asking ahead."""
    with monkeypatch.context() as patch:
        patch.setattr("course_lib.grading.marking.marking.QUICK", -1.0 if one_by_one else 100.0)
        marker = Marker(load_assignment("w07"), OpenRoom, Provenance("0", seed=SEED))
        marker.mark("first", "0", notebook(RIGHT))  # so that a script and a right verdict are there
        return replace(marker.mark("ada", "1", submission), seconds=0.0)


CALLED = "calls = []\n" + RIGHT.replace("    return ", "    calls.append(size)\n    return ")
ODD = {
    "wrong": WRONG,
    "wrong after its first calls": CALLED + " if len(calls) < 4 else back == 0",
    "wrong in its first call only": CALLED + " if len(calls) > 1 else back == 0",
    "an error after its first calls": CALLED + " if len(calls) < 4 else 1 / 0",
    "gone after its first calls": CALLED.replace("    return", "    len(calls) < 4 or exit_now(1)\n    return")
    + "\nfrom os import _exit as exit_now",
    "remembers what it gave": "given = {}\n" + RIGHT.replace("return ", "return given.setdefault(size, ") + ")",
    "prints": RIGHT.replace("    return", "    print(size)\n    return"),
    "parameters of other names": RIGHT.replace("size", "n").replace("reach", "far"),
}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_marks_are_those_of_one_question_at_a_time(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ahead, singly = (marked(notebook(ODD[name]), each, monkeypatch) for each in (False, True))
    assert ahead == singly


def test_an_answer_that_counts_its_calls_gets_the_marks_of_one_question_at_a_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counting = """calls = []
def entropy(weights):
    calls.append(1)
    return torch.special.entr(weights).sum(-1) / 0.6931471805599453 + (len(calls) == 4)"""
    both = [marked(notebook(RIGHT, instead={"w07-3-answer": counting}), each, monkeypatch) for each in (False, True)]
    assert both[0] == both[1]
    assert both[0].questions[2].status == "wrong"


def test_an_answer_that_is_slow_now_and_then_is_asked_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = CALLED.replace("    return", "    if len(calls) == 3: __import__('time').sleep(0.8)\n    return")
    assert marked(notebook(slow), False, monkeypatch).questions[0].status == "right"


@law("twice is as good as once")
def twice(call: Call) -> Broken | None:
    """Its second question is made of the answer to the first."""
    once = call.again(x=call.inputs["x"] + 5)
    return None if torch.equal(call.again(x=once), once) else Broken("It is not.")


@law("what it gave stays")
def stays(call: Call) -> Broken | None:
    """Its question is the trial's own answer."""
    return None if torch.equal(call.again(x=call.yours), call.yours) else Broken("It does not.")


@law("left for others")
def leaves(call: Call) -> Broken | None:
    """It leaves something at the call, which another law could make a question of."""
    vars(call)["left"] = call.yours
    return None


def whole(x: Tensor) -> Tensor:
    return x.round()


def toy(*laws: Any, reference: Callable[..., Any] = whole) -> Exercise:
    """An exercise with these laws."""

    def inputs(draw: Draw) -> dict[str, Any]:
        return {"x": draw.normal(draw.size(3, 8))}

    return replace(SILENCE, id="w99.toy", reference=reference, inputs=inputs, laws=laws, mistakes={}, use=None)


def test_no_question_is_seen_before_all_it_could_be_made_of_was_answered() -> None:
    script = learn(toy(twice, stays, equals_reference), None, range(2), Memory(), 0)
    assert script is not None
    assert len(script.asked) == 2 * 3 * 4
    for later in script.asked:
        shown = [each.tolist() for each in tensors([later.message["args"], later.message["options"]])]
        for earlier in script.asked:
            if earlier is not later and earlier.reply["value"].tolist() in shown:
                assert earlier.wave < later.wave
    assert {each.wave for each in script.asked} == {0, 1, 2}


def test_laws_that_leave_something_for_others_are_asked_one_by_one() -> None:
    assert learn(toy(equals_reference), None, range(2), Memory(), 0) is not None
    assert learn(toy(leaves, equals_reference), None, range(2), Memory(), 0) is None


def test_what_cannot_be_found_right_is_asked_one_by_one() -> None:
    assert learn(toy(twice, reference=lambda x: x + 1), None, range(2), Memory(), 0) is None
