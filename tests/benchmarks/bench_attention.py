"""How long from a key, a hover or the slider to new pixels? python -m tests.benchmarks.bench_attention

Aims: median 16 ms, 95th percentile 33 ms over 30 moves; how it is timed is written in browser_watch.
"""

from typing import Any

from tests.benchmarks.browser_watch import hover, line, opened, timed, watch

MAP = ".ae-map canvas"
TARGETS = {"key": MAP, "slider": "[type=range]", "head": ".ae-heads [tabindex='0']"}


def moves(page: Any, way: str, count: int = 30) -> list[float]:
    """Milliseconds of `count` moves by "key", "hover", "slider" or "head"."""
    watch(page, "pointermove" if way == "hover" else "keydown", MAP)
    if way in TARGETS:
        page.focus(TARGETS[way])
    box = page.locator(MAP).bounding_box()

    def move(i: int) -> None:
        if way == "hover":
            hover(page, box, i)
            return
        page.keyboard.press("ArrowDown" if (i // 8) % 2 == 0 and way != "slider" else "ArrowUp")
        if way == "head":
            page.keyboard.press("]" if i % 2 else "[")

    return timed(page, move, count)


def main() -> None:
    """Print median and 95th percentile for each way, for a sentence and for the largest payload."""
    from course_lib.widgets.attention import AttentionExplorer
    from tests.browser.samples import large, text

    samples, ways = {"2 x 4 x 17 x 17": text, "4 x 12 x 32 x 32": large}, ("key", "hover", "slider", "head")
    cases = ((name, way, AttentionExplorer.of(sample())) for name, sample in samples.items() for way in ways)
    for name, way, page in opened(cases):
        print(line(f"{name:<18}{way:<8}", moves(page, way)))


if __name__ == "__main__":
    main()
