"""Pairs of submissions that look alike, side by side, for a person to look at."""

from collections.abc import Sequence

from course_lib.grading.reports.html_page import clean, text
from course_lib.grading.similarity.pairs import Excerpt, Pair

MOST_LINES = 40
WIDEST = 140
NOTE = (
    "This is a list to look at, not a verdict. These pairs agree in statements that few others wrote, more often than "
    "chance explains; that may come from working side by side, from one book or one page on the web, or from copying. "
    "Read both answers, and talk with both students, before you think anything of it. Names, spaces, comments and the "
    "order of lines do not count; nor does what was handed out or stands in the reference."
)


def pairs_part(pairs: Sequence[Pair], compared: int) -> str:
    """The list with its excerpts. compared: how many submissions were looked at."""
    if not pairs:
        return (
            f"<p>No pair among {compared} submissions agrees more than chance explains. A rewritten answer, and one "
            "that most of the class shares, cannot be seen this way.</p>"
        )
    return f"<p>{NOTE}</p>\n" + "\n".join(_pair(each) for each in pairs)


def _pair(pair: Pair) -> str:
    one, other = text(pair.one, 80), text(pair.other, 80)
    said = (
        f"{pair.share:.0%} of the statements of the shorter one stand in the other, too; "
        f"{pair.bits:.0f} bits speak for a common source."
    )
    shown = "\n".join(
        f'<div class="pair"><div><h4>{one}</h4>{_excerpt(left)}</div><div><h4>{other}</h4>{_excerpt(right)}</div></div>'
        for left, right in pair.excerpts
    )
    details = (
        f"<details><summary>Side by side: {one} and {other}</summary><p>» marks the lines with something shared.</p>"
        f"{shown}</details>"
    )
    return f'<article class="open"><h3>{one} and {other}</h3><p>{said}</p>{details if shown else ""}</article>'


def _excerpt(excerpt: Excerpt) -> str:
    """A cell with a mark before each shared line; long cells start near the first of them."""
    lines = excerpt.source.splitlines()
    start = max(0, min(excerpt.lines, default=1) - 4) if len(lines) > MOST_LINES else 0
    shown = [
        f"{'»' if number in excerpt.lines else ' '} {clean(line, WIDEST)}"
        for number, line in enumerate(lines[start : start + MOST_LINES], start + 1)
    ]
    rest = len(lines) - start - len(shown)
    shown += [f"  … {rest} more lines"] if rest > 0 else []
    return f"<pre><code>{text(chr(10).join(shown), 12 * MOST_LINES * WIDEST)}</code></pre>"
