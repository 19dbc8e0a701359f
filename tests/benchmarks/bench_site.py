"""What the site costs: python -m tests.benchmarks.bench_site [SITE]

Without a folder: how long `course site` takes once its notebooks were run (they are run first where they must be).
Then, in Chromium from a file: how long until a page can be used with a processor four times slower, how many bytes it
loads at once and after every explorer came alive, how long the slowest of them took from coming into sight to its first
sentence, what it asks from outside, and how long an explorer takes from a key to new pixels. Bars: 60 s; 1.5 s; 3.5 MB
(bytes of explorers go as base64: a third more on a disk, none more from a server that compresses); nothing; 40 ms in
the median.
"""

import argparse
import os
import tempfile
import time
from pathlib import Path
from typing import Any

from course_lib.site.build import build_site
from tests.benchmarks.browser_watch import WATCH, line
from tests.browser.harness import FLAGS, find_chromium
from tests.browser.pages import HERE

SLOWER, KEYS, LONGEST = 4, 30, 60
READY = """() => {
  const told = performance.getEntriesByType("navigation")[0];
  return { interactive: told.domInteractive, loaded: told.domContentLoadedEventEnd };
}"""
ALIVE = """(n) => {
  const place = document.querySelectorAll(".explorer")[n];
  return place.matches(".is-live") && place.querySelector("[role=status]")?.innerText.trim();
}"""
FOCUS = "[tabindex='0'], input[type=range]"


def built() -> Path:
    """Make the site twice: the first time runs what must be run."""
    build_site()
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        _, changed = build_site(Path(folder) / "site")
        print(f"the whole site from executed notebooks: {time.perf_counter() - began:.1f} s, {len(changed)} files")
    return build_site()[0]


def visit(browser: Any, root: Path, name: str) -> None:
    """One page: time, bytes, explorers."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto((root / name).resolve().as_uri())
    page.wait_for_timeout(1500)
    ready, first = page.evaluate(READY), weight(asked)
    waits = [alive(page, number) for number in range(page.locator(".explorer").count())]
    live, outside = page.locator(".is-live").count(), [url for url in asked if not url.startswith(HERE)]
    print(
        f"{name:<32} {ready['loaded']:6.0f} ms   {first / 1e6:5.2f} MB at once, {weight(asked) / 1e6:5.2f} with all; "
        f"{live} explorers, alive after {max(waits, default=0):.1f} s at most; {len(outside)} requests leave"
    )
    context.close()
    if live:
        keys(browser, root, name)


def alive(page: Any, number: int) -> float:
    """Scroll to an explorer. -> seconds until it says something; next to nothing where it was near and began earlier"""
    began, place = time.perf_counter(), page.locator(".explorer").nth(number)
    while time.perf_counter() - began < LONGEST:
        place.scroll_into_view_if_needed()  # again: parts above get their height when they come near
        if page.evaluate(ALIVE, number):
            return time.perf_counter() - began
        page.wait_for_timeout(50)
    raise AssertionError(f"explorer {number} of {page.url} says nothing after {LONGEST} s")


def keys(browser: Any, root: Path, name: str) -> None:
    """Key presses on every explorer of a page, at full speed."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto((root / name).resolve().as_uri())
    for number, place in enumerate(page.locator(".explorer").all()):
        alive(page, number)
        page.wait_for_timeout(300)
        if place.locator("canvas").count() == 0 or place.locator(FOCUS).count() == 0:
            continue
        place.locator(FOCUS).first.focus()
        page.evaluate(WATCH, {"type": "keydown", "canvas": ".explorer.is-live canvas"})
        for press in range(KEYS):
            page.keyboard.press("ArrowRight" if press % 2 == 0 else "ArrowLeft")
            page.wait_for_timeout(40)
        times = page.evaluate("window.times")
        print(line(f"    {place.get_attribute('data-kind'):<18}", times))
        page.reload()
        page.wait_for_timeout(500)
    context.close()


def weight(asked: list[str]) -> int:
    """Bytes of the files that were loaded."""
    files = {Path(url.removeprefix("file://").split("#")[0]) for url in asked if url.startswith("file:")}
    return sum(file.stat().st_size for file in files if file.is_file())


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("site", nargs="?", help="a site that was made before")
    chosen = parser.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    root = Path(chosen.site) if chosen.site else built()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        for page in sorted(root.rglob("*.html")):
            visit(browser, root, page.relative_to(root).as_posix())
        browser.close()


if __name__ == "__main__":
    main()
