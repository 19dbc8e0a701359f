"""What `course lab` opens, met as a learner meets it: the real command, a real server, a real browser.

The person of these tests has a dark theme, and a kernel called python3 that leads nowhere. Both must stay as they are.
"""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from course_lib.curriculum.weeks import WEEKS
from tests.browser.harness import artifacts
from tests.browser.lab import CURRENT

pytestmark = pytest.mark.browser
OPEN = "--IdentityProvider.token= --ServerApp.password= --ServerApp.disable_check_xsrf=True --expose-app-in-browser"
SOON = "--MappingKernelManager.cull_idle_timeout=3 --MappingKernelManager.cull_interval=1"  # two hours would be long
THEME = "@jupyterlab/apputils-extension/themes.jupyterlab-settings"
THEIRS = {
    f"home/.jupyter/lab/user-settings/{THEME}": {"theme": "JupyterLab Dark"},
    "home/.local/share/jupyter/kernels/python3/kernel.json": {"argv": ["/nowhere"], "display_name": "Broken"},
}


class Feel:
    """The running command: its address, the learner's folder, and pages opened on it."""

    def __init__(self, url: str, root: Path, browser: Any) -> None:
        self.url, self.root, self.work, self.browser = url, root, root / "my_course", browser
        self.offences: list[str] = []

    def page(self, path: str = "/", width: int = 1280, height: int = 800) -> Any:
        """A page of its own, once JupyterLab has opened a notebook on it and greeted its kernel."""
        page = self.browser.new_context(viewport={"width": width, "height": height}).new_page()
        page.on("pageerror", lambda error: self.note_error(str(error)))
        page.on("request", lambda request: self.note(request.url))
        page.goto(self.url + path)
        page.wait_for_function(f"{CURRENT}?.sessionContext?.session?.kernel?.status === 'idle'", timeout=60_000)
        return page

    def note(self, url: str) -> None:
        """Remember a request that leaves this server."""
        if not url.startswith((self.url, self.url.replace("http", "ws"), "data:", "blob:")):
            self.offences.append(f"request to {url}")

    def ask(self, path: str, method: str = "GET", body: Any = None) -> Any:
        """The server's own interface. -> the answer as JSON; None where it is empty"""
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(urllib.request.Request(self.url + path, data, method=method), timeout=30) as answer:
            return json.loads(answer.read() or "null")

    def note_error(self, words: str) -> None:
        """An error of the page; JupyterLab's own, when a page goes while its kernel is still being greeted, is none."""
        if "Canceled future" not in words:
            self.offences.append(f"page error: {words}")

    def kernels(self) -> dict[str, Any]:
        """Running kernels by id."""
        return {kernel["id"]: kernel for kernel in self.ask("/api/kernels")}


def run(page: Any, command: str, arguments: Any = None) -> None:
    """A command of JupyterLab."""
    page.evaluate("([name, args]) => window.jupyterapp.commands.execute(name, args ?? {})", [command, arguments])


def until(true: Callable[[], bool], patience: float = 20) -> bool:
    """Whether something became true in time."""
    end = time.monotonic() + patience
    while not (found := true()) and time.monotonic() < end:
        time.sleep(0.2)
    return found


@pytest.fixture(scope="module")
def feel(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Feel]:
    with course_lab(browser, tmp_path_factory.mktemp("feel")) as running:
        yield running


@contextlib.contextmanager
def course_lab(browser: Any, root: Path, more: str = "") -> Iterator[Feel]:
    """`course lab` as a command of its own in a home of its own, with more flags for the server."""
    for name, content in THEIRS.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(json.dumps(content))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    mine = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "COURSE_HOME", "XDG"))}
    mine |= {"HOME": str(root / "home"), "COURSE_HOME": str(root / "my_course")}
    command = [sys.executable, "-m", "course_lib.cli", "lab", "--no-browser", "--port", str(port), "--ip", "127.0.0.1"]
    log = (root / "lab.log").open("w")
    server = subprocess.Popen(
        [*command, "--", *OPEN.split(), *more.split()], env=mine, stdin=subprocess.DEVNULL, stdout=log, stderr=log
    )
    found = Feel(f"http://127.0.0.1:{port}", root, browser)

    def answers() -> bool:
        assert server.poll() is None, (root / "lab.log").read_text()[-2000:]
        try:
            return bool(found.ask("/api"))
        except urllib.error.URLError:
            return False

    try:
        assert until(answers, 60)
        yield found
    finally:
        server.terminate()
        server.wait(20)
        log.close()


