"""How long from a key or a click to new pixels? python -m tests.benchmarks.bench_skips

Bars: median 40 ms, 95th percentile 60 ms over 30 moves each of skips, levels, pixels and whole combinations. Time runs
from the input to the second animation frame after it, when the browser has handed the new picture on.
"""

from typing import Any

import numpy as np

# The clock starts when the event reaches the page and stops one whole frame after the drawing was asked for.
WATCH = """(type) => {
  window.times = [];
  document.addEventListener(type, () => {
    const start = performance.now();
    requestAnimationFrame(() => requestAnimationFrame(() => {
      document.querySelector('[data-is=mask]').getContext('2d').getImageData(0, 0, 1, 1);
      window.times.push(performance.now() - start);
    }));
  }, { capture: true });
}"""
WAYS = ("skip", "level", "pixel", "point", "combination")
FOCUS = {"skip": ".sk-switch [tabindex='0']", "level": ".sk-tile[tabindex='0']"}


def moves(page: Any, way: str, count: int = 30) -> list[float]:
    """Milliseconds of `count` moves: a skip, a level or a pixel by keys, a pixel or a combination by mouse."""
    page.wait_for_selector("[role=status]:not(:empty)")
    page.evaluate(WATCH, {"point": "pointermove", "combination": "click"}.get(way, "keydown"))
    page.focus(FOCUS.get(way, "[data-is=mask]"))
    box = page.locator("[data-is=image]").bounding_box()
    for i in range(count):
        if way == "point":
            page.mouse.move(box["x"] + (i * 37 % 97) / 97 * box["width"], box["y"] + box["height"] * (i % 11) / 11)
        elif way == "combination":
            page.evaluate(f"document.querySelectorAll('.sk-combinations button')[{i * 3 % 8}].click()")
        else:
            page.keyboard.press(["ArrowRight", "ArrowRight", "ArrowLeft", "ArrowLeft"][(i + (way == "skip")) % 4])
        page.wait_for_timeout(40)
    return page.evaluate("window.times")[:count]


def main() -> None:
    """Print median and 95th percentile for each way, for every sample."""
    from playwright.sync_api import sync_playwright

    from course_lib.widgets.skip_connections import SkipExplorer
    from tests.browser.harness import FLAGS, find_chromium, open_page
    from tests.browser.samples_skips import KINDS

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        for name, sample in KINDS.items():
            for way in WAYS:
                context = browser.new_context(viewport={"width": 940, "height": 1000})
                times = moves(open_page(context, SkipExplorer.of(sample())), way)
                median, late = np.median(times), np.percentile(times, 95)
                print(f"{name:<8}{way:<13}{len(times):>4} moves   median {median:5.1f} ms   p95 {late:5.1f} ms")
                context.close()
        browser.close()


if __name__ == "__main__":
    main()
