"""How long from an input to new pixels on the page of an explorer: what the explorers' benchmarks share.

Aims: median 16 ms, 95th percentile 33 ms over 30 moves of each kind, a frame or two; with `--slower 4`, a processor
slowed four times as a phone's is, 50 and 80. Time runs from the input to the second animation frame after it, when the
browser has handed the new picture on: what needs no time at all takes 17 to 33 ms where a frame takes 17.
"""

import argparse
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

# The clock starts when the event reaches the page and stops one whole frame after the drawing was asked for.
WATCH = """({ type, canvas }) => {
  window.times = [];
  document.addEventListener(type, () => {
    const start = performance.now();
    requestAnimationFrame(() => requestAnimationFrame(() => {
      const seen = [...document.querySelectorAll(canvas)].filter((one) => one.offsetParent);
      if (!seen.length) throw new Error(`no canvas ${canvas} is in sight`);
      for (const one of seen) one.getContext('2d').getImageData(0, 0, 1, 1);
      window.times.push(performance.now() - start);
    }));
  }, { capture: true });
}"""


def watch(page: Any, event: str, canvas: str) -> None:
    """Start the clock: from each event of that type until the canvases of that selector have new pixels."""
    page.evaluate(WATCH, {"type": event, "canvas": canvas})


def timed(page: Any, move: Callable[[int], None], count: int) -> list[float]:
    """Milliseconds that each of `count` moves took, on a page that is watched."""
    for i in range(count):
        move(i)
        page.wait_for_timeout(40)
    return page.evaluate("window.times")[:count]


def hover(page: Any, box: dict[str, float], i: int) -> None:
    """Take the mouse to the next of 16 places on the diagonal of a map, from the lower left to the upper right."""
    spot = (i * 7 % 16 + 0.5) / 17
    page.mouse.move(box["x"] + spot * box["width"], box["y"] + (1 - spot) * box["height"])


def opened(cases: Iterable[tuple[str, str, Any]], height: int = 900) -> Iterator[tuple[str, str, Any]]:
    """(name, way, explorer) -> (name, way, page): each on a page of its own, closed when the next one is asked for."""
    from playwright.sync_api import sync_playwright

    from tests.browser.harness import FLAGS, find_chromium, open_page

    options = argparse.ArgumentParser()
    options.add_argument("--slower", type=float, default=1, help="slow the page's processor down so many times")
    rate = options.parse_args().slower
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        for name, way, explorer in cases:
            context = browser.new_context(viewport={"width": 940, "height": height})
            page = open_page(context, explorer)
            context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": rate})
            yield name, way, page
            context.close()
        browser.close()


def line(label: str, times: Sequence[float]) -> str:
    """A row of the table: how many moves, their median and their 95th percentile."""
    median, late = np.median(times), np.percentile(times, 95)
    return f"{label}{len(times):>4} moves   median {median:5.1f} ms   p95 {late:5.1f} ms"