@pytest.fixture
def page(feel: Feel) -> Iterator[Any]:
    """JupyterLab as it opens; afterwards nothing may have failed, and nothing asked the world."""
    feel.offences.clear()
    made = feel.page()
    yield made
    made.context.close()
    assert not feel.offences, feel.offences


def test_it_opens_on_start_here_beside_a_tidy_list(feel: Feel, page: Any) -> None:
    assert page.url == f"{feel.url}/lab/tree/start_here.ipynb"
    page.wait_for_timeout(1500)  # whatever would pop up has popped up
    names = page.evaluate("[...document.querySelectorAll('.jp-DirListing-itemText')].map((node) => node.innerText)")
    folders = sorted(path.name for path in feel.work.iterdir() if path.is_dir() and path.name != ".course")
    assert names[: len(folders) + 1] == [*folders, "start_here.ipynb"] and folders[0] < folders[-1]
    assert not any(name.startswith(".") or name.endswith("checkpoints") for name in names)
    columns = page.locator(".jp-DirListing-headerItem:visible").all_inner_texts()
    assert [each.strip() for each in columns if each.strip()] == ["Name"]
    for pop_up in (".jp-Dialog", ".Toastify__toast"):
        assert page.locator(pop_up).count() == 0
    assert page.locator("[data-id='extensionmanager.main-view']").count() == 0
    page.screenshot(path=artifacts() / "feel-dark.png")
    page.get_by_role("button", name="Open start_here.ipynb").click()
    assert page.evaluate(f"{CURRENT}.context.path") == "start_here.ipynb"


def test_hidden_files_stay_hidden(feel: Feel) -> None:
    with pytest.raises(urllib.error.HTTPError, match="404"):
        feel.ask("/api/contents/.course")


def test_their_theme_holds_and_their_settings_stay(feel: Feel, page: Any) -> None:
    light = "document.body.dataset.jpThemeLight"
    page.wait_for_function(f"{light} === 'false'")
    run(page, "apputils:change-theme", {"theme": "JupyterLab Light"})
    page.wait_for_function(f"{light} === 'true'")
    page.wait_for_timeout(500)
    page.screenshot(path=artifacts() / "feel-light.png")
    ours = feel.work / ".course/lab/settings" / THEME
    assert until(lambda: "JupyterLab Light" in ours.read_text(), 5)
    run(page, "apputils:change-theme", {"theme": "JupyterLab Dark"})
    assert until(lambda: "JupyterLab Dark" in ours.read_text(), 5)
    assert {name: json.loads((feel.root / name).read_text()) for name in THEIRS} == THEIRS
    settings = (feel.root / "home/.jupyter").rglob("*.jupyterlab-*")
    assert [path.name for path in settings] == [Path(THEME).name], "no workspace and no setting was added to theirs"


def test_the_kernel_is_the_courses_and_notebooks_stay_portable(feel: Feel, page: Any) -> None:
    assert page.inner_text(".jp-Toolbar-kernelName").strip() == "Course (Python 3)"
    specs = feel.ask("/api/kernelspecs")["kernelspecs"]
    assert list(specs) == ["python3"] and specs["python3"]["spec"]["argv"][0] == sys.executable
    run(page, "docmanager:save")
    saved = feel.work / "start_here.ipynb"
    assert until(lambda: "language_info" in saved.read_text(), 5)
    assert json.loads(saved.read_text())["metadata"]["kernelspec"]["name"] == "python3"
    assert said(page, "import shutil; print(shutil.which('course'))") == str(Path(sys.executable).with_name("course"))
    page.evaluate(f"async () => {{ await {CURRENT}.sessionContext.session.kernel.restart(); }}")
    assert said(page, "import sys; print(sys.executable)") == sys.executable
    assert "without encryption" not in (feel.root / "lab.log").read_text()


