"""How long from a key or a click to new pixels? python -m tests.benchmarks.bench_messages

Bars: median 40 ms, 95th percentile 60 ms over 30 moves each of round, node and head. Time runs from the input to the
second animation frame after it, when the browser has handed the new picture on.
"""

from typing import Any

import numpy as np

# The clock starts when the event reaches the page and stops one whole frame after the drawing was asked for.
WATCH = """(type) => {
  window.times = [];
  document.addEventListener(type, () => {
    const start = performance.now();
    requestAnimationFrame(() => requestAnimationFrame(() => {
      document.querySelector('.mp-map canvas').getContext('2d').getImageData(0, 0, 1, 1);
      window.times.push(performance.now() - start);
    }));
  }, { capture: true });
}"""
WAYS = ("round", "node", "click", "head")


def moves(page: Any, way: str, count: int = 30) -> list[float]:
    """Milliseconds of `count` moves by "round" (keys), "node" (arrow keys), "click" (on nodes) or "head" (keys)."""
    page.evaluate(WATCH, "click" if way == "click" else "keydown")
    page.focus(".mp-nodes [tabindex='0']")
    size = page.locator(".mp-nodes button").count()
    for i in range(count):
        if way == "click":
            page.evaluate(f"document.querySelectorAll('.mp-nodes button')[{i * 7 % size}].click()")
        elif way == "node":
            page.keyboard.press(["ArrowRight", "ArrowDown", "ArrowRight", "ArrowUp", "ArrowLeft"][i % 5])
        else:
            up, down = ("PageDown", "PageUp") if way == "round" else ("]", "[")
            page.keyboard.press(up if i % 4 < 2 else down)
        page.wait_for_timeout(40)
    return page.evaluate("window.times")[:count]


def main() -> None:
    """Print median and 95th percentile for each way, for every sample."""
    from playwright.sync_api import sync_playwright

    from course_lib.widgets.message_passing import MessagePassingExplorer
    from tests.browser.harness import FLAGS, find_chromium, open_page
    from tests.browser.samples_messages import KINDS

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        for name, sample in KINDS.items():
            for way in WAYS if sample().weights is not None else WAYS[:3]:
                context = browser.new_context(viewport={"width": 940, "height": 900})
                explorer = MessagePassingExplorer.of(sample())
                explorer.round = 1
                times = moves(open_page(context, explorer), way)
                median, late = np.median(times), np.percentile(times, 95)
                print(f"{name:<12}{way:<8}{len(times):>4} moves   median {median:5.1f} ms   p95 {late:5.1f} ms")
                context.close()
        browser.close()


if __name__ == "__main__":
    main()
