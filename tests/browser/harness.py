"""An explorer on a plain page without a kernel: its real ES module, its real state, and a stand-in for the model.

What the page saves goes to the real Python widget, and what Python changes comes back, so that a test sees both ends.
"""

import base64
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from course_lib.widgets.kit.wire import sent_bytes

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
THEMES = {
    "light": {
        "--jp-ui-font-color1": "rgba(0,0,0,.87)",
        "--jp-ui-font-color2": "rgba(0,0,0,.54)",
        "--jp-layout-color0": "#fff",
    },
    "dark": {
        "--jp-ui-font-color1": "#fff",
        "--jp-ui-font-color2": "rgba(255,255,255,.7)",
        "--jp-layout-color0": "#111",
    },
    "system": {},
}
ORIGIN = "http://explorer.test"
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>explorer</title><link rel="icon" href="data:,">
<style>html { color-scheme: light dark } body { margin: 16px; background: var(--jp-layout-color0, Canvas) }
STYLE</style>
<body><script type="module">
const decode = (value) => {
  if (Array.isArray(value)) return value.map(decode);
  if (value === null || typeof value !== "object") return value;
  if ("$bytes" in value) return new DataView(Uint8Array.from(atob(value.$bytes), (c) => c.charCodeAt(0)).buffer);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, decode(inner)]));
};
class Model {
  constructor(state) { this.state = state; this.unsaved = {}; this.heard = new Map(); this.saves = 0; }
  get(name) { return this.state[name]; }
  set(name, value) { this.unsaved[name] = value; this.take({ [name]: value }); }
  take(changes) {
    const news = Object.keys(changes).filter((name) => this.state[name] !== changes[name]);
    for (const name of news) this.state[name] = changes[name];
    for (const name of news) for (const act of [...(this.heard.get(`change:${name}`) ?? [])]) act();
  }
  on(name, act) { this.heard.set(name, [...(this.heard.get(name) ?? []), act]); }
  off(name, act) { this.heard.set(name, (this.heard.get(name) ?? []).filter((other) => other !== act)); }
  listeners() { return [...this.heard.values()].reduce((sum, acts) => sum + acts.length, 0); }
  async save_changes() {
    const changes = this.unsaved;
    this.unsaved = {};
    this.saves += 1;
    if (window.kernelAway) return;
    this.take(decode(JSON.parse(await window.__save(JSON.stringify(changes)))));
  }
}
const model = (window.model = new Model(decode(await (await fetch("/state.json")).json())));
const { default: widget } = await import("/widget.js");
window.cleanups = [];
for (let i = 0; i < VIEWS; i++) {
  const el = document.body.appendChild(document.createElement("div"));
  window.cleanups.push(widget.render({ model, el }));
}
await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
window.ready = true;
</script></body></html>"""


def find_chromium() -> str | None:
    """The browser of this machine: CHROMIUM, or what lies on the path under one of its usual names."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return os.environ.get("CHROMIUM") or next((found for name in names if (found := shutil.which(name))), None)


def encode(value: Any) -> Any:
    """Plain JSON values; bytes as base64."""
    if isinstance(value, dict):
        return {key: encode(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [encode(inner) for inner in value]
    if isinstance(value, bytes | memoryview | bytearray):
        return {"$bytes": base64.b64encode(bytes(value)).decode()}
    return value


def state_of(widget: Any) -> dict[str, Any]:
    """The synced state that belongs to the widget itself."""
    skip = ("layout", "tabbable", "tooltip")
    return {name: value for name, value in widget.get_state().items() if name[0] != "_" and name not in skip}


def weight(widget: Any) -> int:
    """What opening the widget puts on the wire: state as JSON and bytes, module and style sheet."""
    return sent_bytes(state_of(widget)) + len(str(widget._esm).encode()) + len(str(widget._css).encode())


def receive(widget: Any) -> Callable[[str], str]:
    """Give what the page saved to the widget. -> what Python changed on its own account, as JSON"""

    def save(text: str) -> str:
        changes, before = json.loads(text), state_of(widget)
        widget.set_state(changes)
        after = {name: value for name, value in state_of(widget).items() if value != {**before, **changes}[name]}
        return json.dumps(encode(after))

    return save


def open_page(context: Any, widget: Any, theme: str = "light", views: int = 1, first: str = "") -> Any:
    """A page that shows the widget; `page.offences` collects errors and requests to anywhere else.

    first: a script that runs before anything else on the page
    """
    page = context.new_page()
    page.offences = []
    if first:
        page.add_init_script(first)
    style = "body {" + ";".join(f"{name}: {value}" for name, value in THEMES[theme].items()) + "}"
    style += str(widget._css)
    html = PAGE.replace("STYLE", style).replace("VIEWS", str(views))
    served = {
        "/": (html, "text/html"),
        "/state.json": (json.dumps(encode(state_of(widget))), "application/json"),
        "/widget.js": (str(widget._esm), "text/javascript"),
    }

    def answer(route: Any) -> None:
        url = route.request.url
        if url.startswith(("data:", "blob:")):
            route.continue_()
        elif url.startswith(ORIGIN) and (found := served.get(url.removeprefix(ORIGIN))):
            route.fulfill(body=found[0], content_type=found[1] + "; charset=utf-8")
        else:
            page.offences.append(f"request to {url}")
            route.abort()

    page.route("**/*", answer)
    page.on("pageerror", lambda error: page.offences.append(f"page error: {error}"))
    page.on("console", lambda said: page.offences.append(f"console: {said.text}") if said.type == "error" else None)
    page.expose_function("__save", receive(widget))
    page.goto(ORIGIN + "/")
    try:
        page.wait_for_function("window.ready === true", timeout=10_000)
    except Exception as error:
        raise AssertionError(f"the page did not come up: {page.offences}") from error
    return page


def artifacts() -> Path:
    """Where screenshots go: git ignores it."""
    folder = Path(__file__).resolve().parents[2] / "test-artifacts"
    folder.mkdir(exist_ok=True)
    return folder