def said(page: Any, code: str) -> str:
    """What code prints in the open notebook's kernel."""
    return page.evaluate(
        f"""async (code) => {{
            let text = "";
            const future = {CURRENT}.sessionContext.session.kernel.requestExecute({{ code, store_history: false }});
            future.onIOPub = (message) => {{ text += message.content.text ?? message.content.evalue ?? ""; }};
            await future.done;
            return text.trim();
        }}""",
        code,
    )


def test_the_chooser_answers_and_keeps_its_keys(page: Any) -> None:
    place = f"() => [{CURRENT}.content.activeCellIndex, {CURRENT}.model.cells.length]"
    run(page, "notebook:run-all-cells")
    page.wait_for_selector(".week-chooser select", timeout=60_000)
    page.wait_for_function(f"{CURRENT}.sessionContext.session.kernel.status === 'idle'", timeout=60_000)
    asked = page.get_by_role("combobox", name="What does one example look like?")
    asked.focus()
    before = page.evaluate(place)
    for key in ("ArrowUp", "ArrowUp", "ArrowUp", "b", "ArrowDown"):  # from a graph to a table, and one back
        page.keyboard.press(key)
    assert asked.evaluate("node => node.value") == "sequence"
    assert page.evaluate(place) == before, "no key moved or made a cell"
    assert page.inner_text(".week-chooser [role=status]").startswith("First try counts of words or letters")


def test_the_menu_opens_lectures_from_the_keyboard(feel: Feel, page: Any) -> None:
    assert page.locator(".lm-MenuBar-itemLabel").first.inner_text() == "Course"
    open_course_menu(page)
    written = [week for week in WEEKS.values() if (feel.work / week.folder).is_dir()]
    passed = written[: [week.id for week in written].index("w07") + 1]
    choose(page, "Start Here", *(f"{int(week.id[1:])} {week.spoken}: " for week in passed))
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(".lm-Menu-itemLabel:text-is('Homework')")
    page.screenshot(path=artifacts() / "feel-menu.png")
    choose(page, "Homework")
    page.keyboard.press("Enter")
    page.wait_for_function(f"{CURRENT}?.context?.path === 'w07_attention/homework.ipynb'")


def open_course_menu(page: Any) -> None:
    """Open the first menu. JupyterLab's start gives the focus to the notebook, at times a moment late: then again."""
    holds = "!!document.activeElement.closest('.lm-Menu')"

    def it_stays_open() -> bool:
        page.keyboard.press("Escape")
        page.locator(".lm-MenuBar-itemLabel").first.click()
        page.wait_for_timeout(700)
        return page.evaluate(holds)

    assert until(it_stays_open)


def choose(page: Any, *begun: str) -> None:
    """Go down a menu, key by key, each once the one before has arrived: the entries that begin so are met in turn."""
    for words in begun:
        page.keyboard.press("ArrowDown")
        active = "[...document.querySelectorAll('.lm-Menu')].pop()?.querySelector('.lm-mod-active')?.innerText"
        page.wait_for_function(f"words => ({active} ?? '').trim().startsWith(words)", arg=words)


