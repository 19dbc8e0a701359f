"""A collection: one row a student, every upload kept, and whatever strangers send it goes on."""

import json
import multiprocessing
import os
import random
import signal
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from course_lib.errors import CourseError
from course_lib.grading.classroom import Classroom
from course_lib.grading.intake import keeping
from course_lib.grading.intake.collect import Collected, collect, summary
from course_lib.grading.intake.entries import Limits
from course_lib.grading.intake.late import LatePolicy
from course_lib.grading.records import Student, Submission
from course_lib.grading.roster.matching import Claim
from tests.grading.campus import LINKS, homework, lay, lay_zip, lecture, packed

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
DUE = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
CLASS = [
    Student("ana", "Ana Ruiz", "ana@uni.edu", ("1001", "Participant 501")),
    Student("bob", "Bob Ng", "bob@uni.edu", ("1002", "Participant 502")),
    Student("eva", "Eva Müller", "eva@uni.edu", ("1003", "Participant 503")),
]
TEN_PERCENT = LatePolicy.parse("10%/day")


@pytest.fixture
def room(tmp_path: Path) -> Classroom:
    return Classroom.create(tmp_path / "class", CLASS)


def rows(collected: Collected) -> dict[str, Submission]:
    found = {each.student: each for each in collected.submissions}
    assert len(found) == len(collected.submissions), "one row a student"
    return found


def content(room: Classroom, row: Submission) -> bytes:
    return (room.root / row.file).read_bytes()


def everything(room: Classroom) -> dict[str, bytes]:
    files = (each for each in room.root.rglob("*") if each.is_file())
    return {each.relative_to(room.root).as_posix(): each.read_bytes() for each in files}


LAYOUTS: dict[str, Mapping[str, bytes]] = {
    "plain files": {"ana.ipynb": homework("a"), "bob_homework.ipynb": homework("b")},
    "plain folders": {"ana/x.ipynb": homework("a"), "Bob Ng/deep/homework.ipynb": homework("b")},
    "a folder around": {"subs/w07/ana/x.ipynb": homework("a"), "subs/w07/bob/x.ipynb": homework("b")},
    "nbgrader submitted": {
        "submitted/ana/w07_attention/homework.ipynb": homework("a"),
        "submitted/ana/w07_attention/timestamp.txt": b"2026-11-20 10:00:00.000000 UTC",
        "submitted/ana/w08_transformer/homework.ipynb": homework("z", "w08"),
        "submitted/bob/w07_attention/homework.ipynb": homework("b"),
        "submitted/bob/w07_attention/timestamp.txt": b"2026-11-20 10:00:00.000000 UTC",
    },
    "nbgrader inbound": {
        "ana+w07_attention+2026-11-20 10:00:00.000000 UTC+c2VjcmV0LXh4/homework.ipynb": homework("a"),
        "ana+w08_transformer+2026-11-20 10:00:00.000000 UTC+c2VjcmV0LXh4/homework.ipynb": homework("z", "w08"),
        "bob+w07_attention+2026-11-20 10:00:00.000000 UTC+c2VjcmV0LXh5/homework.ipynb": homework("b"),
    },
    "Canvas": {
        "ruizana_1001_70001_homework.ipynb": homework("a"),
        "ngbob_LATE_1002_70002_homework-2.ipynb": homework("b"),
    },
    "Canvas without numbers in the roster": {
        "ruizana_91_70001_homework.ipynb": homework("a"),
        "ngbob_92_70002_homework.ipynb": homework("b"),
    },
    "Moodle folders": {
        "Ana Ruiz_501_assignsubmission_file_/homework.ipynb": homework("a"),
        "Bob Ng_502_assignsubmission_file_/homework.ipynb": homework("b"),
    },
    "Moodle flat, blind": {
        "Participant_501_assignsubmission_file_homework.ipynb": homework("a"),
        "Participant_502_assignsubmission_file_hw.ipynb": homework("b"),
    },
    "zips by students": {
        "ruizana_1001_70001_w07.zip": packed({"w07_attention/homework.ipynb": homework("a"), "w07/l.ipynb": lecture()}),
        "ngbob_1002_70002_w07.zip": packed({"homework.ipynb": homework("b"), "__MACOSX/._homework.ipynb": b"\0"}),
    },
}


