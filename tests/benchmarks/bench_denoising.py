"""How long from a key or a click to new pixels, and how many bytes? python -m tests.benchmarks.bench_denoising

Bars: median 40 ms, 95th percentile 60 ms over 30 moves each, with 64 pictures, 51 stops and two ways on show. Time runs
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
      for (const canvas of document.querySelectorAll('.dn-sheet canvas'))
        if (canvas.offsetParent) canvas.getContext('2d').getImageData(0, 0, 1, 1);
      window.times.push(performance.now() - start);
    }));
  }, { capture: true });
}"""
WAYS = ("time", "sample", "noise in")
UNPACKED = """async () => {
  const start = performance.now();
  while (!document.querySelector('.denoising[aria-busy=false]')) await new Promise(requestAnimationFrame);
  return performance.now() - start;
}"""


def moves(page: Any, way: str, count: int = 30) -> list[float]:
    """Milliseconds of `count` moves by keys: "time", "sample", or time while putting "noise in"."""
    page.evaluate("(forward) => model.set('forward', forward)", way == "noise in")
    page.evaluate(WATCH, "keydown")
    page.wait_for_timeout(100)
    page.focus("[type=range]")
    if way == "sample":
        page.focus("[data-is=taking] [tabindex='0']")
    for i in range(count):
        page.keyboard.press("ArrowRight" if i % 12 < 8 else "ArrowLeft")
        page.wait_for_timeout(40)
    return page.evaluate("window.times")[:count]


def main() -> None:
    """Print median and 95th percentile for each way, and what was sent, for pictures and for points."""
    from playwright.sync_api import sync_playwright

    from course_lib.widgets.denoising import DenoisingExplorer
    from course_lib.widgets.messages_pack import sent_bytes
    from tests.browser.harness import FLAGS, find_chromium, open_page, state_of
    from tests.browser.samples_denoising import film, points

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        for name, sample in {"pictures": film, "points": points}.items():
            explorer = DenoisingExplorer.of(sample())
            code = len(str(explorer._esm).encode()) + len(str(explorer._css).encode())
            bundle = explorer.data["bundles"][0]
            shown = f"{bundle['count']} x {[len(way['stops']) for way in bundle['ways']]} stops"
            sent = sent_bytes(state_of(explorer)) + code
            print(f"{name}: {shown}, {sent / 1e6:.2f} MB sent, clean to {bundle['fineness'][1]:.3f}, "
                  f"noisy to {bundle['fineness'][0] / 2:.3f} standard deviations")  # fmt: skip
            for way in WAYS:
                context = browser.new_context(viewport={"width": 940, "height": 900})
                page = open_page(context, explorer)
                waited = page.evaluate(UNPACKED)
                times = moves(page, way)
                median, late = np.median(times), np.percentile(times, 95)
                print(f"  {way:<9}{len(times):>4} moves   median {median:5.1f} ms   p95 {late:5.1f} ms   "
                      f"(unpacked {waited:.0f} ms after the page was ready)")  # fmt: skip
                context.close()
        browser.close()


if __name__ == "__main__":
    main()
