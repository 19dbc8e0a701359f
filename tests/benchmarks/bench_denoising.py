"""How long from a key or a click to new pixels, and how many bytes? python -m tests.benchmarks.bench_denoising

Aims: median 16 ms, 95th percentile 33 ms over 30 moves each, with 64 pictures, 51 stops and two ways on show; how it
is timed is written in browser_watch.
"""

from collections.abc import Iterator
from typing import Any

from tests.benchmarks.browser_watch import line, opened, timed, watch

WAYS = ("time", "sample", "noise in")
UNPACKED = """async () => {
  const start = performance.now();
  while (!document.querySelector('.denoising[aria-busy=false]')) await new Promise(requestAnimationFrame);
  return performance.now() - start;
}"""


def moves(page: Any, way: str, count: int = 30) -> list[float]:
    """Milliseconds of `count` moves by keys: "time", "sample", or time while putting "noise in"."""
    page.evaluate("(forward) => model.set('forward', forward)", way == "noise in")
    watch(page, "keydown", ".dn-sheet canvas")
    page.wait_for_timeout(100)
    page.focus("[type=range]")
    if way == "sample":
        page.focus("[data-is=taking] [tabindex='0']")
    return timed(page, lambda i: page.keyboard.press("ArrowRight" if i % 12 < 8 else "ArrowLeft"), count)


def cases() -> Iterator[tuple[str, str, Any]]:
    """Pictures, then points, once for each way; what is sent is printed before them."""
    from course_lib.widgets.denoising import DenoisingExplorer
    from tests.browser.harness import weight
    from tests.browser.samples_denoising import film, points

    for name, sample in {"pictures": film, "points": points}.items():
        explorer = DenoisingExplorer.of(sample())
        bundle = explorer.data["bundles"][0]
        shown = f"{bundle['count']} x {[len(way['stops']) for way in bundle['ways']]} stops"
        print(f"{name}: {shown}, {weight(explorer) / 1e6:.2f} MB sent, clean to {bundle['fineness'][1]:.3f}, "
              f"noisy to {bundle['fineness'][0] / 2:.3f} standard deviations")  # fmt: skip
        for way in WAYS:
            yield name, way, explorer


def main() -> None:
    """Print median and 95th percentile for each way, and what was sent, for pictures and for points."""
    for _, way, page in opened(cases()):
        waited = page.evaluate(UNPACKED)
        print(f"{line(f'  {way:<9}', moves(page, way))}   (unpacked {waited:.0f} ms after the page was ready)")


if __name__ == "__main__":
    main()