@pytest.mark.parametrize("as_zip", [False, True], ids=["folder", "zip"])
@pytest.mark.parametrize("files", LAYOUTS.values(), ids=LAYOUTS)
def test_every_layout(room: Classroom, tmp_path: Path, files: Mapping[str, bytes], as_zip: bool) -> None:
    source = lay_zip(tmp_path / "in.zip", files) if as_zip else lay(tmp_path / "in", files)
    made = collect(source, "w07", room, due=DUE, policy=TEN_PERCENT, now=NOW)
    found = rows(made)
    assert list(found) == ["ana", "bob", "eva"]
    assert content(room, found["ana"]) == homework("a")
    assert content(room, found["bob"]) == homework("b")
    assert found["eva"] == Submission("eva", "w07", problem="nothing was handed in")
    assert made.unplaced == ()
    assert all(row.keeps == 1.0 and row.days_late == 0.0 for row in found.values())
    assert room.submissions("w07") == list(made.submissions)
    assert found["ana"].file.startswith("w07/received/ana/")
    assert found["ana"].file.endswith("/homework.ipynb")
    assert "3 students" in summary(made)
    assert homework("z", "w08") not in everything(room).values(), "another week's is not collected"


def test_the_layout_tells_the_time_and_a_download_does_not(room: Classroom, tmp_path: Path) -> None:
    late = "2026-11-24T11:00:00+00:00"
    collect(lay(tmp_path / "1", {"ana.ipynb": homework("a")}, late), "w07", room, due=DUE, policy=TEN_PERCENT, now=NOW)
    inbound = {"bob+w07_attention+2026-11-21 12:00:01 UTC+c2VjcmV0LXh5/homework.ipynb": homework("b")}
    collect(lay(tmp_path / "2", inbound, late), "w07", room, now=NOW)
    canvas = {"mllereva_LATE_1003_70003_homework.ipynb": homework("e")}
    made = collect(lay(tmp_path / "3", canvas, late), "w07", room, now=NOW)
    found = rows(made)
    assert (found["ana"].when, found["ana"].days_late, found["ana"].keeps) == (late, 2.9583, 0.7)
    assert (found["bob"].when, found["bob"].keeps) == ("2026-11-21T12:00:01+00:00", 0.9)
    assert (found["eva"].when, found["eva"].keeps) == ("", 1.0)
    submitted = {
        "submitted/bob/w07/homework.ipynb": homework("on time"),
        "submitted/bob/w07/timestamp.txt": b"2026-11-22 00:00:00.000000 UTC\n",
    }
    row = rows(collect(lay(tmp_path / "4", submitted, late), "w07", room, now=NOW))["bob"]
    assert (row.when, content(room, row)) == ("2026-11-22T00:00:00+00:00", homework("on time"))
    assert any("eva: the campus system says LATE" in note for note in made.notes)
    assert any("nobody knows when these handed in, so they count as on time: eva" in note for note in made.notes)
    told = [(Claim(("1003",)), DUE + timedelta(days=1))]
    made = collect(tmp_path / "3", "w07", room, now=NOW, times=told)
    assert (rows(made)["eva"].when, rows(made)["eva"].keeps) == ("2026-11-22T12:00:00+00:00", 0.9)
    assert [row.student for row in made.older] == ["bob"]
    assert not any("eva" in note for note in made.notes)


def test_a_stamp_among_a_students_own_files_is_not_believed(room: Classroom, tmp_path: Path) -> None:
    forged = b"2026-11-01 10:00:00 UTC"
    files = {
        "Ana Ruiz_501_assignsubmission_file_/sub/homework.ipynb": homework("a"),
        "Ana Ruiz_501_assignsubmission_file_/sub/timestamp.txt": forged,
        "bob/homework.ipynb": homework("b"),
        "bob/timestamp.txt": forged,
        "eva.zip": packed({"eva/w07/homework.ipynb": homework("e"), "eva/w07/timestamp.txt": forged}),
    }
    found = rows(collect(lay(tmp_path / "in", files, "2026-11-23T11:00:00+00:00"), "w07", room, due=DUE, now=NOW))
    assert [found[each].when for each in ("ana", "bob", "eva")] == [
        "", "2026-11-23T11:00:00+00:00", "2026-11-23T11:00:00+00:00",
    ]  # fmt: skip


