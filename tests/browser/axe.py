"""axe-core over a page: what it finds that shuts people out."""

from importlib import resources
from typing import Any

RUN = """async (where) => (await axe.run(where, { resultTypes: ["violations"], preload: false })).violations
  .filter(({ impact }) => impact === "serious" || impact === "critical")
  .map(({ id, help, nodes }) => [id, help, ...nodes.slice(0, 3).map((node) => node.html.slice(0, 120))].join(": "))"""


def violations(page: Any, within: str = "html") -> list[str]:
    """Serious and critical violations inside an element, a sentence each; [] is what a test wants."""
    if not page.evaluate("typeof axe === 'object'"):
        page.add_script_tag(content=(resources.files("axe_playwright_python") / "axe.min.js").read_text("utf-8"))
    found: list[str] = page.evaluate(RUN, within)
    return found
