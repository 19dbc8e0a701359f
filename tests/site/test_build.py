"""The whole site as files: every link leads somewhere, and nothing is fetched from elsewhere."""

import json
import posixpath
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from course_lib.authoring.build import read
from course_lib.authoring.places import checkout, notebooks
from course_lib.cli import main
from course_lib.curriculum.weeks import SPOKEN, WEEKS
from course_lib.site import build
from course_lib.site.build import build_site, index, site
from course_lib.site.front import begin_of
from course_lib.site.lessons import Lesson, lesson
from course_lib.site.weekmap import ROWS, columns
from tests.site.made_up import TITLE, homework, lecture, place
from tests.site.test_states import EXPLORERS


class Links(HTMLParser):
    """What a page points to: (tag, attribute, value); and its ids."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str, str]] = []
        self.ids: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "src", "data-kind-src", "data-state-src", "srcset", "poster"):
                self.found.append((tag, name, value or ""))
            if name == "id":
                self.ids.append(value or "")


@pytest.fixture(scope="module")
def whole() -> dict[str, str | bytes]:
    """The course's own notebooks as they are stored, and a made-up lecture with every kind of explorer."""
    lessons = [lesson(each, read(each)) for each in notebooks(checkout() / "solutions")]
    widgets = [make() for make in EXPLORERS.values()]
    made = lesson(place("w12_gnn/lecture.ipynb"), lecture(*widgets))
    return site([made if each.name == made.name else each for each in lessons])


def pages(files: dict[str, str | bytes]) -> dict[str, str]:
    return {name: str(text) for name, text in files.items() if name.endswith(".html")}


def test_every_link_leads_somewhere(whole: dict[str, str | bytes]) -> None:
    read_pages = {name: Links(html) for name, html in pages(whole).items()}
    assert len(read_pages) == 1 + len(notebooks(checkout() / "solutions"))  # and the first page
    for name, links in read_pages.items():
        assert len(set(links.ids)) == len(links.ids), f"{name}: an id stands there twice"
        for tag, attribute, url in links.found:
            if url.startswith(("https://", "data:")):
                assert tag in ("a", "link"), f"{name} fetches {url}"
                continue
            path, _, part = url.partition("#")
            target = posixpath.normpath(posixpath.join(posixpath.dirname(name), path)) if path else name
            assert target in whole, f"{name}: {attribute}={url} leads to {target}, which is not there"
            if part and target in read_pages:
                assert part in read_pages[target].ids, f"{name}: {url}"


def test_nothing_is_fetched_from_elsewhere(whole: dict[str, str | bytes]) -> None:
    for name, content in whole.items():
        if name.endswith((".css", ".js")) and "/explorers/" not in name and "/states/" not in name:
            text = content.decode() if isinstance(content, bytes) else content
            assert not re.search(r"(?<!//www\.)https?://(?!www\.w3\.org)", text) or name.endswith("index.js"), name
            assert not re.search(r"\bfetch\(|XMLHttpRequest|@import", text), name


def test_every_picture_speaks(whole: dict[str, str | bytes]) -> None:
    count = 0
    for name, html in pages(whole).items():
        for image in re.findall(r"<img [^>]*>", html):
            assert re.search(r'alt="[^"]{20,}"', image), f"{name}: {image}"
            assert re.search(r'width="\d+" height="\d+"', image)
            count += 1
        assert html.count("<figcaption") == html.count('<figure class="still"')
    assert count > 40


def test_exercises_fold_hints_and_answers_and_homework_shows_none(whole: dict[str, str | bytes]) -> None:
    lecture_page = str(whole["w07_attention/lecture.html"])
    assert lecture_page.count("<summary>An answer</summary>") == 8
    assert lecture_page.count("<summary>Hint 1 of ") == 8
    assert "<details open" not in lecture_page.split("<main")[1]
    for week in WEEKS.values():
        page = str(whole.get(f"{week.folder}/homework.html", ""))
        assert "<summary>An answer</summary>" not in page and "BEGIN SOLUTION" not in page


def test_an_explorer_stands_on_the_first_page(whole: dict[str, str | bytes]) -> None:
    html = str(whole["index.html"])
    written = {each.week for each in notebooks(checkout() / "solutions") if each.week}
    assert 'data-kind="attention"' in html and f"{len(written)} of 16 weeks" in html
    assert html.count('class="ready"') == 2 * len(written)  # in the drawing and in the list