def test_present_makes_the_letters_large(page: Any) -> None:
    page.wait_for_selector(".jp-MarkdownOutput p")

    def size(where: str) -> str:
        return page.evaluate("(where) => getComputedStyle(document.querySelector(where)).fontSize", where)

    assert (size(".jp-MarkdownOutput p"), size(".jp-CodeCell .cm-line")) == ("14px", "13px")
    open_course_menu(page)
    page.keyboard.press("ArrowUp")  # from the end: Present
    page.keyboard.press("ArrowRight")
    page.locator(".lm-Menu-itemLabel:text-is('Presentation Mode')").last.click()
    page.wait_for_function("getComputedStyle(document.querySelector('.jp-MarkdownOutput p')).fontSize === '17px'")
    assert size(".jp-CodeCell .cm-line") == "16px"


def test_no_stray_checkpoints_and_none_mixed_up(feel: Feel) -> None:
    for week in ("w04_unet", "w07_attention"):
        feel.ask(f"/api/contents/{week}/lecture.ipynb/checkpoints", "POST")
    apart = feel.work / ".course/checkpoints"
    assert not [path for path in feel.work.rglob("*") if path.name == ".ipynb_checkpoints"]
    lecture = feel.work / "w07_attention/lecture.ipynb"
    before = lecture.read_bytes()
    assert (apart / "w07_attention/lecture-checkpoint.ipynb").read_bytes() == before
    assert (apart / "w04_unet/lecture-checkpoint.ipynb").read_bytes() != before
    lecture.write_text("{}")
    feel.ask("/api/contents/w07_attention/lecture.ipynb/checkpoints/checkpoint", "POST")
    assert lecture.read_bytes() == before


def test_a_long_lecture_is_all_there(feel: Feel) -> None:
    """Every cell is in the page: the browser's search and a screen reader find it, and no explorer is torn out."""
    page = feel.page("/lab/tree/w12_gnn/lecture.ipynb")
    page.wait_for_function(f"{CURRENT}.context.path.startsWith('w12')")
    count = len(json.loads((feel.work / "w12_gnn/lecture.ipynb").read_text())["cells"])
    page.wait_for_function(f"{CURRENT}.node.querySelectorAll('.jp-Cell').length === {count}", timeout=20_000)
    assert count > 40
    assert page.evaluate("window.find('What we left out')")
    page.context.close()


def test_kernels_nobody_needs_go_and_no_other(browser: Any, tmp_path: Path) -> None:
    with course_lab(browser, tmp_path, SOON) as feel:
        kernels_nobody_needs_go(feel)


def kernels_nobody_needs_go(feel: Feel) -> None:
    """On a server where an idle kernel may stay three seconds."""
    left_idle = feel.ask("/api/kernels", "POST", {"name": "python3"})["id"]
    shown = feel.page()
    watched = shown.evaluate(f"{CURRENT}.sessionContext.session.kernel.id")
    away = feel.page("/lab/tree/w08_transformer/lecture.ipynb")
    away.wait_for_function(f"{CURRENT}.context.path.startsWith('w08')")
    away.wait_for_function(f"{CURRENT}.sessionContext.session?.kernel?.status === 'idle'", timeout=60_000)
    training = away.evaluate(f"{CURRENT}.sessionContext.session.kernel.id")
    away.evaluate(
        f"""async () => {{
            const code = "import time; time.sleep(14); open('trained.txt', 'w').close()";
            const kernel = {CURRENT}.sessionContext.session.kernel;
            const busy = new Promise((done) => kernel.statusChanged.connect((_, now) => now === "busy" && done()));
            kernel.requestExecute({{ code }});
            await busy;
        }}"""
    )
    begun = time.monotonic()
    away.context.close()
    assert until(lambda: left_idle not in feel.kernels(), 15), "idle, and no page shows it"
    time.sleep(max(0, 9 - (time.monotonic() - begun)))  # three times as long as an idle one may stay
    assert feel.kernels()[training]["connections"] == 0 and feel.kernels()[training]["execution_state"] == "busy"
    assert watched in feel.kernels(), "idle, but a page shows it"
    assert until(lambda: training not in feel.kernels(), 30), "done, and no page shows it"
    assert list(feel.work.rglob("trained.txt")), "it was not stopped before it was done"
    assert watched in feel.kernels()
    shown.context.close()
