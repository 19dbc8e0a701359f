"""nbgrader's formgrader in a real browser, on a gradebook and a folder of ours: a mark typed there survives ours."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from course_lib.grading.gradebook.formgrader import formgrader_folder
from course_lib.grading.gradebook.gradebook import Gradebook
from course_lib.grading.records import Submission
from tests.browser.lab import Lab, serve
from tests.grading.gradebook.test_formgrader import by_id, cells, hostile, notebook
from tests.grading.sample_marks import WEEK, WRITTEN, hash_of, homework_file, marked, nothing, question, roster

pytestmark = pytest.mark.browser
WORDS = "Head 2 looks back by one letter; the others average."


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The gradebook of a class: one student with a written answer, one who attacks, one who handed in nothing."""
    return f"sqlite:///{tmp_path_factory.mktemp('book') / 'gradebook.db'}"


@pytest.fixture(scope="module")
def formgrader(address: str, browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab, started in the folder that was laid out."""
    folder, answers = tmp_path_factory.mktemp("formgrader"), cells()
    by_id(answers, WRITTEN)["source"] = WORDS
    listed = []
    for student, data in (("s000", notebook(answers)), ("s001", hostile())):
        (folder / f"{student}.ipynb").write_bytes(data)
        listed.append(Submission(student, WEEK, f"{student}.ipynb", when="2026-11-21T13:00:00+01:00"))
    with Gradebook(address) as book:
        book.students(roster(3))
        book.prepare(WEEK, homework_file())
        book.record([marked("s000", (1, 0.25, 0, 1)), marked("s001"), nothing("s002")])
    made = formgrader_folder(folder, WEEK, homework_file(), listed, address)
    made.rename(folder / "work")  # where the harness starts JupyterLab
    with serve(folder, browser) as lab:
        yield lab


@pytest.fixture
def page(formgrader: Lab) -> Iterator[Any]:
    """A page that reaches this machine alone; errors fail the test, a missing script from elsewhere does not."""
    context = formgrader.browser.new_context(viewport={"width": 1280, "height": 1000})
    context.route(lambda url: not url.startswith("http://127.0.0.1"), lambda route: route.abort())
    opened, errors = context.new_page(), []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on("dialog", lambda dialog: errors.append(f"dialog: {dialog.message}"))
    yield opened
    context.close()
    assert not [error for error in errors if "MathJax" not in error], errors


def submission_id(address: str, student: str) -> str:
    """What formgrader calls a student's notebook."""
    from nbgrader.api import Gradebook as TheirGradebook

    with TheirGradebook(address) as theirs:
        return str(theirs.find_submission_notebook("homework", WEEK, student).id)


def grade(address: str, grade_id: str, student: str = "s000") -> dict[str, Any]:
    """A mark as nbgrader has it."""
    from nbgrader.api import Gradebook as TheirGradebook

    with TheirGradebook(address) as theirs:
        return dict(theirs.find_grade(grade_id, "homework", WEEK, student).to_dict())


def type_mark(page: Any, grade_id: str, points: str) -> None:
    """Type a mark and leave the field, as a teacher does; wait until formgrader says that it is saved."""
    with page.expect_response(lambda reply: "/api/grade/" in reply.url and reply.request.method == "PUT") as reply:
        page.fill(f"input.score[id='{grade_id}']", points)
        page.press(f"input.score[id='{grade_id}']", "Tab")
    assert reply.value.ok


def wait_for_marks(page: Any) -> None:
    """Wait until marks and comments of a submission are loaded: only then have their fields a grey text."""
    page.wait_for_selector(f"input.extra-credit[id='{WRITTEN}_extra_credit'][placeholder='0']", timeout=30_000)
    page.wait_for_function("[...document.querySelectorAll('textarea.comment')].every((each) => each.placeholder)")


def open_submission(page: Any, formgrader: Lab, address: str, student: str) -> None:
    """Open one submission, and wait until its marks are loaded."""
    page.goto(f"{formgrader.url}/formgrader/submissions/{submission_id(address, student)}/")
    wait_for_marks(page)


def test_jupyterlab_opens_formgrader_with_the_assignment(page: Any, formgrader: Lab) -> None:
    page.goto(f"{formgrader.url}/lab")
    page.wait_for_function("window.jupyterapp?.commands?.hasCommand('nbgrader:open-formgrader')", timeout=60_000)
    page.evaluate("() => { window.jupyterapp.commands.execute('nbgrader:open-formgrader'); }")
    frame = page.frame_locator("iframe[src*='formgrader']")
    row = frame.locator("#main-table tr", has_text=WEEK)
    row.wait_for(timeout=30_000)
    assert row.count() == 1 and "2" in row.locator("td.num-submissions").inner_text()
    frame.get_by_text("Manual Grading").click()
    frame.locator("#main-table tr a", has_text=WEEK).click()
    frame.locator("#main-table tr a", has_text="homework").click()
    rows = frame.locator("#main-table tr")
    rows.nth(1).wait_for(timeout=30_000)
    assert rows.count() == 2  # who handed in nothing has nothing to open


def test_a_mark_typed_there_survives_our_recording(page: Any, formgrader: Lab, address: str) -> None:
    open_submission(page, formgrader, address, "s000")
    assert WORDS in page.inner_text("body")
    assert page.get_attribute("input.score[id='w07-2-points']", "placeholder") == "1.25"
    comment = page.locator("textarea[id='w07-2-answer-comment']")
    assert "The rows do not sum to 1." in (comment.get_attribute("placeholder") or "")
    assert "needs_manual_grade" in (page.get_attribute(f"input.score[id='{WRITTEN}']", "class") or "")
    type_mark(page, WRITTEN, "3.5")
    type_mark(page, "w07-3-points", "1")
    with page.expect_response(lambda reply: "/api/comment/" in reply.url and reply.request.method == "PUT"):
        comment.fill("Nearly: look at the sign.")
        comment.press("Tab")
    found = grade(address, WRITTEN)
    assert (found["manual_score"], found["needs_manual_grade"]) == (3.5, False)

    first = marked("s000", (1, 0.25, 0, 1))
    better = tuple(question(each.grade_id, 1, each.exercise) for each in first.questions)
    with Gradebook(address) as book:
        book.record([first])
        assert book.record([replace(first, questions=better)]) == 1
        [row, *_] = book.rows(WEEK)
        assert (row.auto, row.hand, row.total, row.waiting) == (12.0, 4.5, 16.5, 0)
    page.reload()
    wait_for_marks(page)
    assert page.input_value(f"input.score[id='{WRITTEN}']") == "3.5"
    assert page.input_value("input.score[id='w07-3-points']") == "1"
    assert page.get_attribute("input.score[id='w07-2-points']", "placeholder") == "5"
    assert page.input_value("textarea[id='w07-2-answer-comment']") == "Nearly: look at the sign."

    [written] = first.written
    changed = replace(first, sha256=hash_of("again"), written=(replace(written, sha256=hash_of("other words")),))
    with Gradebook(address) as book:
        book.record([changed])
    page.reload()
    page.wait_for_selector(f"input.score[id='{WRITTEN}'].needs_manual_grade")
    assert page.input_value(f"input.score[id='{WRITTEN}']") == "3.5"
    page.locator(".nbgrader_cell", has=page.locator(f"input[id='{WRITTEN}']")).locator("button.mark-graded").click()
    page.wait_for_selector(f"input.score[id='{WRITTEN}']:not(.needs_manual_grade)")
    with Gradebook(address) as book:
        assert book.record([changed]) == 0
    assert not grade(address, WRITTEN)["needs_manual_grade"]


def test_marks_typed_while_we_record_are_all_there(page: Any, formgrader: Lab, address: str) -> None:
    open_submission(page, formgrader, address, "s001")
    stop = threading.Event()

    def keep_recording() -> None:
        with Gradebook(address) as book:
            for number in range(1000):
                if stop.is_set():
                    return
                made = marked("s001", (1, 1, 1, (number % 2) / 2))
                book.record([replace(made, sha256="0" * 64)])

    recording = threading.Thread(target=keep_recording)
    recording.start()
    try:
        for points in ("1", "2", "3", "0", "4"):
            type_mark(page, "w07-2-points", points)
            assert grade(address, "w07-2-points", "s001")["manual_score"] == float(points)
    finally:
        stop.set()
        recording.join()
    with Gradebook(address) as book:
        assert len(book.history(WEEK, "s001")) > 10
    assert grade(address, "w07-2-points", "s001")["manual_score"] == 4.0


def test_a_hostile_submission_does_nothing_on_the_page(page: Any, formgrader: Lab, address: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    open_submission(page, formgrader, address, "s001")
    page.wait_for_timeout(500)
    assert "My answer: heads differ, 1 < 2." in page.inner_text("body")
    for element in page.query_selector_all("#notebook-container b, #notebook-container p, #notebook-container img"):
        element.dispatch_event("mouseover")
        element.dispatch_event("error")
    assert page.evaluate("window.hit") is None
    assert page.locator("#notebook-container script, #notebook-container iframe, #notebook-container svg").count() == 0
    assert page.locator("#notebook-container a[href^='javascript']").count() == 0
    assert page.locator("#notebook-container img[src^='data:image/png']").count() >= 1  # pictures are seen
    assert not [url for url in asked if "elsewhere.test" in url]


def test_the_autograde_button_runs_nothing(page: Any, formgrader: Lab, address: str) -> None:
    page.goto(f"{formgrader.url}/formgrader/manage_submissions/{WEEK}")
    row = page.locator("#main-table tr", has_text="s000")
    row.wait_for(timeout=30_000)
    before, copy = grade(address, "w07-1-points"), Path(formgrader.folder) / "autograded/s000/w07/homework.ipynb"
    text = copy.read_text()
    with page.expect_response(lambda reply: reply.url.endswith("/autograde"), timeout=60_000) as reply:
        row.locator("td.autograde a").click()
    said = reply.value.json()
    assert said["success"] is False and "No notebooks were matched" in said["log"]
    assert grade(address, "w07-1-points") == before and copy.read_text() == text
