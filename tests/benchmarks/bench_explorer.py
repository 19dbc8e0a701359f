"""How long from a key, a hover or the slider to new pixels? python -m tests.benchmarks.bench_explorer

Bars: median 40 ms, 95th percentile 60 ms over 30 moves. Time runs from the input to the second animation frame
after it, when the browser has handed the new picture on.
"""

from typing import Any

import numpy as np

# The clock starts when the event reaches the page and stops one whole frame after the drawing was asked for.
WATCH = """(type) => {
  window.times = [];
  document.addEventListener(type, () => {
    const start = performance.now();
    requestAnimationFrame(() => requestAnimationFrame(() => {
      document.querySelector('.ae-map canvas').getContext('2d').getImageData(0, 0, 1, 1);
      window.times.push(performance.now() - start);
    }));
  }, { capture: true });
}"""


def moves(page: Any, way: str, count: int = 30) -> list[float]:
    """Milliseconds of `count` moves by "key", "hover", "slider" or "head"."""
    target = {"key": ".ae-map canvas", "slider": "[type=range]", "head": ".ae-heads [tabindex='0']"}.get(way)
    page.evaluate(WATCH, "pointermove" if way == "hover" else "keydown")
    if target:
        page.focus(target)
    box = page.locator(".ae-map canvas").bounding_box()
    for i in range(count):
        if way == "hover":
            spot = (i * 7 % 16 + 0.5) / 17
            page.mouse.move(box["x"] + spot * box["width"], box["y"] + (1 - spot) * box["height"])
        else:
            page.keyboard.press("ArrowDown" if (i // 8) % 2 == 0 and way != "slider" else "ArrowUp")
            if way == "head":
                page.keyboard.press("]" if i % 2 else "[")
        page.wait_for_timeout(40)
    return page.evaluate("window.times")[:count]


def main() -> None:
    """Print median and 95th percentile for each way, for a sentence and for the largest payload."""
    from playwright.sync_api import sync_playwright

    from course_lib.widgets.attention import AttentionExplorer
    from tests.browser.harness import FLAGS, find_chromium, open_page
    from tests.browser.samples import large, text

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        for name, sample in (("2 x 4 x 17 x 17", text), ("4 x 12 x 32 x 32", large)):
            for way in ("key", "hover", "slider", "head"):
                page = open_page(
                    browser.new_context(viewport={"width": 940, "height": 900}), AttentionExplorer.of(sample())
                )
                times = moves(page, way)
                median, late = np.median(times), np.percentile(times, 95)
                print(f"{name:<18}{way:<8}{len(times):>4} moves   median {median:5.1f} ms   p95 {late:5.1f} ms")
                page.context.close()
        browser.close()


if __name__ == "__main__":
    main()
