"""The folder for formgrader: what lies in it, and that nothing in it can act."""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as some

from course_lib.errors import CourseError
from course_lib.grading.gradebook.formgrader import formgrader_folder
from course_lib.grading.gradebook.gradebook import Gradebook
from course_lib.grading.gradebook.safe_notebook import safe_notebook
from course_lib.grading.gradebook.sanitize import defuse, safe_pictures
from course_lib.grading.records import Submission
from tests.grading.looking_at_books import raw
from tests.grading.sample_marks import WEEK, WRITTEN, homework_file, marked, roster

DOT = base64.b64encode(
    bytes.fromhex("89504e470d0a1a0a0000000d4948445200000001000000010806000000")
    + bytes.fromhex("1f15c4890000000d49444154789c6360f8cfc000000301010018dd8db00000000049454e44ae426082")
).decode()
ACTS = "window.hit=(window.hit||0)+1"
ATTACKS = [
    f"<script>{ACTS}</script>",
    f"<img src=x onerror='{ACTS}'>",
    f"<svg onload='{ACTS}'></svg>",
    f"text <b onmouseover='{ACTS}'>bold</b>",
    f"[click](javascript:{ACTS})",
    f"[click][1]\n\n[1]: javascript:{ACTS}",
    f"<javascript:{ACTS}>",
    "![seen](http://elsewhere.test/pixel.png)",
    "![seen][p]\n\n[p]: http://elsewhere.test/pixel.png",
    f"```mermaid\n</pre><script>{ACTS}</script>\n```",
    f"```mermaid\n<img src=x onerror={ACTS}>\n```",
    f"$x <script>{ACTS}</script>$",
    f"$$\n<img src=x onerror={ACTS}>\n$$",
    f"\\begin{{equation}}<script>{ACTS}</script>\\end{{equation}}",
    f"# <script>{ACTS}</script>",
    f"| a |\n|---|\n| <script>{ACTS}</script> |",
    f"<!-- --><script>{ACTS}</script>",
    f"<<script>{ACTS}</script>",
    "![x](attachment:none.png)",
    f'![x" onerror="{ACTS}](attachment:dot.png)',
    "<iframe src='javascript:parent.hit=1'></iframe>",
]


def cells() -> list[Any]:
    """The cells of the homework, to be changed."""
    return list(json.loads(homework_file().read_text())["cells"])


