"""Show something in the way the place allows: HTML with both themes in JupyterLab, plain text elsewhere."""

import os
import sys
from html import escape
from typing import Any

STYLE = """<style>
.course-note {border-left: 4px solid var(--course-mark); padding: .5em .9em; margin: .3em 0; max-width: 62em;
  color: var(--jp-content-font-color1, CanvasText); background: var(--jp-layout-color1, Canvas); line-height: 1.45;
  font-family: var(--jp-content-font-family, sans-serif); font-size: var(--jp-content-font-size1, 14px)}
.course-note p {margin: .25em 0}
.course-note.course-note pre {white-space: pre-wrap; word-break: normal; overflow-wrap: anywhere}
.course-note pre {margin: .2em 0; padding: .4em .6em; color: inherit;
  background: var(--jp-layout-color2, transparent); font-family: var(--jp-code-font-family, monospace);
  font-size: var(--jp-code-font-size, 13px)}
.course-note .course-pair {display: flex; flex-wrap: wrap; gap: .4em 2em}
.course-note .course-pair h4, .course-note h4 {margin: .5em 0 .1em; font-size: 1em; font-weight: 600}
.course-note mark {background: none; color: inherit; font-weight: 700;
  text-decoration: underline; text-underline-offset: 2px}
.course-note table {border-collapse: collapse; margin: .4em 0; font-size: inherit; color: inherit}
.course-note th, .course-note td {text-align: left; padding: .15em .9em .15em 0; border: none; background: none}
.course-note td.course-number, .course-note th.course-number {text-align: right}
.course-note tbody tr {border-top: 1px solid var(--jp-border-color2, GrayText)}
.course-note summary {cursor: pointer}
.course-note caption {text-align: left; font-weight: 600; color: inherit; padding: .1em 0}
</style>"""

MARKS = {"right": "#0072b2", "wrong": "#d55e00", "not attempted": "#808080", "stopped": "#d55e00", "note": "#808080"}


class Page:
    """One message with two faces; IPython asks for whichever it can show."""

    def __init__(self, html: str, text: str) -> None:
        self.html = html
        self.text = text

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/html": self.html, "text/plain": self.text}

    def __repr__(self) -> str:
        return self.text


def in_notebook() -> bool:
    """Does something that can show HTML look at us? Asks without importing IPython."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return shell is not None and getattr(shell, "kernel", None) is not None


def has_front_end() -> bool:
    """Is a person there who can press buttons? True in JupyterLab and VS Code, False for nbconvert, nbclient and nbval.

    The server of Jupyter names the notebook in JPY_SESSION_NAME, and VS Code puts its own name into the namespace;
    what runs notebooks without a person does neither.
    """
    if not in_notebook():
        return False
    shell = sys.modules["IPython"].get_ipython()
    return "JPY_SESSION_NAME" in os.environ or "__vsc_ipynb_file__" in shell.user_ns


def note(kind: str, body: str, text: str) -> Page:
    """A framed message. `kind` picks the colour of its edge; the words must say the same."""
    html = f'{STYLE}<div class="course-note" role="status" style="--course-mark: {MARKS[kind]}">{body}</div>'
    return Page(html, text)


def paragraph(text: str, strong: str = "") -> str:
    """A paragraph, with code between backticks."""
    pieces = escape(text, quote=False).split("`")
    if len(pieces) % 2:
        pieces = [f"<code>{piece}</code>" if i % 2 else piece for i, piece in enumerate(pieces)]
        said = "".join(pieces)
    else:
        said = escape(text, quote=False)
    return f"<p>{f'<strong>{escape(strong)}</strong> ' if strong else ''}{said}</p>"


def show(page: Page) -> None:
    """Put it before the learner. Plain text goes to stdout, never to stderr."""
    if in_notebook():
        from IPython.display import display

        display(page)
    else:
        print(page.text)
