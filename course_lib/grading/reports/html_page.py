"""A web page that stands alone: no script, no request, its own style, and nothing in it that was not escaped."""

import base64
import hashlib
import html
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

from course_lib.grading.reports.totals import number

STYLE = Path(__file__).with_name("pages.css")
REORDERING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def page(title: str, header: str, main: str, footer: str) -> str:
    """A whole page. title: plain text; the others: HTML that is already escaped."""
    style = STYLE.read_text(encoding="utf-8")
    known = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{known}'; base-uri 'none'; form-action 'none'"
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>{text(title)}</title>
<style>{style}</style>
</head>
<body>
<a class="skip" href="#main">To the content</a>
<header>{header}</header>
<main id="main" tabindex="-1">
{main}
</main>
<footer>{footer}</footer>
</body>
</html>
"""


def clean(value: str, most: int = 400) -> str:
    """Plain text on one line or several, without what could hide or reorder it, cut after `most` characters.

    Control characters and marks that turn the direction of writing show as their code, \\u202e for example.
    """
    shown = "".join(
        f"\\u{ord(letter):04x}"
        if letter in REORDERING or (unicodedata.category(letter) in ("Cc", "Cs", "Co") and letter not in "\n\t")
        else letter
        for letter in value[: most + 1]
    )
    return shown if len(value) <= most else shown[:most].rstrip() + " …"


def text(value: object, most: int = 400) -> str:
    """Any value as escaped text."""
    return html.escape(clean(str(value), most), quote=True)


def prose(value: str, most: int = 800) -> str:
    """Escaped text in which what stands between backticks is code."""
    pieces = text(value, most).split("`")
    if len(pieces) % 2 == 0:
        return "`".join(pieces)
    return "".join(f"<code>{piece}</code>" if i % 2 else piece for i, piece in enumerate(pieces))


def points(value: float) -> str:
    """3 points, 1 point, 0.5 points."""
    return f"{number(value)} point{'' if value == 1 else 's'}"


def bullets(items: Iterable[str]) -> str:
    """A list of pieces of HTML."""
    return f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>"


def table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]], numeric: Iterable[int] = ()) -> str:
    """A table whose first column names its rows. All cells: HTML. numeric: columns that stand to the right.

    It scrolls inside its own frame, which the keyboard can reach, when the window is too narrow.
    """
    right = set(numeric)
    side = [' class="number"' if i in right else "" for i in range(len(heads))]
    head = "".join(f'<th scope="col"{side[i]}>{each}</th>' for i, each in enumerate(heads))
    body = "".join(
        "<tr>"
        + "".join(
            f'<th scope="row"{side[0]}>{cell}</th>' if i == 0 else f"<td{side[i]}>{cell}</td>"
            for i, cell in enumerate(row)
        )
        + "</tr>"
        for row in rows
    )
    return (
        f'<div class="frame" role="group" aria-label="{text(caption)}" tabindex="0"><table><caption>{text(caption)}'
        f"</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )
