"""Every attack fails with a mark, a reason and no side effect, and whoever comes next gets their full marks."""

import json
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from course_lib.exercises.engine.registry import find
from course_lib.exercises.engine.trials import make_trial
from course_lib.grading.demo.answers import Answers
from course_lib.grading.marking import marking
from course_lib.grading.marking.marking import Marker
from course_lib.grading.marking.pace import stretch
from course_lib.grading.marking.worker import Job, open_marker
from course_lib.grading.plain_records import as_json
from course_lib.grading.records import Marked
from tests.grading.attacks.attacks import Attack, Places, attacks, notebook_of
from tests.grading.attacks.reading import SHOUT, read
from tests.grading.walled import family

CHECK, CELLS = 1.0, 1.5  # seconds for an answer, for all cells
SEED = 20261121
ALL = list(attacks())
BY_NAME = {each.name: each for each in ALL}
HONEST = Attack("honest", "nothing")


@dataclass
class Scene:
    """Where attacks take place: files with canaries, somebody who listens, a marker for each week."""

    places: Places
    listener: socket.socket
    stack: ExitStack
    answers: dict[str, Answers] = field(default_factory=dict)
    markers: dict[str, Marker] = field(default_factory=dict)

    def mark(self, attack: Attack) -> Marked:
        """Hand the notebook of an attack in."""
        week = attack.week
        if week not in self.markers:
            self.answers[week] = Answers(week)
            self.markers[week] = self.stack.enter_context(open_marker(Job(week, SEED)))
        os.environ["COURSE_CHECK_SECONDS"] = str(CHECK if week == "w07" else 4.0)  # other weeks have slower laws
        return self.markers[week].mark("mallory", "0" * 64, notebook_of(attack, self.answers[week], self.places))

    def name_of(self, exercise: str, week: str) -> str:
        """What an exercise's answer is called."""
        return next(each.name for each in self.answers[week].assignment.questions if each.exercise.id == exercise)


@pytest.fixture(scope="module")
def scene(bwrap: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """Files are where a teacher would have them: in the home folder, in the class folder, below the course."""
    home, room = Path.home(), tmp_path_factory.mktemp("class")
    paths = [home / f".canary-{os.getpid()}-key", room / "gradebook.db", room / "w07" / "received" / "alice.ipynb"]
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"canary_{path.stem.strip('.').replace('-', '_')}_{os.urandom(8).hex()}")
    solutions = Path(__file__).parents[3] / "solutions"
    with (
        pytest.MonkeyPatch.context() as patch,
        socket.create_server(("127.0.0.1", 0)) as listener,
        ExitStack() as stack,
    ):
        patch.setenv("COURSE_CHECK_SECONDS", str(CHECK))
        patch.setenv("COURSE_CANARY", "canary_environment")
        patch.setattr(marking, "CELLS_SECONDS", CELLS)
        listener.setblocking(False)
        places = Places(*paths, solutions, room / "outside.txt", listener.getsockname()[1])
        yield Scene(places, listener, stack)
    paths[0].unlink()


@pytest.mark.parametrize("attack", ALL, ids=[each.name for each in ALL])
def test_attack_fails(scene: Scene, attack: Attack) -> None:
    assert full(scene.mark(Attack("before", "nothing", week=attack.week)))
    running = len(family(os.getpid()))
    kept = [path.stat().st_mtime_ns for path in (Path(torch.__file__), Path(sys.executable))]

    marked = scene.mark(attack)

    for mark in marked.questions:
        name = scene.name_of(mark.exercise, attack.week)
        told = f"{name}: {mark.points} points, {mark.status}. {mark.reason} {marked.remarks}"
        assert mark.reason, told
        if name in attack.answers:
            assert mark.points <= attack.most, told
            assert mark.status in attack.status, told
        elif attack.others:
            assert mark.points == mark.out_of, told
        assert 0 <= mark.points <= mark.out_of, told
    said = "\n".join([marked.problem, *marked.remarks, *(mark.reason for mark in marked.questions)])
    assert attack.says in said, said
    assert "canary" not in json.dumps(as_json(marked)), said
    assert "award" not in said
    assert not hidden_numbers(scene.markers[attack.week], marked)
    assert len(family(os.getpid())) == running
    assert not scene.places.outside.exists() and not scene.places.outside.is_symlink()
    assert kept == [path.stat().st_mtime_ns for path in (Path(torch.__file__), Path(sys.executable))]
    with pytest.raises(BlockingIOError):
        scene.listener.accept()
    assert full(scene.mark(Attack("after", "nothing", week=attack.week)))


