"""A private JupyterLab for tests: own home, own settings, a free port, and pages that tell every error and request."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat

from tests.browser.harness import artifacts

SETTINGS = {
    "@jupyterlab/notebook-extension/tracker.jupyterlab-settings": '{"windowingMode": "none"}',
    "@jupyterlab/apputils-extension/notification.jupyterlab-settings": '{"fetchNews": "false"}',
    "@jupyterlab/docmanager-extension/plugin.jupyterlab-settings": '{"autosave": false}',
}
CURRENT = "window.jupyterapp?.shell?.currentWidget"
STATUS = ".course-explorer [role=status]"
PATH = f"import sys; sys.path.insert(0, {str(artifacts().parent)!r})\n"  # where a notebook finds the tests' samples


class Lab:
    """A running server and the browser to see it with."""

    def __init__(self, url: str, folder: Path, browser: Any) -> None:
        self.url, self.folder, self.browser = url, folder, browser

    def write(self, name: str, cells: list[str]) -> Path:
        """A notebook of code cells in the served folder."""
        path = self.folder / name
        book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in cells])
        book.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(book, path)
        return path

    def explore(self, name: str, set_up: str) -> "Notebook":
        """A notebook with one explorer, named so by `set_up`, run from top to bottom."""
        self.write(name, [PATH + set_up, "explorer", "after = 1"])
        found = self.open(name)
        found.run_all()
        found.page.wait_for_selector(STATUS)
        found.page.wait_for_timeout(300)
        return found

    def reopen(self, book: "Notebook") -> "Notebook":
        """Save a notebook, open it on a page of its own, and take its kernel away."""
        book.command("docmanager:save")
        book.page.wait_for_timeout(500)
        again = self.open(book.name)
        again.lose_kernel()
        again.page.wait_for_selector(STATUS, timeout=60_000)
        return again

    def open(self, name: str, width: int = 1280, height: int = 1000) -> "Notebook":
        """Open a notebook of the served folder and wait for its kernel."""
        context = self.browser.new_context(viewport={"width": width, "height": height})
        return Notebook(context.new_page(), self.url, name)


class Notebook:
    """One open notebook; `offences` lists page errors and requests that left this machine."""

    def __init__(self, page: Any, url: str, name: str) -> None:
        self.page, self.name, self.offences = page, name, []
        page.on("pageerror", lambda error: self.offences.append(f"page error: {error}"))
        page.on("request", lambda request: self._note(request.url))
        page.goto(f"{url}/doc/tree/{name}")
        page.wait_for_function(f"{CURRENT}?.context?.isReady === true", timeout=60_000)
        self.wait_for_kernel()

    def _note(self, url: str) -> None:
        if not url.startswith(("http://127.0.0.1", "ws://127.0.0.1", "data:", "blob:")):
            self.offences.append(f"request to {url}")

    def wait_for_kernel(self, status: str = "idle") -> None:
        """Wait until the kernel is in a state: idle, busy, or dead."""
        ready = f"{CURRENT}.sessionContext.session?.kernel?.status === '{status}'"
        self.page.wait_for_function(ready, timeout=60_000)

    def command(self, name: str, wait: bool = True) -> None:
        """Run a command of JupyterLab, for example notebook:run-all-cells."""
        run = f"window.jupyterapp.commands.execute('{name}')"
        self.page.evaluate(f"async () => {{ {'await ' if wait else ''}{run}; }}")

    def run_all(self) -> None:
        """Run every cell; an error in one fails the test here."""
        self.command("notebook:run-all-cells")
        self.wait_for_kernel()
        errors = self.page.evaluate(
            f"""() => [...{CURRENT}.model.cells].flatMap((cell) =>
                (cell.toJSON().outputs ?? []).filter((out) => out.output_type === 'error').map((out) => out.evalue))"""
        )
        assert not errors, errors

    def do(self, code: str) -> str:
        """Run code in the kernel beside the notebook's cells. -> what it printed"""
        return self.page.evaluate(
            f"""async (code) => {{
                const kernel = {CURRENT}.sessionContext.session.kernel;
                const future = kernel.requestExecute({{ code, store_history: false }});
                let text = "";
                future.onIOPub = (message) => {{
                    if (message.header.msg_type === "stream") text += message.content.text;
                    if (message.header.msg_type === "error") text += "ERROR " + message.content.evalue;
                }};
                await future.done;
                return text;
            }}""",
            code,
        )

    def lose_kernel(self) -> None:
        """Shut the kernel down, once JupyterLab has greeted it: a greeting cut short is an error on the page."""
        self.do("pass")
        self.page.wait_for_timeout(1500)
        self.command("kernelmenu:shutdown", wait=False)

    def said(self) -> str:
        """What the explorer's status line says, once it has come to rest."""
        self.page.wait_for_timeout(400)
        return self.page.inner_text(STATUS)

    def described(self) -> str:
        """What Python says of the explorer."""
        return self.do("print(explorer.describe())").strip()

    def wear(self, theme: str) -> None:
        """Put on JupyterLab's Light or Dark theme."""
        self.page.evaluate(
            f"window.jupyterapp.commands.execute('apputils:change-theme', {{ theme: 'JupyterLab {theme}' }})"
        )
        self.page.wait_for_timeout(1200)

    def ink_is_dark(self) -> bool:
        """Whether the explorer writes in dark on light."""
        ink = self.page.evaluate("getComputedStyle(document.querySelector('.course-explorer')).color")
        return sum(float(part) for part in ink.split("(")[1].rstrip(")").split(",")[:3]) < 384

    def start(self, code: str) -> None:
        """Send code to the kernel and do not wait for it."""
        request = "requestExecute({ code, store_history: false })"
        self.page.evaluate(f"(code) => {{ {CURRENT}.sessionContext.session.kernel.{request}; }}", code)

    def cells(self) -> list[str]:
        """The source of every cell, to see that none was moved or made."""
        return self.page.evaluate(f"() => [...{CURRENT}.model.cells].map((cell) => cell.sharedModel.getSource())")

    def active_cell(self) -> int:
        """The number of the chosen cell."""
        return self.page.evaluate(f"() => {CURRENT}.content.activeCellIndex")

    def close(self) -> None:
        """Close the page and fail on anything that went wrong in it."""
        self.page.context.close()
        assert not self.offences, self.offences


@contextlib.contextmanager
def serve(folder: Path, browser: Any) -> Iterator[Lab]:
    """Start JupyterLab on a free port of this machine with nothing of the user's own; stop it afterwards."""
    work, home = folder / "work", folder / "home"
    work.mkdir(exist_ok=True)
    names = ("config", "data", "runtime", "lab-settings", "workspaces")
    for name in names:
        (home / name).mkdir(parents=True)
    for name, text in SETTINGS.items():
        path = home / "lab-settings" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    places = {
        "HOME": home,
        "JUPYTER_CONFIG_DIR": home / "config",
        "JUPYTER_DATA_DIR": home / "data",
        "JUPYTER_RUNTIME_DIR": home / "runtime",
        "JUPYTERLAB_SETTINGS_DIR": home / "lab-settings",
        "JUPYTERLAB_WORKSPACES_DIR": home / "workspaces",
        "IPYTHONDIR": home / "ipython",
    }
    flags = (
        f"--no-browser --allow-root --ip=127.0.0.1 --port={port} --ServerApp.port_retries=0 --IdentityProvider.token= "
        "--ServerApp.password= --ServerApp.disable_check_xsrf=True --expose-app-in-browser --LabApp.news_url=None"
    )
    log = (folder / "lab.log").open("w")
    server = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", *flags.split(), f"--ServerApp.root_dir={work}"],
        env=os.environ | {name: str(path) for name, path in places.items()},
        stdout=log,
        stderr=subprocess.STDOUT,
        cwd=work,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(240):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(url + "/api", timeout=2).close()
                break
            assert server.poll() is None, (folder / "lab.log").read_text()[-2000:]
            time.sleep(0.25)
        yield Lab(url, work, browser)
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
        log.close()
