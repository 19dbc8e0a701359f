"""The marks of a class as bars, and the same as a table for those who do not see the picture."""

from course_lib.grading.reports.class_facts import BINS, ClassFacts
from course_lib.grading.reports.html_page import table

WIDE, HIGH, LEFT, BASE, TOP = 640, 230, 16, 190, 24


def histogram(facts: ClassFacts) -> str:
    """One bar for each tenth of the points."""
    most, step = max((*facts.bins, 1)), (WIDE - 2 * LEFT) / BINS
    bars = []
    for i, count in enumerate(facts.bins):
        height, left = (BASE - TOP) * count / most, LEFT + i * step
        middle = left + step / 2
        bars.append(f'<rect x="{left + 3:.1f}" y="{BASE - height:.1f}" width="{step - 6:.1f}" height="{height:.1f}"/>')
        if count:
            bars.append(f'<text x="{middle:.1f}" y="{BASE - height - 6:.1f}" text-anchor="middle">{count}</text>')
    ticks = [
        f'<text x="{LEFT + i * step:.1f}" y="{BASE + 18}" text-anchor="middle">{100 * i // BINS}</text>'
        for i in range(BINS + 1)
    ]
    title = (
        f'<text x="{WIDE / 2}" y="{HIGH - 4}" text-anchor="middle">share of the points, % (height: submissions)</text>'
    )
    axis = f'<line x1="{LEFT}" y1="{BASE}" x2="{WIDE - LEFT}" y2="{BASE}"/>'
    rows = [[f"{100 * i // BINS} to {100 * (i + 1) // BINS}%", f"{count}"] for i, count in enumerate(facts.bins)]
    return (
        f'<figure><svg viewBox="0 0 {WIDE} {HIGH}" role="img" aria-label="{describe(facts)}">'
        f"{''.join(bars)}{axis}{''.join(ticks)}{title}</svg>"
        f"<details><summary>The same as a table</summary>"
        f"{table('Submissions by share of the points', ('Share of the points', 'Submissions'), rows, numeric=[1])}"
        "</details></figure>"
    )


def describe(facts: ClassFacts) -> str:
    """The picture in a sentence."""
    top = max(range(BINS), key=lambda i: facts.bins[i])
    said = [
        f"{count} with {100 * i // BINS} to {100 * (i + 1) // BINS}%" for i, count in enumerate(facts.bins) if count
    ]
    return (
        f"Bars: {len(facts.points)} submissions by their share of the points, in tenths: {', '.join(said)}. "
        f"The highest bar stands at {100 * top // BINS} to {100 * (top + 1) // BINS}%."
    )
