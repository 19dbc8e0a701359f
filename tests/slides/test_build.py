"""The folder of a deck: whole, without a trace of the network, and a kind word where something is missing."""

import re
import threading
import urllib.request
from pathlib import Path

import pytest

from course_lib.cli import main
from course_lib.data.catalogue import REVEAL, REVEAL_FOLDER
from course_lib.errors import CourseError, DataMissing
from course_lib.slides import build, reveal
from course_lib.slides.build import build_slides, files_of
from course_lib.slides.deck import deck
from course_lib.slides.draw import clock, in_lists, step, tie
from course_lib.slides.pieces import Piece
from course_lib.slides.reveal import reveal_files
from course_lib.slides.serve import listen
from tests.site.test_states import EXPLORERS
from tests.slides.made_up import made_up


@pytest.fixture(scope="module")
def files() -> dict[str, str | bytes]:
    made = made_up(EXPLORERS["attention"]())
    return files_of(made, deck(made), reveal_files())


def test_the_deck_asks_for_nothing_that_is_not_in_its_folder(files: dict[str, str | bytes]) -> None:
    html = str(files["index.html"])
    asked = re.findall(r'(?:src|href|data-kind-src|data-state-src)="([^"#]+)"', html)
    assert len(asked) > 10
    assert [name for name in asked if name not in files and not name.startswith("data:")] == []
    assert not re.search(r'(?:src|href)="(?:https?:)?//', html)


def test_reveal_comes_with_its_licence_and_is_not_in_the_course(files: dict[str, str | bytes]) -> None:
    assert b"Permission is hereby granted" in files["static/reveal/LICENSE"]  # type: ignore[operator]
    ours = [file.name for file in Path(build.__file__).parent.rglob("*") if file.is_file()]
    assert "reveal.js" not in ours and len(ours) > 10


def test_a_week_without_a_lecture_is_answered_with_those_there_are() -> None:
    with pytest.raises(CourseError, match=r"no lecture 'w7' to make slides of; there are w04, w07, w08, w12, w14"):
        build_slides("w7")


def test_files_that_were_not_fetched_are_told_kindly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path))
    with pytest.raises(DataMissing, match=r"reveal\.js, for slides .* is not on this machine.*course data --core"):
        reveal_files()


def test_every_file_that_slides_want_is_fetched() -> None:
    assert {f"{REVEAL_FOLDER}/{path}" for path in reveal.WANTED.values()} == set(REVEAL.members)


def test_the_command_writes_the_folder_and_says_how_to_open_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(build, "load", lambda place, top, say: made_up())
    assert main(["slides", "w07", "--out", str(tmp_path / "deck")]) == 0
    said = capsys.readouterr().out
    assert "10 slides, 1 of them exercises" in said and (tmp_path / "deck" / "index.html").as_uri() in said
    assert (tmp_path / "deck" / "static" / "reveal" / "reveal.js").stat().st_size > 50_000


def test_the_command_serves_what_it_wrote(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[Path] = []
    monkeypatch.setattr(build, "load", lambda place, top, say: made_up())
    monkeypatch.setattr("course_lib.slides.serve.serve", served.append)
    assert main(["slides", "w07", "--out", str(tmp_path / "deck"), "--serve"]) == 0
    assert [folder.name for folder in served] == ["deck"] and (served[0] / "index.html").exists()


@pytest.mark.parametrize("week", ["start_here", "w99", "w07_attention/homework"])
def test_a_name_without_a_lecture_is_named(week: str) -> None:
    with pytest.raises(CourseError, match=week):
        build_slides(week)


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "load", lambda place, top, say: made_up())
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(CourseError, match="holds other things"):
        build_slides("w07", tmp_path)
    assert [each.name for each in tmp_path.iterdir()] == ["mine.txt"]


def test_the_folder_can_be_served_on_this_machine_alone(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("a deck", encoding="utf-8")
    with listen(tmp_path) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        host, port = server.server_address[:2]
        with urllib.request.urlopen(f"http://{host!s}:{port}/", timeout=10) as page:
            assert page.read() == b"a deck"
        assert host == "127.0.0.1"
        server.shutdown()


def test_items_of_one_list_stand_in_one_list_and_go_on_with_their_number() -> None:
    def items(*numbers: int) -> list[Piece]:
        return [Piece("item", f"<li>{number}</li>", listed=("ol", number)) for number in numbers]

    groups = in_lists([*items(2, 3), Piece("words"), *items(1)])
    assert [(group.list, group.start, len(group.pieces)) for group in groups] == [
        ("ol", 2, 2),
        ("", 1, 1),
        ("ol", 1, 1),
    ]


def test_a_step_is_marked_on_the_element_itself() -> None:
    assert step("<p>x</p>", 0) == "<p>x</p>"
    assert step("<p>x</p>", 2) == '<p class="fragment" data-fragment-index="2">x</p>'
    assert clock(270) == "4:30"


def test_a_formula_keeps_its_bracket_and_its_stop_and_nothing_else() -> None:
    one, two = "<math><mi>a</mi></math>", "<math><mi>b</mi></math>"
    tied = '<span class="tied">%s</span>'
    assert tie(f"so {one} and ({two}), or {one}.") == f"so {one} and {tied % f'({two}),'} or {tied % f'{one}.'}"