def full(marked: Marked) -> bool:
    """Has it all the points, with nothing to be said about its cells?"""
    return marked.points == marked.out_of and not marked.remarks


def hidden_numbers(marker: Marker, marked: Marked) -> list[str]:
    """Numbers of the hidden inputs, or of the expected results, that stand somewhere in a mark."""
    text = json.dumps(as_json(marked))
    found = []
    for trial in marker.trials.trials.values():
        for number in floats([trial.inputs, trial.expected]):
            digits = f"{abs(number):.6f}"
            found += [
                each for each in (digits[:7], digits.replace(".", "_")[:7], digits.replace(".", "")) if each in text
            ]
    return found


def floats(value: Any) -> Iterator[float]:
    """Every number with a fraction in plain containers."""
    if isinstance(value, Tensor) and value.is_floating_point():
        yield from (each for each in value.flatten().tolist() if 1e-3 < abs(each) < 1e3 and each != round(each, 2))
    elif isinstance(value, dict):
        yield from floats(list(value.values()))
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from floats(item)


def test_what_attacks_shout_would_be_heard(scene: Scene) -> None:
    open_book = Attack("control", "", before=(SHOUT, "open('/tmp/x', 'w').write('canary 1')"), after=(read("/tmp/x"),))
    assert "got_canary_1" in " ".join(scene.mark(open_book).remarks)


def test_hidden_numbers_would_be_found(scene: Scene) -> None:
    marked = scene.mark(HONEST)
    marker = scene.markers["w07"]
    assert not hidden_numbers(marker, marked)
    number = next(floats([trial.inputs for trial in marker.trials.trials.values()]))
    for said in (f"{number:.5f}", str(abs(number)), f"n{number:.6f}".replace(".", "_")):
        told = Marked("x", "w07", "", (), remarks=(said,))
        assert hidden_numbers(marker, told), said


def test_the_line_that_is_shown_tells_nothing_of_the_hidden_inputs(scene: Scene) -> None:
    line = next(each.line for each in scene.mark(BY_NAME["tell_by_the_line"]).questions if each.line)
    exercise = find("w07.banded")
    hidden, known = (make_trial(exercise, seed, 1, False).inputs["size"] for seed in (SEED, 0))
    assert hidden != known, "choose another SEED"
    assert f"seen[1:2] == [{known}]:" in line


@pytest.mark.timed
def test_endless_loops_end_within_their_limit_and_a_second(scene: Scene) -> None:
    usual = scene.mark(HONEST).seconds
    for name, limit, rooms in [
        ("endless_cell", CELLS, 1),
        ("deaf_cell", CELLS, 1),
        ("endless_answer", CHECK, 1),
        ("endless_answer_in_c", CHECK, 2),
        ("deaf_answer", CHECK, 2),
        ("alarm_off", CHECK, 2),
    ]:
        assert scene.mark(BY_NAME[name]).seconds < (limit + 1) * stretch() + rooms * usual, name


@pytest.mark.timed
def test_output_without_end_is_stopped_in_half_a_second(scene: Scene) -> None:
    usual = scene.mark(HONEST).seconds
    for name in ("print_a_gigabyte", "print_in_an_answer"):
        assert scene.mark(BY_NAME[name]).seconds < usual + 0.5, name


def test_attacks_have_names_of_their_own_and_say_what_they_try() -> None:
    assert len(BY_NAME) == len(ALL) > 100
    assert all(each.tries for each in ALL)
