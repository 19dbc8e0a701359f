"""Debian's Firefox, driven by the protocol it speaks itself (WebDriver BiDi) over a plain web socket."""

import base64
import itertools
import json
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from websocket import create_connection

QUIET = {  # a fresh profile talks to nobody on its own account
    "app.normandy.enabled": False,
    "app.update.enabled": False,
    "browser.aboutwelcome.enabled": False,
    "browser.safebrowsing.downloads.remote.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.update.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "security.fileuri.strict_origin_policy": True,  # as a reader's Firefox has it; being driven would relax it
    "services.settings.server": "data:,#remote-settings-dummy/v1",
}
LISTENS = re.compile(r"WebDriver BiDi listening on (ws://\S+)")
SECONDS = 60
NO_FIREFOX = "no Firefox found; install it (apt install firefox-esr) or set FIREFOX to its path"


def find_firefox() -> str | None:
    """The browser of this machine."""
    return os.environ.get("FIREFOX") or shutil.which("firefox-esr") or shutil.which("firefox")


class Firefox:
    """One page in one window."""

    def __init__(self, address: str) -> None:
        self.socket = create_connection(address + "/session", timeout=SECONDS, suppress_origin=True)
        self.numbers, self.heard = itertools.count(1), list[dict[str, Any]]()
        self.send("session.new", capabilities={})
        self.send("session.subscribe", events=["network.beforeRequestSent", "log.entryAdded"])
        self.window = self.send("browsingContext.getTree")["contexts"][0]["context"]
        size = {"width": 1100, "height": 900}
        self.send("browsingContext.setViewport", context=self.window, viewport=size)

    def send(self, method: str, **parameters: Any) -> Any:
        """One command -> its result. Raises AssertionError with what Firefox says against it."""
        number = next(self.numbers)
        self.socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            said = json.loads(self.socket.recv())
            if said.get("id") != number:
                self.heard.append(said)
                continue
            assert said["type"] != "error", f"{method}: {said.get('error')}: {said.get('message')}"
            return said["result"]

    def open(self, file: Path) -> None:
        """Open a file and wait until it is loaded."""
        self.send("browsingContext.navigate", context=self.window, url=file.resolve().as_uri(), wait="complete")

    def ask(self, expression: str) -> Any:
        """The value of an expression, which may be a promise; plain values only."""
        target = {"context": self.window}
        said = self.send("script.evaluate", expression=expression, target=target, awaitPromise=True)
        assert said["type"] == "success", said
        return said["result"].get("value")

    def press(self, key: str) -> None:
        """A key, as the protocol names it."""
        keys = [{"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]
        actions = [{"type": "key", "id": "keyboard", "actions": keys}]
        self.send("input.performActions", context=self.window, actions=actions)

    def screenshot(self, file: Path) -> None:
        """What is in sight."""
        said = self.send("browsingContext.captureScreenshot", context=self.window)
        file.write_bytes(base64.b64decode(said["data"]))

    def offences(self) -> list[str]:
        """Errors, and requests that left this machine."""
        self.ask("1")  # what was said until now is heard
        asked = [e["params"]["request"]["url"] for e in self.heard if e.get("method") == "network.beforeRequestSent"]
        logged = [e["params"] for e in self.heard if e.get("method") == "log.entryAdded"]
        errors = [str(entry.get("text")) for entry in logged if entry.get("level") == "error"]
        return [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] + errors


@contextmanager
def watched(profile: Path) -> Iterator[Firefox]:
    """The machine's Firefox, in which nothing may go wrong to the end. Without one a test skips; in CI it fails."""
    program = find_firefox()
    if program is None:
        if os.environ.get("CI") == "true":
            pytest.fail("CI=true, and " + NO_FIREFOX)
        pytest.skip(NO_FIREFOX)
    with firefox(program, profile) as found:
        yield found
        assert found.offences() == []


@contextmanager
def firefox(program: str, profile: Path) -> Iterator[Firefox]:
    """A headless Firefox with a profile of its own."""
    wishes = "".join(f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in QUIET.items())
    (profile / "user.js").write_text(wishes, encoding="utf-8")
    command = [program, "--headless", "--no-remote", "--profile", str(profile), "--remote-debugging-port", "0"]
    surroundings = os.environ | {"HOME": str(profile), "MOZ_CRASHREPORTER_DISABLE": "1"}
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=surroundings)
    try:
        assert process.stderr is not None
        address = next((found[1] for line in process.stderr if (found := LISTENS.search(line))), None)
        assert address, "Firefox ended before it listened"
        threading.Thread(target=process.stderr.read, daemon=True).start()  # a full pipe would stop it
        yield Firefox(address)
    finally:
        process.kill()
        process.wait()
