"""How long from a key or a click to new pixels? python -m tests.benchmarks.bench_skips

Aims: median 16 ms, 95th percentile 33 ms over 30 moves each of skips, levels, pixels and whole combinations; how it is
timed is written in browser_watch.
"""

from typing import Any

from tests.benchmarks.browser_watch import line, opened, timed, watch

WAYS = ("skip", "level", "pixel", "point", "combination")
FOCUS = {"skip": ".sk-switch [tabindex='0']", "level": ".sk-tile[tabindex='0']"}


def moves(page: Any, way: str, count: int = 30) -> list[float]:
    """Milliseconds of `count` moves: a skip, a level or a pixel by keys, a pixel or a combination by mouse."""
    page.wait_for_selector("[role=status]:not(:empty)")
    watch(page, {"point": "pointermove", "combination": "click"}.get(way, "keydown"), "[data-is=mask]")
    page.focus(FOCUS.get(way, "[data-is=mask]"))
    box = page.locator("[data-is=image]").bounding_box()

    def move(i: int) -> None:
        if way == "point":
            page.mouse.move(box["x"] + (i * 37 % 97) / 97 * box["width"], box["y"] + box["height"] * (i % 11) / 11)
        elif way == "combination":
            page.evaluate(f"document.querySelectorAll('.sk-combinations button')[{i * 3 % 8}].click()")
        else:
            page.keyboard.press(["ArrowRight", "ArrowRight", "ArrowLeft", "ArrowLeft"][(i + (way == "skip")) % 4])

    return timed(page, move, count)


def main() -> None:
    """Print median and 95th percentile for each way, for every sample."""
    from course_lib.widgets.skip_connections import SkipExplorer
    from tests.browser.samples_skips import KINDS

    cases = ((name, way, SkipExplorer.of(sample())) for name, sample in KINDS.items() for way in WAYS)
    for name, way, page in opened(cases, height=1000):
        print(line(f"{name:<8}{way:<13}", moves(page, way)))


if __name__ == "__main__":
    main()
