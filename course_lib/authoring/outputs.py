"""Rules about the outputs a source notebook keeps: in order, clean, small, and readable without eyes."""

import hashlib
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser

from nbformat import NotebookNode

from course_lib.authoring.places import Place

BYTES, ALT = 480_000, 20
WIDGET = "application/vnd.jupyter.widget-view+json"
PICTURES = ("image/png", "image/jpeg", "image/svg+xml")
HOME = re.compile(r"(?<![\w.:/<-])/(?:home|Users|root|tmp|var|opt|usr|work|mnt|private|data)/[\w.-]|\b[A-Z]:\\\w")


def is_small(place: Place, source: NotebookNode) -> Iterator[str]:
    """A code host shows a notebook only while it is small."""
    size = place.path.stat().st_size if place.path.exists() else 0
    if size > BYTES:
        yield f"the file has {size // 1000} kB, more than {BYTES // 1000}; show smaller or fewer pictures"


def ran_in_order(place: Place, source: NotebookNode) -> Iterator[str]:
    """Run from top to bottom in one go: the cells are numbered 1, 2, 3."""
    cells = [cell for cell in source.cells if cell.cell_type == "code" and cell.source.strip()]
    for number, cell in enumerate(cells, start=1):
        if cell.execution_count != number:
            yield (
                f"cell {cell.get('id')} was run as number {cell.execution_count}, not {number}: "
                "run everything once, `course build --run`"
            )
            return


def is_clean(place: Place, source: NotebookNode) -> Iterator[str]:
    """No errors, no stderr, no paths of somebody's machine, no state of widgets."""
    if "widgets" in source.metadata:
        yield "the notebook keeps widget state in its metadata"
    for id, output in outputs(source):
        if output.output_type == "error":
            yield f"cell {id} ends in an error: {output.ename}: {output.evalue}"
        elif output.output_type == "stream" and output.name == "stderr":
            yield f"cell {id} writes to stderr: {output.text.strip()[:60]!r}"
        if WIDGET in output.get("data", {}):
            yield f"cell {id} keeps a widget view that no reader can open"
        if found := HOME.search(words(output)):
            yield f"cell {id} shows a path of one machine: {words(output)[found.start() : found.start() + 40]!r}"


def pictures_speak(place: Place, source: NotebookNode) -> Iterator[str]:
    """Every picture comes with `<img alt="...">` of 20 characters or more, for those who cannot see it."""
    for id, output in outputs(source):
        data = output.get("data", {})
        html = data.get("text/html", "")
        spoken = alts(html)
        if any(kind in data for kind in PICTURES) and not spoken and "<img" not in html:
            yield f'cell {id} shows a picture without words; show(fig, alt="...") adds them'
        for alt in spoken:
            if len(alt.strip()) < ALT:
                yield f"cell {id} shows a picture with alt text {alt!r}; say in {ALT} characters or more what it shows"


def belong_to_the_code(place: Place, source: NotebookNode) -> Iterator[str]:
    """The outputs were made by the code as it stands."""
    if source.metadata.get("course", {}).get("code_hash") != code_hash(source):
        yield "the outputs are of older code, or made by hand: run `course build --run`"


def code_hash(made: NotebookNode) -> str:
    """A fingerprint of the code alone, cell by cell."""
    code = [cell.source for cell in made.cells if cell.cell_type == "code"]
    return hashlib.sha256("\0".join(code).encode()).hexdigest()[:16]


def outputs(source: NotebookNode) -> Iterator[tuple[str, NotebookNode]]:
    """Each output with the id of its cell."""
    for cell in source.cells:
        for output in cell.get("outputs", []):
            yield cell.get("id", "?"), output


def words(output: NotebookNode) -> str:
    """All text of an output: what it prints, what a value looks like, HTML without embedded pictures."""
    if output.output_type == "stream":
        return str(output.text)
    if output.output_type == "error":
        return "\n".join([output.ename, output.evalue, *output.traceback])
    texts = [str(text) for kind, text in output.get("data", {}).items() if kind.startswith("text/")]
    return "\n".join(re.sub(r"data:[\w/+.-]+;base64,[A-Za-z0-9+/=\s]+", "data:", text) for text in texts)


def alts(html: str) -> list[str]:
    """The alt text of every img of a piece of HTML, '' where there is none, and the label of every svg that has one."""
    found: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            told = dict(attrs)
            if tag == "img" or ("aria-label" in told and tag == "svg"):
                found.append(told.get("alt" if tag == "img" else "aria-label") or "")

    Reader().feed(html)
    return found


OUTPUT_RULES: tuple[Callable[[Place, NotebookNode], Iterator[str]], ...] = (
    is_small, belong_to_the_code, ran_in_order, is_clean, pictures_speak,
)  # fmt: skip
