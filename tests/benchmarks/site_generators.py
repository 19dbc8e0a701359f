"""Our pages beside those of well-kept generators, on a real lecture: python -m tests.benchmarks.site_generators [WEEK]

For each: seconds to write the page of an executed notebook, its size with all that it needs, how many requests leave
the machine when it is opened from a file, whether its formulas and its explorers are there then. nbconvert comes with
JupyterLab. Sphinx with myst-nb is tried where myst-nb is installed, in an environment of your own: pip install myst-nb.
mystmd (Jupyter Book 2) is not tried here: it fetches its theme when it builds, and stops without a network.
"""

import argparse
import importlib.util
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat

from course_lib.authoring.places import Place, checkout, choose
from course_lib.site.build import site
from course_lib.site.executed import executed
from course_lib.site.files import Folder
from course_lib.site.lessons import lesson
from tests.browser.harness import FLAGS, find_chromium
from tests.browser.pages import HERE

DRAWN = """() => ({
  formulas: document.querySelectorAll("math, mjx-container, .MathJax_SVG, .katex").length,
  explorers: [...document.querySelectorAll(".course-explorer")].filter((one) => one.offsetParent).length,
})"""


def ours(place: Place, made: Any, folder: Path) -> Path:
    """`course site`, one lesson."""
    out = Folder(folder)
    for name, content in site([lesson(place, made)]).items():
        out.put(name, content)
    out.write()
    return folder / place.name.replace(".ipynb", ".html")


def nbconvert(place: Place, made: Any, folder: Path) -> Path:
    """nbconvert's own page, in its JupyterLab template."""
    from nbconvert import HTMLExporter

    folder.mkdir()
    (folder / "page.html").write_text(HTMLExporter(template_name="lab").from_notebook_node(made)[0], encoding="utf-8")
    return folder / "page.html"


def sphinx(place: Place, made: Any, folder: Path) -> Path:
    """Sphinx with myst-nb, as both come."""
    source = folder / "source"
    source.mkdir(parents=True)
    nbformat.write(made, source / "index.ipynb")
    (source / "conf.py").write_text('extensions = ["myst_nb"]\nnb_execution_mode = "off"\n', encoding="utf-8")
    command = [sys.executable, "-m", "sphinx", "-q", "-b", "html", str(source), str(folder / "out")]
    subprocess.run(command, check=True, capture_output=True)
    return folder / "out" / "index.html"


def look(browser: Any, page_file: Path) -> tuple[int, dict[str, int]]:
    """Open a page from its file, without a network -> requests that left, formulas and explorers that are drawn"""
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(page_file.resolve().as_uri(), wait_until="domcontentloaded")
    for _ in range(60):
        page.mouse.wheel(0, 2000)
        page.wait_for_timeout(60)
    page.wait_for_timeout(1500)
    drawn = page.evaluate(DRAWN)
    context.close()
    return sum(not url.startswith(HERE) for url in asked), drawn


def main() -> None:
    """Compare and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("week", nargs="?", default="w07")
    chosen = parser.parse_args()
    from playwright.sync_api import sync_playwright

    top = checkout()
    place = next(each for each in choose(top / "solutions", [chosen.week]) if each.kind == "lecture")
    made = executed(place, top / "build" / "executed", print)
    ways: list[Callable[..., Path]] = [ours, nbconvert]
    if importlib.util.find_spec("myst_nb"):
        ways.append(sphinx)
    with sync_playwright() as play, tempfile.TemporaryDirectory() as folder:
        browser = play.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        for way in ways:
            began = time.perf_counter()
            page = way(place, made, Path(folder) / way.__name__)
            seconds = time.perf_counter() - began
            size = sum(each.stat().st_size for each in page.parent.rglob("*") if each.is_file()) / 1e6
            left, drawn = look(browser, page)
            print(
                f"{way.__name__:<10} {seconds:5.1f} s {size:6.2f} MB   {left} requests leave   "
                f"{drawn['formulas']} formulas and {drawn['explorers']} explorers drawn"
            )
        browser.close()


if __name__ == "__main__":
    main()