def test_the_last_one_counts_and_all_are_kept(room: Classroom, tmp_path: Path) -> None:
    inbound = {
        f"ana+w07+2026-11-2{day} 10:00:00 UTC+c2VjcmV0LXh{day}/homework.ipynb": homework(f"day {day}")
        for day in (0, 2, 1)
    }
    canvas = {f"ngbob_1002_7000{n}_homework-{n}.ipynb": homework(f"attempt {n}") for n in (9, 8)}
    made = collect(lay(tmp_path / "in", inbound | canvas), "w07", room, due=DUE, policy=TEN_PERCENT, now=NOW)
    found = rows(made)
    assert content(room, found["ana"]) == homework("day 2")
    assert content(room, found["bob"]) == homework("attempt 9")
    assert [content(room, each) for each in made.older if each.student == "ana"] == [
        homework("day 0"),
        homework("day 1"),
    ]
    assert [content(room, each) for each in made.older if each.student == "bob"] == [homework("attempt 8")]


def test_somebody_who_hands_in_the_first_again_gets_the_first(room: Classroom, tmp_path: Path) -> None:
    inbound = {
        f"ana+w07+2026-11-1{day} 10:00:00 UTC+c2VjcmV0LXh{day}/homework.ipynb": homework("ab"[day % 2])
        for day in range(3)
    }
    found = rows(collect(lay(tmp_path / "in", inbound), "w07", room, now=NOW))
    assert content(room, found["ana"]) == homework("a")
    assert found["ana"].when == "2026-11-12T10:00:00+00:00"
    for number, says in ((1, "a"), (2, "b"), (3, "a")):
        source = lay(tmp_path / f"canvas{number}", {f"ngbob_1002_{number}_homework.ipynb": homework(says)})
        last = rows(collect(source, "w07", room, now=NOW + timedelta(days=number)))
        assert content(room, last["bob"]) == homework(says)
    assert len(list((room.root / "w07" / "received" / "bob").iterdir())) == 2, "the same content is kept once"


def test_collecting_again_changes_nothing_and_a_copy_makes_nobody_late(room: Classroom, tmp_path: Path) -> None:
    files = {"ana.ipynb": homework("a"), "bob.zip": packed({"homework.ipynb": homework("b")}), "who.ipynb": homework()}
    source = lay(tmp_path / "in", files)
    first = collect(source, "w07", room, due=DUE, policy=TEN_PERCENT, now=NOW)
    assert (first.new, len(first.unplaced)) == (2, 1)
    before = everything(room)
    again = collect(source, "w07", room, now=NOW + timedelta(days=1))
    assert everything(room) == before
    assert again.new == 0
    copied = lay(tmp_path / "copy", files, "2026-12-24T00:00:00+00:00")
    collect(copied, "w07", room, now=NOW + timedelta(days=40))
    assert everything(room) == before


def test_a_later_batch_adds_and_a_better_roster_places(room: Classroom, tmp_path: Path) -> None:
    first = collect(
        lay(tmp_path / "1", {"ana.ipynb": homework("a"), "nick.ipynb": homework("n")}), "w07", room, now=NOW
    )
    assert first.unplaced == ({"file": "nick.ipynb", "why": "nobody in the roster is called nick"},)
    second = collect(lay(tmp_path / "2", {"eva.ipynb": homework("e")}), "w07", room, now=NOW)
    assert [row.student for row in second.submissions if not row.problem] == ["ana", "eva"]
    assert second.unplaced == first.unplaced, "what fits nobody is not forgotten"
    better = [*CLASS[:2], Student("eva", aliases=("nick",))]
    third = collect(tmp_path / "1", "w07", room, better, now=NOW)
    assert third.unplaced == ()
    assert room.students() == better
    fourth = collect(tmp_path / "1", "w07", room, better[:1], now=NOW)
    assert list(rows(fourth)) == ["ana"]
    assert any("no longer in the roster" in note and "eva" in note for note in fourth.notes)
    assert list(rows(collect(tmp_path / "1", "w07", room, better, now=NOW))) == ["ana", "bob", "eva"]


