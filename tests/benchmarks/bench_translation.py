"""How long from a key or a hover to new pixels? python -m tests.benchmarks.bench_translation

Bars: median 40 ms, 95th percentile 60 ms over 30 moves of each kind. Time runs from the input to the second animation
frame after it, when the browser has handed the new picture on.
"""

from typing import Any

import numpy as np

from tests.benchmarks.bench_explorer import WATCH

TARGETS = {"step": "[type=range]", "head": ".te-heads [tabindex='0']", "node": ".te-field [tabindex='0']"}
FORTH_AND_BACK = {
    "step": ("ArrowRight", "ArrowLeft"),
    "head": ("ArrowRight", "ArrowLeft"),
    "node": ("ArrowDown", "ArrowUp"),
}


def moves(page: Any, way: str, count: int = 30) -> list[float]:
    """Milliseconds of `count` moves by "step" (the slider), "head", "node" (the tree), or "hover" over the map."""
    watch = WATCH.replace(".ae-map", ".te-map")
    page.evaluate(watch, "pointermove" if way == "hover" else "keydown")
    if way in TARGETS:
        page.focus(TARGETS[way])
    box = page.locator(".te-map canvas").bounding_box()
    for i in range(count):
        if way == "hover":
            spot = (i * 7 % 16 + 0.5) / 17
            page.mouse.move(box["x"] + spot * box["width"], box["y"] + (1 - spot) * box["height"])
        else:
            page.keyboard.press(FORTH_AND_BACK[way][(i // 3) % 2])
        page.wait_for_timeout(40)
    return page.evaluate("window.times")[:count]


def main() -> None:
    """Print median and 95th percentile for each way, for a list of words and for the largest payload."""
    from playwright.sync_api import sync_playwright

    from course_lib.widgets.translation import TranslationExplorer
    from tests.browser.harness import FLAGS, find_chromium, open_page
    from tests.browser.samples_translation import large, words

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        for name, sample in (("4 words", words), ("3 x 4 x 38 x 58", large)):
            for way in ("step", "head", "node", "hover"):
                widget = TranslationExplorer.of(sample())
                page = open_page(browser.new_context(viewport={"width": 940, "height": 900}), widget)
                times = moves(page, way)
                median, late = np.median(times), np.percentile(times, 95)
                print(f"{name:<18}{way:<8}{len(times):>4} moves   median {median:5.1f} ms   p95 {late:5.1f} ms")
                page.context.close()
        browser.close()


if __name__ == "__main__":
    main()