def test_the_week_to_begin_with_needs_the_fewest_that_are_missing() -> None:
    def begin(*written: str) -> str:
        weeks = [{"id": id, "page": "page" if id in written else ""} for id in WEEKS]
        return (begin_of(weeks) or {"id": ""})["id"]

    assert begin("w04", "w07", "w08", "w12", "w14") == "w07"  # week 7 lacks week 1 alone, and stands before week 8
    assert begin("w04", "w14") == "w04" and begin(*WEEKS) == "w01" and begin() == ""


def test_weeks_are_called_what_people_call_them(whole: dict[str, str | bytes]) -> None:
    html = str(whole["index.html"])
    assert set(SPOKEN) <= {week.name for week in WEEKS.values()}
    assert "Week 12 · Graph networks" in html and "12 Graph networks: who touches whom" in html
    assert all(len(f"{int(week.id[1:])} {week.spoken}") <= 17 for week in WEEKS.values())


def test_a_page_says_where_your_table_would_stand(whole: dict[str, str | bytes]) -> None:
    assert str(whole["start_here.html"]).count("In the notebook your own table stands here") == 1
    assert all("your own table" not in html for name, html in pages(whole).items() if name != "start_here.html")


def test_the_search_knows_every_part() -> None:
    made = lesson(place(), lecture())
    assert [part["title"] for part in index([made])] == [TITLE, "7.1 An average ws", "7.2 An average ws"]
    assert all(part["page"] == "w07_attention/lecture.html" and part["text"] for part in index([made]))


def test_the_search_finds_the_first_pages_parts(whole: dict[str, str | bytes]) -> None:
    ids = Links(str(whole["index.html"])).ids
    assert all(part["id"] in ids and part["title"] in str(whole["index.html"]) for part in build.FRONT_PARTS)
    assert all(json.dumps(part) in str(whole["static/index.js"]) for part in build.FRONT_PARTS)


def test_the_same_notebooks_make_the_same_files(whole: dict[str, str | bytes]) -> None:
    def made() -> dict[str, str | bytes]:
        return site([lesson(place(), lecture(EXPLORERS["attention"]())), lesson(hand, homework())])

    hand = place("w07_attention/homework.ipynb")
    first, second = made(), made()
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []


def test_arrows_of_the_map_cross_no_box() -> None:
    stands = columns()
    assert set(ROWS) == set(WEEKS) == set(stands)
    assert len({(stands[id], ROWS[id]) for id in WEEKS}) == len(WEEKS), "two weeks stand in one place"
    for id, week in WEEKS.items():
        for other in week.needs:
            between = [each for each in WEEKS if stands[other] < stands[each] < stands[id] and ROWS[each] == ROWS[id]]
            assert stands[other] + 1 == stands[id] or (ROWS[other] == ROWS[id] and not between), f"{other} -> {id}"


def made_up(place: Any, top: Path, say: Any, force: bool = False) -> Lesson:
    return lesson(place, homework() if place.kind == "homework" else lecture(EXPLORERS["attention"]()))


def test_the_verb_writes_what_changed_and_says_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(build, "load", made_up)
    out = tmp_path / "pages"
    assert main(["site", "w07", "--out", str(out)]) == 0
    said = capsys.readouterr().out
    assert "files changed" in said and (out / "index.html").resolve().as_uri() in said
    assert (out / "w07_attention" / "lecture.html").is_file() and not (out / "w08_transformer").exists()
    assert build_site(out, ["w07"], say=lambda line: None)[1] == []
    assert main(["site", "w07", "--out", str(tmp_path)]) == 2
    assert "holds other things" in capsys.readouterr().err
    assert main(["site", "w99", "--out", str(tmp_path / "other")]) == 2


def test_a_state_says_whose_it_is(whole: dict[str, str | bytes]) -> None:
    html = str(whole["w12_gnn/lecture.html"])
    asked = re.findall(r'data-kind="(\w+)" data-state="([\w-]+)"', html)
    assert [kind for kind, _ in asked] == list(EXPLORERS)
    for _, state in asked:
        script = whole[f"w12_gnn/lecture-files/states/{state}.js"]
        assert isinstance(script, str) and script.startswith(f"course.state({json.dumps(state)}, ")