def test_without_a_roster_the_students_are_those_found(tmp_path: Path) -> None:
    room = Classroom.create(tmp_path / "class", found=True)
    made = collect(
        lay(tmp_path / "1", {"in/zoe.ipynb": homework("z"), "in/al_homework.ipynb": homework()}), "w07", room, now=NOW
    )
    assert sorted(rows(made)) == ["al", "zoe"]
    made = collect(lay(tmp_path / "2", {"kim/h.ipynb": homework(), "homework.ipynb": homework()}), "w07", room, now=NOW)
    assert sorted(rows(made)) == ["al", "kim", "zoe"]
    assert [each["file"] for each in made.unplaced] == ["homework.ipynb"]
    assert "does not say whose" in made.unplaced[0]["why"]
    opened = Classroom.open(room.root)
    assert not opened.has_roster
    assert len(opened.students()) == 3
    roster = [Student("zoe"), Student("kim"), Student("lu")]
    assert list(rows(collect(tmp_path / "2", "w07", opened, roster, now=NOW))) == ["zoe", "kim", "lu"]
    assert Classroom.open(room.root).has_roster


NOISE = random.Random(0).randbytes(300_001)
BAD: dict[str, tuple[Mapping[str, bytes], str]] = {
    "empty": ({"ana.ipynb": b""}, "not a notebook: the file is empty"),
    "a login page": ({"ana.ipynb": b"<html>"}, "not a notebook: it is not JSON"),
    "no UTF-8": ({"ana.ipynb": b"\xff\xfe"}, "not text in UTF-8"),
    "deep": ({"ana.ipynb": b"[" * 50_000}, "nested too deeply"),
    "huge": ({"ana.ipynb": NOISE}, "cannot be read: ana.ipynb: it is larger than 0.3 MB"),
    "another kind": ({"ana/homework.pdf": b"%PDF"}, "not a notebook: homework.pdf"),
    "the lecture": ({"ana/homework.ipynb": lecture()}, "this is the lecture of w07, not the homework"),
    "another week": ({"ana/homework.ipynb": homework(week="w08")}, "this is the homework of w08"),
    "a zip of nothing": ({"ana.zip": packed({"a.txt": b""})}, "no notebook is in ana.zip"),
    "no zip": ({"ana.zip": b"PK"}, "cannot be opened: ana.zip: it is not a whole zip"),
    "a zip too deep": ({"ana.zip": packed({"b.zip": packed({"homework.ipynb": homework()})})}, "a zip within a zip"),
    "a way out": ({"ana.zip": packed({"../../bob/homework.ipynb": homework()})}, "leads out of the folder"),
    "a bomb": ({"ana.zip": packed({"homework.ipynb": b" " * 3_000_000})}, "zip bomb"),
    "many": ({"ana.zip": packed({f"{n}.ipynb": b"" for n in range(41)})}, "41 entries; at most 40"),
}  # fmt: skip


@pytest.mark.parametrize(("files", "said"), BAD.values(), ids=BAD)
@pytest.mark.parametrize("as_zip", [False, True], ids=["folder", "zip"])
def test_what_cannot_be_marked_is_a_row_and_stops_nobody(
    room: Classroom, tmp_path: Path, files: Mapping[str, bytes], said: str, as_zip: bool
) -> None:
    files = {"Bob Ng/homework.ipynb": homework("b"), **files, "eva/homework.ipynb": homework("e")}
    source = lay_zip(tmp_path / "in.zip", files) if as_zip else lay(tmp_path / "in", files)
    made = collect(source, "w07", room, now=NOW, limits=Limits(file=300_000, entries=40, ratio=20))
    found = rows(made)
    assert said in found["ana"].problem
    assert found["ana"].problem in summary(made)
    assert [found[each].problem for each in ("bob", "eva")] == ["", ""]
    assert found["bob"].file.startswith("w07/received/bob/")