def notebook(changed: list[Any]) -> bytes:
    """A submission with these cells."""
    return json.dumps({"cells": changed, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def shown(data: bytes) -> dict[str, Any]:
    """What formgrader gets of a submission; a valid notebook, whatever came."""
    made = safe_notebook(data, json.loads(homework_file().read_text()))
    nbformat.validate(nbformat.from_dict(made))
    return made


def by_id(made: list[Any], grade_id: str) -> Any:
    [found] = [cell for cell in made if cell["metadata"].get("nbgrader", {}).get("grade_id") == grade_id]
    return found


def hostile() -> bytes:
    """A submission that tries everything in every place."""
    changed = cells()
    by_id(changed, WRITTEN)["source"] = "My answer: heads differ, 1 < 2.\n\n" + "\n\n".join(ATTACKS)
    by_id(changed, WRITTEN)["attachments"] = {
        "dot.png": {"image/png": DOT, "image/svg+xml": f"<svg onload={ACTS}>"},
        "x.svg": {"image/svg+xml": f"<svg onload={ACTS}>"},
    }
    answer = by_id(changed, "w07-1-answer")
    answer["source"] = f"# </pre><script>{ACTS}</script>\ndef banded(size, reach): return 1"
    answer["metadata"]["tags"] = [f'"><script>{ACTS}</script>']
    answer["outputs"] = [
        {"output_type": "display_data", "metadata": {}, "data": {"text/html": f"<script>{ACTS}</script>"}},
        {"output_type": "display_data", "metadata": {}, "data": {"application/javascript": ACTS}},
        {"output_type": "display_data", "metadata": {}, "data": {"image/svg+xml": f"<svg onload={ACTS}/>"}},
        {"output_type": "display_data", "metadata": {}, "data": {"text/markdown": f"<script>{ACTS}</script>"}},
        {"output_type": "display_data", "metadata": {}, "data": {"image/png": f'x" onerror="{ACTS}'}},
        {
            "output_type": "display_data",
            "metadata": {"width": f"1 onload={ACTS}"},
            "data": {"image/png": DOT, "text/plain": "a picture"},
        },
        {"output_type": "stream", "name": "stdout", "text": f"<script>{ACTS}</script>"},
        {"output_type": "error", "ename": "<b>E", "evalue": "v", "traceback": [f"<script>{ACTS}</script>"]},
        {"output_type": "execute_result", "execution_count": 1, "metadata": {}, "data": {"text/plain": "<b>7</b>"}},
    ]
    changed.append({"cell_type": "raw", "metadata": {"raw_mimetype": "text/html"}, "source": ATTACKS[0], "id": "raw"})
    changed.append({"cell_type": "markdown", "metadata": {}, "source": "\n\n".join(ATTACKS), "id": '"><script>'})
    return notebook(changed)


class Tags(HTMLParser):
    """What a browser would make of a page: its elements and their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def page_of(source: str) -> str:
    """Markdown as nbconvert, and so formgrader, makes a page of it."""
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    attached = {"dot.png": {"image/png": DOT}}
    return str(MarkdownWithMath(renderer=IPythonRenderer(escape=False, attachments=attached)).render(source))


def dangers(page: str) -> list[str]:
    """Elements and attributes that act, and addresses that lead away."""
    plain = {
        "p",
        "em",
        "strong",
        "code",
        "pre",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "li",
        "hr",
        "br",
        "del",
    }
    plain |= {"table", "thead", "tbody", "tr", "th", "td", "blockquote", "div", "span", "dl", "dt", "dd", "input"}
    found = []
    for tag, attributes in Tags(page).found:
        address = attributes.get("src") or attributes.get("href") or ""
        harmless = tag in plain or (tag == "img" and address.startswith("data:image/png;base64,"))
        harmless = harmless or (tag == "a" and address.startswith(("#", "http://", "https://")))
        if not harmless or any(name.startswith("on") for name in attributes):
            found.append(f"{tag} {attributes}")
    return found


@pytest.mark.parametrize("attack", ATTACKS)
def test_words_cannot_act_on_the_page(attack: str) -> None:
    assert not dangers(page_of(defuse(attack, {"dot.png"})))


def test_the_attacks_are_real() -> None:
    harmless = []
    for attack in ATTACKS:
        try:
            harmless += [attack] if not dangers(page_of(attack)) else []
        except Exception:  # noqa: BLE001 (a page that breaks is harm enough)
            continue
    assert len(harmless) <= 4, harmless  # nbconvert escapes what stands in formulas and in the words for a picture


@given(some.text(alphabet="<>/![]():#`$\\\n abimgscrpthref=\"'&;jv.-", max_size=60))
def test_no_text_at_all_can_act(text: str) -> None:
    assert not dangers(page_of(defuse(text)))


def test_what_people_write_stays_readable() -> None:
    words = "Head 2 looks **back**: $a_{ts} < 1$ and `x[i] = 3`.\n\n- one\n- two\n\n![plot](attachment:dot.png)\n"
    assert defuse(words, {"dot.png"}) == words
    assert "< 1" in defuse("a<1") and defuse("x" * 30_000).endswith("(cut here)")


def test_pictures_are_what_they_say() -> None:
    other = base64.b64encode(b"GIF89a").decode()
    found = safe_pictures({"image/png": [DOT[:20], "\n", DOT[20:]], "image/jpeg": other, "image/svg+xml": "<svg/>"})
    assert found == {"image/png": DOT}
    assert safe_pictures({"image/png": other}) == safe_pictures({"image/png": DOT + '" onerror="'}) == {}
    assert safe_pictures({"image/png": DOT + "A" * 3 * 2**20}) == {}


def test_a_hostile_notebook_becomes_a_plain_one() -> None:
    made = shown(hostile())
    assert made["metadata"] == {
        "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    outputs = by_id(made["cells"], "w07-1-answer")["outputs"]
    assert [sorted(out.get("data", {"stream": 0})) for out in outputs] == [
        ["image/png", "text/plain"],
        ["stream"],
        ["stream"],
        ["text/plain"],
    ]
    assert all(out.get("metadata", {}) == {} for out in outputs)
    assert by_id(made["cells"], WRITTEN)["attachments"] == {"dot.png": {"image/png": DOT}}
    assert {cell["id"] for cell in made["cells"]} == {f"cell-{number}" for number in range(len(made["cells"]))}
    assert all(cell["cell_type"] != "raw" and set(cell["metadata"]) <= {"nbgrader"} for cell in made["cells"])
    assert not any(dangers(page_of(c["source"])) for c in made["cells"][-2:] if c["cell_type"] == "markdown")


def test_every_graded_cell_is_there_once_whatever_was_done_to_it() -> None:
    changed = cells()
    graded = [cell for cell in changed if cell["metadata"].get("nbgrader")]
    by_id(changed, "w07-1-points")["source"] = "3.0"
    by_id(changed, "w07-2-points")["metadata"]["nbgrader"]["points"] = 500
    changed.remove(by_id(changed, "w07-3-answer"))
    copy = json.loads(json.dumps(by_id(changed, WRITTEN)))
    copy["source"] = "The real answer."
    changed.append(copy)
    made = shown(notebook(changed))["cells"]
    assert {by_id(made, cell["metadata"]["nbgrader"]["grade_id"])["cell_type"] for cell in graded} == {
        "code",
        "markdown",
    }
    assert by_id(made, "w07-1-points")["source"] == 'points("w07.banded", banded)'
    assert by_id(made, "w07-2-points")["metadata"]["nbgrader"]["points"] == 5.0
    assert by_id(made, "w07-3-answer")["source"].startswith("# This cell was not in the submission.")
    assert by_id(made, WRITTEN)["source"] == "The real answer."


@pytest.mark.parametrize("data", [b"", b"{", b"[" * 100_000, b"\xff\xfe", b'{"cells": 7}', b"null"])
def test_what_cannot_be_read_can_still_be_marked_by_hand(data: bytes) -> None:
    made = shown(data)["cells"]
    assert made[0]["source"].startswith("**This submission could not be read:**")
    assert by_id(made, WRITTEN)["source"] == "*This cell was not in the submission.*" and len(made) == 10


@pytest.mark.parametrize(
    "cell",
    [
        {},
        {"cell_type": "code"},
        {"cell_type": 7, "source": 8, "metadata": 9, "outputs": 10},
        {
            "cell_type": "code",
            "source": ["a", 1],
            "outputs": [None, 1, {}, {"output_type": "stream", "text": [1, "x"]}],
        },
        {
            "cell_type": "code",
            "outputs": [{"output_type": "display_data", "data": {"text/plain": 3, "image/png": [4]}}],
        },
        {"cell_type": "markdown", "source": "x", "attachments": {"../a": {"image/png": DOT}, "b": 3}},
        {"cell_type": "markdown", "source": "\ud800\0", "metadata": {"nbgrader": {"grade_id": ["x"]}}},
    ],
)
def test_odd_cells_do_no_harm(cell: Any) -> None:
    assert len(shown(notebook([cell]))["cells"]) == 10


@pytest.fixture
def lay_out(tmp_path: Path) -> Callable[..., Path]:
    """A class folder with submissions, laid out for formgrader."""

    def lay(**files: bytes) -> Path:
        listed = [Submission("s999", WEEK)]  # nothing came
        for student, data in files.items():
            name = f"{WEEK}/received/{student}/20261121T120000Z-abcdef12/homework.ipynb"
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_bytes(data)
            listed.append(Submission(student, WEEK, name, "0" * 64, when="2026-11-21T13:00:00+01:00"))
        return formgrader_folder(tmp_path, WEEK, homework_file(), listed, f"sqlite:///{tmp_path / 'gradebook.db'}")

    return lay


def test_the_folder_holds_what_nbgrader_looks_for(lay_out: Callable[..., Path], tmp_path: Path) -> None:
    folder = lay_out(s000=notebook(cells()), s001=hostile())
    names = sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file())
    assert names == [
        "autograded/s000/w07/homework.ipynb",
        "autograded/s001/w07/homework.ipynb",
        "nbgrader_config.py",
        "source/w07/homework.ipynb",
        "submitted/s000/w07/timestamp.txt",
        "submitted/s001/w07/timestamp.txt",
    ]
    assert (folder / "submitted/s000/w07/timestamp.txt").read_text() == "2026-11-21 12:00:00 UTC\n"
    assert (folder / "source/w07/homework.ipynb").read_bytes() == homework_file().read_bytes()
    before = {name: (folder / name).stat().st_mtime_ns for name in names}
    lay_out(s000=notebook(cells()), s001=notebook(cells()))
    after = {name: (folder / name).stat().st_mtime_ns for name in names}
    assert [name for name in names if before[name] != after[name]] == ["autograded/s001/w07/homework.ipynb"]


def test_submissions_elsewhere_are_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.ipynb").write_text("{}")
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "link.ipynb").symlink_to(tmp_path / "secret.ipynb")
    for name in ("../secret.ipynb", "link.ipynb"):
        with pytest.raises(CourseError, match="does not lie in the class folder"):
            formgrader_folder(
                tmp_path / "class", WEEK, homework_file(), [Submission("s000", WEEK, name)], "sqlite:///g.db"
            )
    with pytest.raises(CourseError, match="cannot name a folder"):
        formgrader_folder(tmp_path / "class", WEEK, homework_file(), [Submission("../x", WEEK, "a")], "sqlite:///g.db")


def test_the_password_of_the_database_stays_out_of_the_folder(tmp_path: Path) -> None:
    folder = formgrader_folder(tmp_path, WEEK, homework_file(), [], "postgresql://me:secret@host/grades")
    text = (folder / "nbgrader_config.py").read_text()
    assert "'postgresql+psycopg://me@host/grades'" in text and "secret" not in text and "PGPASSWORD" in text


def test_nbgrader_autograde_finds_nothing_to_run(lay_out: Callable[..., Path], tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'gradebook.db'}"
    changed = cells()
    by_id(changed, "w07-1-answer")["source"] = f"open({str(tmp_path / 'ran')!r}, 'w')"
    folder = lay_out(s000=notebook(changed))
    with Gradebook(address) as book:
        book.students(roster(1))
        book.prepare(WEEK, homework_file())
        book.record([marked("s000")])
    before = raw(address)
    copy = (folder / "autograded/s000/w07/homework.ipynb").read_bytes()
    own = {name: str(tmp_path / "home") for name in ("HOME", "JUPYTER_CONFIG_DIR", "IPYTHONDIR")}
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", "autograde", WEEK, "--force"],
        cwd=folder,
        env=os.environ | own,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode != 0 and "No notebooks were matched" in done.stderr, done.stderr
    assert raw(address) == before and not (tmp_path / "ran").exists()
    assert (folder / "autograded/s000/w07/homework.ipynb").read_bytes() == copy
