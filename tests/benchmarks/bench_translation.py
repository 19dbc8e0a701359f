"""How long from a key or a hover to new pixels? python -m tests.benchmarks.bench_translation

Aims: median 16 ms, 95th percentile 33 ms over 30 moves of each kind; how it is timed is written in browser_watch.
"""

from typing import Any

from tests.benchmarks.browser_watch import hover, line, opened, timed, watch

MAP = ".te-map canvas"
TARGETS = {"step": "[type=range]", "head": ".te-heads [tabindex='0']", "node": ".te-field [tabindex='0']"}
FORTH_AND_BACK = {
    "step": ("ArrowRight", "ArrowLeft"),
    "head": ("ArrowRight", "ArrowLeft"),
    "node": ("ArrowDown", "ArrowUp"),
}


def moves(page: Any, way: str, count: int = 30) -> list[float]:
    """Milliseconds of `count` moves by "step" (the slider), "head", "node" (the tree), or "hover" over the map."""
    watch(page, "pointermove" if way == "hover" else "keydown", MAP)
    if way in TARGETS:
        page.focus(TARGETS[way])
    box = page.locator(MAP).bounding_box()

    def move(i: int) -> None:
        if way == "hover":
            hover(page, box, i)
        else:
            page.keyboard.press(FORTH_AND_BACK[way][(i // 3) % 2])

    return timed(page, move, count)


def main() -> None:
    """Print median and 95th percentile for each way, for a list of words and for the largest payload."""
    from course_lib.widgets.translation import TranslationExplorer
    from tests.browser.samples_translation import large, words

    samples, ways = {"4 words": words, "3 x 4 x 38 x 58": large}, ("step", "head", "node", "hover")
    cases = ((name, way, TranslationExplorer.of(sample())) for name, sample in samples.items() for way in ways)
    for name, way, page in opened(cases):
        print(line(f"{name:<18}{way:<8}", moves(page, way)))


if __name__ == "__main__":
    main()