def test_an_unreadable_last_upload_does_not_take_a_good_one_away(room: Classroom, tmp_path: Path) -> None:
    collect(lay(tmp_path / "1", {"ana.ipynb": homework("a")}), "w07", room, now=NOW)
    made = collect(lay(tmp_path / "2", {"ana.ipynb": b"oops"}, "2026-11-23T00:00:00+00:00"), "w07", room, now=NOW)
    assert content(room, rows(made)["ana"]) == homework("a")
    assert any("ana.ipynb came with or after it, but not a notebook" in note for note in made.notes)
    assert [each.problem[:14] for each in made.older] == ["not a notebook"]


@pytest.mark.skipif(sys.platform == "win32", reason="links of Unix")
def test_links_lead_nowhere(room: Classroom, tmp_path: Path) -> None:
    (tmp_path / "secret.ipynb").write_bytes(homework("secret"))
    source = lay(tmp_path / "in", {"bob.ipynb": homework("b")})
    (source / "ana.ipynb").symlink_to(tmp_path / "secret.ipynb")
    (source / "eva").symlink_to(tmp_path)
    os.mkfifo(source / "pipe.ipynb")
    made = collect(source, "w07", room, now=NOW)
    found = rows(made)
    assert found["ana"].problem == "cannot be read: ana.ipynb: it is a symbolic link"
    assert "symbolic link" in found["eva"].problem
    assert not found["bob"].problem
    assert [each["file"] for each in made.unplaced] == ["pipe.ipynb"]
    assert not any(b"secret" in data for data in everything(room).values())


def test_a_stranger_in_a_students_zip_cannot_be_another_student(room: Classroom, tmp_path: Path) -> None:
    inner = {
        "bob/homework.ipynb": homework("forged"),
        "bob+w07+2026-11-21 10:00:00 UTC+c2VjcmV0LXh5/x.ipynb": homework("2"),
    }
    made = collect(lay(tmp_path / "in", {"ana.zip": packed(inner)}), "w07", room, now=NOW)
    assert rows(made)["bob"].problem == "nothing was handed in"
    assert {each.student for each in (*made.submissions, *made.older) if each.file} == {"ana"}


