"""Two machines, one learner: `course progress --export` and `--import` on real progress files."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from course_lib.cli import main
from course_lib.errors import CourseError
from course_lib.exercises.tracking import store
from course_lib.paths import progress_file
from course_lib.study import records
from course_lib.study.merge import Records, as_text

Machine = Callable[[str], None]
EARLIER = """
create table attempts (
    exercise text not null, at real not null, status text not null, score real not null, mistake text);
create table hints (exercise text primary key, seen integer not null);
create table answers (question text not null, at real not null, chosen text not null, is_right integer not null);
insert into attempts values ('w07.mix', 1700000000.5, 'right', 1.0, null);
"""


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Machine:
    """Sit down at one of several machines."""

    def sit(name: str) -> None:
        monkeypatch.setenv("COURSE_HOME", str(tmp_path / name))

    return sit


def work(*items: str) -> None:
    for item in items:
        store.record_attempt(item, "right", 1.0, None)
        store.record_attempt(item, "wrong", 1 / 3, "mask forgotten")
        store.record_answer("w07.why_scale", "b", True)
        store.record_review(item, 20261121, True)
        store.next_hint(item)


def test_two_machines_meet_both_ways_and_again(machine: Machine, tmp_path: Path) -> None:
    machine("laptop")
    work("w07.mix", "w07.attend")
    machine("desk")
    work("w07.attend", "w08.noam")
    store.next_hint("w07.attend")
    for there, back in (("laptop", "desk"), ("desk", "laptop"), ("laptop", "desk")):
        machine(there)
        records.export(tmp_path / f"{there}.json")
        machine(back)
        records.take_in(records.load(tmp_path / f"{there}.json"))
    desk = records.everything()
    machine("laptop")
    laptop = records.everything()
    assert desk == laptop
    assert (len(desk.attempts), len(desk.answers), len(desk.reviews)) == (8, 4, 4)
    assert desk.hints == {"w07.mix": 1, "w07.attend": 2, "w08.noam": 1}
    with sqlite3.connect(progress_file()) as book:
        assert book.execute("select count(*) from attempts").fetchone() == (8,), "nothing stands there twice"


def test_the_verbs_say_what_was_done(machine: Machine, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = str(tmp_path / "progress.json")
    machine("laptop")
    work("w07.mix")
    assert main(["progress", "--export", file]) == 0
    assert capsys.readouterr().out.startswith(f"2 attempts, 1 answer, 1 review and 1 hint written to {file}.")
    machine("desk")
    assert main(["progress", "--import", file]) == 0
    assert capsys.readouterr().out == f"2 attempts, 1 answer, 1 review and 1 hint taken in from {file}.\n"
    assert main(["progress", "--import", file]) == 0
    assert capsys.readouterr().out == f"All of {file} was known here already.\n"
    assert main(["progress", "--import", str(tmp_path / "none.json")]) == 2
    assert "cannot be read: No such file" in capsys.readouterr().err


def test_an_export_never_writes_over_what_is_not_here(machine: Machine, tmp_path: Path) -> None:
    file = tmp_path / "progress.json"
    machine("laptop")
    work("w07.mix")
    records.export(file)
    work("w07.attend")
    records.export(file)
    assert len(records.load(file).attempts) == 4, "an older one of the same machine is brought up to date"
    machine("desk")
    work("w08.noam")
    before = file.read_bytes()
    with pytest.raises(CourseError, match=r"holds progress that is not on this machine.*--import"):
        records.export(file)
    (tmp_path / "letter.txt").write_text("Dear diary")
    with pytest.raises(CourseError, match="is there already and is something else"):
        records.export(tmp_path / "letter.txt")
    with pytest.raises(CourseError, match="is a folder"):
        records.export(tmp_path)
    with pytest.raises(CourseError, match="Could not write"):
        records.export(tmp_path / "letter.txt" / "progress.json")
    assert file.read_bytes() == before
    assert (tmp_path / "letter.txt").read_text() == "Dear diary"


@pytest.mark.parametrize(
    "damage", [lambda text: text[: len(text) // 2], lambda text: text.replace("right", "wrong", 1)]
)
def test_a_damaged_file_changes_nothing(
    machine: Machine, tmp_path: Path, damage: Callable[[str], str], capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "progress.json"
    machine("laptop")
    work("w07.mix")
    records.export(file)
    file.write_text(damage(file.read_text()))
    machine("desk")
    work("w08.noam")
    before = records.everything()
    assert main(["progress", "--import", str(file)]) == 2
    assert "damaged" in capsys.readouterr().err
    assert records.everything() == before


def test_a_stop_in_the_middle_takes_everything_back(machine: Machine) -> None:
    machine("desk")
    work("w08.noam")
    before = records.everything()
    bad = Records(frozenset({("w07.a", 1.0, "right", 1.0, None), ("w07.b", None, "right", 1.0, None)}))
    with pytest.raises(CourseError, match=r"cannot be changed .*nothing was changed"):
        records.take_in(bad)  # the second row is refused by the table
    assert records.everything() == before


@pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")
def test_a_kill_in_the_middle_leaves_all_or_nothing(machine: Machine, tmp_path: Path) -> None:
    many = Records(frozenset((f"w07.x{n}", 1e9 + n, "right", 1.0, None) for n in range(30_000)))
    (tmp_path / "many.json").write_text(as_text(many))
    machine("desk")
    work("w08.noam")
    for wait in (0.02, 0.06, 0.12, 0.25):
        process = subprocess.Popen(
            [sys.executable, "-c", SLOW, str(tmp_path / "many.json")], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert len(records.everything().attempts) in (2, 30_002)
    records.take_in(many)
    assert len(records.everything().attempts) == 30_002


SLOW = """
import sys
from pathlib import Path
from course_lib.study import records
new = records.load(Path(sys.argv[1]))
print("begins", flush=True)
records.take_in(new)
"""


def test_two_programs_at_once_lose_and_double_nothing(machine: Machine, tmp_path: Path) -> None:
    some = Records(frozenset((f"w07.x{n}", 1e9 + n, "right", 1.0, None) for n in range(3000)), hints={"w07.x1": 4})
    (tmp_path / "some.json").write_text(as_text(some))
    machine("desk")
    command = [sys.executable, "-c", SLOW, str(tmp_path / "some.json")]
    both = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for _ in range(2)]
    assert [each.wait(60) for each in both] == [0, 0]
    with sqlite3.connect(progress_file()) as book:
        assert book.execute("select count(*), count(distinct exercise) from attempts").fetchone() == (3000, 3000)
    assert records.everything() == some


def test_a_file_of_an_earlier_version_is_read_and_grows(machine: Machine) -> None:
    machine("old")
    progress_file().parent.mkdir(parents=True)
    with sqlite3.connect(progress_file()) as book:
        book.executescript(EARLIER)
    store.record_review("w07.mix", 5, True)
    found = records.everything()
    assert (len(found.attempts), len(found.reviews)) == (1, 1)
    assert store.notes() == []


def test_nothing_is_forgotten_when_it_cannot_be_kept(machine: Machine) -> None:
    machine("desk")
    work("w07.mix")
    before = records.everything()

    def full(text: str) -> Path:
        raise OSError(28, "No space left on device")

    with pytest.raises(CourseError, match="No space left"):
        records.forget({"w07.mix"}, full)
    assert records.everything() == before


def test_without_a_place_to_write_nothing_is_taken_in(machine: Machine, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    machine("file/home")
    with pytest.raises(CourseError, match="cannot be changed"):
        records.take_in(Records(frozenset({("w07.a", 1.0, "right", 1.0, None)})))
    assert records.everything() == Records()


def test_looking_makes_no_file(machine: Machine, tmp_path: Path) -> None:
    machine("new")
    assert records.everything() == Records()
    assert not (tmp_path / "new").exists()


def test_ctrl_c_in_the_middle_takes_everything_back(machine: Machine) -> None:
    class Stops(dict[str, int]):
        def items(self) -> object:  # type: ignore[override]
            raise KeyboardInterrupt

    machine("desk")
    work("w08.noam")
    before = records.everything()
    with pytest.raises(KeyboardInterrupt):
        records.take_in(Records(frozenset({("w07.a", 1.0, "right", 1.0, None)}), hints=Stops()))
    assert records.everything() == before
