"""How long from a key or a click to new pixels? python -m tests.benchmarks.bench_messages

Aims: median 16 ms, 95th percentile 33 ms over 30 moves each of round, node and head; how it is timed is written in
browser_watch.
"""

from collections.abc import Iterator
from typing import Any

from tests.benchmarks.browser_watch import line, opened, timed, watch

WAYS = ("round", "node", "click", "head")


def moves(page: Any, way: str, count: int = 30) -> list[float]:
    """Milliseconds of `count` moves by "round" (keys), "node" (arrow keys), "click" (on nodes) or "head" (keys)."""
    watch(page, "click" if way == "click" else "keydown", ".mp-map canvas")
    page.focus(".mp-nodes [tabindex='0']")
    size = page.locator(".mp-nodes button").count()

    def move(i: int) -> None:
        if way == "click":
            page.evaluate(f"document.querySelectorAll('.mp-nodes button')[{i * 7 % size}].click()")
        elif way == "node":
            page.keyboard.press(["ArrowRight", "ArrowDown", "ArrowRight", "ArrowUp", "ArrowLeft"][i % 5])
        else:
            up, down = ("PageDown", "PageUp") if way == "round" else ("]", "[")
            page.keyboard.press(up if i % 4 < 2 else down)

    return timed(page, move, count)


def cases() -> Iterator[tuple[str, str, Any]]:
    """Every sample after its first round, once for each way it has."""
    from course_lib.widgets.message_passing import MessagePassingExplorer
    from tests.browser.samples_messages import KINDS

    for name, sample in KINDS.items():
        for way in WAYS if sample().weights is not None else WAYS[:3]:
            explorer = MessagePassingExplorer.of(sample())
            explorer.round = 1
            yield name, way, explorer


def main() -> None:
    """Print median and 95th percentile for each way, for every sample."""
    for name, way, page in opened(cases()):
        print(line(f"{name:<12}{way:<8}", moves(page, way)))


if __name__ == "__main__":
    main()