def test_two_contents_that_look_alike_in_eight_digits_are_both_kept(
    room: Classroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Alike:
        def __init__(self, data: bytes) -> None:
            self.end = "0" if b"one" in data else "1"

        def hexdigest(self) -> str:
            return "a" * 63 + self.end

    monkeypatch.setattr(keeping.hashlib, "sha256", Alike)
    for says in ("one", "two"):
        made = collect(lay(tmp_path / says, {"ana.ipynb": homework(says)}), "w07", room, now=NOW)
    assert content(room, rows(made)["ana"]) == homework("two")
    assert [content(room, each) for each in made.older] == [homework("one")]


def test_sources_that_cannot_be_read_at_all(room: Classroom, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(CourseError, match="holds no files"):
        collect(tmp_path / "empty", "w07", room)
    with pytest.raises(CourseError, match="there is no"):
        collect(tmp_path / "nowhere", "w07", room)
    with pytest.raises(CourseError, match="there is no week 'w99'"):
        collect(tmp_path / "empty", "w99", room)
    with pytest.raises(CourseError, match="needs a due date"):
        collect(tmp_path / "empty", "w07", room, policy=TEN_PERCENT)
    assert not (room.root / "w07" / "collected.json").exists()


def _collect_in_a_process(root: Path, source: Path, pause: float) -> None:
    whole = keeping.Keeper.receive

    def slowly(self: keeping.Keeper, *given: object) -> object:
        time.sleep(pause)
        return whole(self, *given)  # type: ignore[arg-type]

    keeping.Keeper.receive = slowly  # type: ignore[method-assign,assignment]
    collect(source, "w07", Classroom.open(root), now=NOW)


@pytest.mark.skipif(sys.platform == "win32", reason="starts processes by fork")
def test_two_at_once_lose_nothing(room: Classroom, tmp_path: Path) -> None:
    fork = multiprocessing.get_context("fork")
    batches = [{"ana.ipynb": homework("a")}, {"bob.ipynb": homework("b"), "eva.ipynb": homework("e")}]
    sources = [lay(tmp_path / str(n), files) for n, files in enumerate(batches)]
    running = [fork.Process(target=_collect_in_a_process, args=(room.root, source, 0.2)) for source in sources]
    for each in running:
        each.start()
    for each in running:
        each.join(20)
        assert each.exitcode == 0
    assert [row.problem for row in room.submissions("w07")] == ["", "", ""]


@pytest.mark.skipif(sys.platform == "win32", reason="starts processes by fork")
def test_killed_at_any_moment_and_done_again_it_is_as_if_undisturbed(room: Classroom, tmp_path: Path) -> None:
    fork = multiprocessing.get_context("fork")
    first = lay(
        tmp_path / "1", {"ana.ipynb": homework("old"), "bob.ipynb": homework("old")}, "2026-11-01T00:00:00+00:00"
    )
    source = lay(tmp_path / "2", {f"{name}.ipynb": homework(name) for name in ("ana", "bob", "eva")})
    calm = Classroom.create(tmp_path / "calm", CLASS)
    for each in (room, calm):
        collect(first, "w07", each, now=NOW)
    collect(source, "w07", calm, now=NOW)
    before = (room.root / "w07" / "collected.json").read_bytes()
    for moment in (0.02, 0.06, 0.1, 0.13):
        running = fork.Process(target=_collect_in_a_process, args=(room.root, source, 0.05))
        running.start()
        time.sleep(moment)
        os.kill(running.pid or 0, signal.SIGKILL)
        running.join(20)
        assert (room.root / "w07" / "collected.json").read_bytes() == before, "the old table is whole"
        json.loads(before)
    collect(source, "w07", room, now=NOW)
    assert {name: data for name, data in everything(room).items() if name != "class.json"} == {
        name: data for name, data in everything(calm).items() if name != "class.json"
    }


def test_a_class_of_400_is_collected_in_seconds(tmp_path: Path) -> None:
    students = [Student(f"s{n:03}", f"Student Number{n:03}", aliases=(str(5000 + n),)) for n in range(400)]
    room = Classroom.create(tmp_path / "class", students)
    files = {f"number{n:03}student_{5000 + n}_{90_000 + n}_homework.ipynb": homework(str(n)) for n in range(0, 400, 2)}
    begun = time.process_time()
    made = collect(lay_zip(tmp_path / "in.zip", files), "w07", room, now=NOW)
    assert time.process_time() - begun < 10
    assert [row.student for row in made.submissions if not row.problem] == [f"s{n:03}" for n in range(0, 400, 2)]
    assert len(summary(made).splitlines()) < 10


def test_with_the_wrong_roster_not_every_stranger_is_compared_with_everybody(tmp_path: Path) -> None:
    room = Classroom.create(tmp_path / "class", [Student(f"s{n:03}", f"Person Number{n:03}") for n in range(400)])
    source = lay_zip(tmp_path / "in.zip", {f"Persom Number{n:03}.ipynb": homework() for n in range(300)})
    made = collect(source, "w07", room, now=NOW)
    assert len(made.unplaced) == 300
    assert [number for number, each in enumerate(made.unplaced) if "nearest" in each["why"]] == list(range(50))
    assert all(row.problem == "nothing was handed in" for row in made.submissions)


def test_a_link_in_a_zip_on_disk(room: Classroom, tmp_path: Path) -> None:
    data = packed({"ana.ipynb": b"/etc/passwd", "bob.ipynb": homework("b")})
    linked = bytearray(data)
    at = data.index(b"PK\1\2") + 38
    linked[at : at + 4] = LINKS.to_bytes(4, "little")
    (tmp_path / "in.zip").write_bytes(bytes(linked))
    found = rows(collect(tmp_path / "in.zip", "w07", room, now=NOW))
    assert found["ana"].problem == "cannot be read: ana.ipynb: it is a symbolic link"
    assert not found["bob"].problem
