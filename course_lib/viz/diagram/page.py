"""A diagram for a page: SVG in the colours of the page, a table that says the same, and a still for code hosts."""

import base64
import hashlib
import io
import math
from html import escape

from PIL import Image

from course_lib.viz.diagram.parts import HIGH, WIDE, Arrow, Box, Drawing
from course_lib.viz.diagram.still import draw_diagram

STYLE = """<style>
.course-diagram {margin: .6em 0; max-width: 80em; overflow-x: auto; color: var(--jp-content-font-color1, CanvasText)}
.course-diagram svg {display: block; width: 100%; min-width: 780px; height: auto; fill: none; stroke: currentColor;
 font: 19px var(--jp-content-font-family, sans-serif)}
.course-diagram text {fill: currentColor; stroke: none; text-anchor: middle}
.course-diagram .shape {font-size: 16px}
.course-diagram rect {stroke-width: 1.5; fill: none; pointer-events: all}
.course-diagram .has-lit :is(.part, .arrow):not(.lit) {opacity: .62}
.course-diagram .lit rect {stroke: #d55e00; stroke-width: 4}
.course-diagram .lit {font-weight: 700}
.course-diagram .arrow.lit path {stroke-width: 3}
.course-diagram .part:focus {outline: none}
.course-diagram .part:focus-visible rect {stroke-width: 4; stroke-dasharray: 7 4}
.course-diagram .told {visibility: hidden; text-anchor: start; font-weight: 400}
.course-diagram .part:is(:hover, :focus) .told {visibility: visible}
.course-diagram summary {cursor: pointer; font-size: .9em}
.course-diagram :is(th, td) {text-align: left}
</style>"""
DOTS = 54  # an inch, of the still
HEAD = 9  # length of an arrow's head


def forms(diagram: Drawing) -> dict[str, str]:
    """HTML with SVG and table, and words; a whole diagram has a PNG for code hosts, too.

    A lecture shows one with other parts lit in each section: there a host that shows no SVG has the table.
    """
    made = {"text/html": html_of(diagram), "text/plain": diagram.describe()}
    still = {} if diagram.bright else {"image/png": base64.b64encode(still_png(diagram)).decode()}
    return made | still


def still_png(diagram: Drawing) -> bytes:
    """The still as PNG of few colours."""
    drawn, small = io.BytesIO(), io.BytesIO()
    draw_diagram(diagram).savefig(drawn, format="png", dpi=DOTS, facecolor="white")
    few = Image.open(drawn).convert("RGB").quantize(16, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(small, format="png", optimize=True)
    return small.getvalue()


def html_of(diagram: Drawing) -> str:
    """The figure: style sheet, drawing, and behind a fold the table."""
    fold = f"<details><summary>The diagram as a table</summary>{table_of(diagram)}</details>"
    return f'{STYLE}<figure class="course-diagram">{svg_of(diagram)}{fold}</figure>'


def svg_of(diagram: Drawing) -> str:
    """The drawing. Each part that is lit (each part at all, where none is) takes the focus and says what it does."""
    wide, high = diagram.size
    name = "d" + hashlib.sha256(repr(diagram).encode()).hexdigest()[:8]
    arrows = "".join(_arrow(diagram, each) for each in diagram.arrows)
    parts = "".join(_part(diagram, each, high) for each in diagram.boxes)
    lit = ' class="has-lit"' if diagram.bright else ""
    about = escape(f"{diagram.title}{'; lit: ' + ', '.join(diagram.lit_names()) if diagram.bright else ''}")
    drawn = (
        f'<svg id="{name}" viewBox="0 0 {wide:g} {high:g}" role="group" aria-label="Diagram: {about}"{lit}>'
        f"{arrows}{parts}</svg>"
    )
    return drawn.replace('"', "'")  # a notebook is JSON, in which each double quote takes two bytes


def _part(diagram: Drawing, box: Box, high: float) -> str:
    x, y = box.middle
    rows = box.name.split("\n")
    words = "".join(
        f'<text x="{x:g}" y="{y + 7 + 22 * (row - (len(rows) - 1) / 2):g}">{escape(line)}</text>'
        for row, line in enumerate(rows)
    )
    lit = diagram.is_bright(box.id)
    gives, spoken, told = diagram.gives(box), box.spoken, ""
    attributes = f'class="part{" lit" if lit else ""}" data-part="{escape(box.id)}" role="img"'
    if lit or not diagram.bright:
        spoken += f": {box.does}{f'; gives {gives}' if gives else ''}{', lit' if lit else ''}"
        attributes += ' tabindex="0" data-lm-suppress-shortcuts="true"'
        told = f'<text class="told" x="4" y="{high - 10:g}">{escape(f"{box.spoken}: {box.does}")}</text>'
    return (
        f'<g {attributes} aria-label="{escape(spoken)}">'
        f'<rect x="{x - WIDE / 2:g}" y="{y - HIGH / 2:g}" width="{WIDE}" height="{HIGH}" rx="8"/>'
        f"{words}{told}</g>"
    )


def _arrow(diagram: Drawing, arrow: Arrow) -> str:
    (x, y), (x2, y2) = diagram.line_of(arrow)
    angle = math.atan2(y2 - y, x2 - x)
    sides = [(x2 - HEAD * math.cos(angle + turn), y2 - HEAD * math.sin(angle + turn)) for turn in (-0.5, 0.5)]
    head = f"M{sides[0][0]:.0f} {sides[0][1]:.0f}L{x2:g} {y2:g} {sides[1][0]:.0f} {sides[1][1]:.0f}"
    at, down = diagram.label_of(arrow)
    shown = arrow in diagram.labelled()
    side = ' style="text-anchor: start"' if x == x2 else ""
    label = f'<text class="shape" x="{at:g}" y="{down + 5:g}"{side}>{escape(arrow.shape)}</text>' if shown else ""
    lit = " lit" if diagram.is_bright(arrow.start) else ""
    return f'<g class="arrow{lit}" aria-hidden="true"><path d="M{x:g} {y:g}L{x2:g} {y2:g}{head}"/>{label}</g>'


def table_of(diagram: Drawing) -> str:
    """The same as rows: each part (of those that are lit, where some are), what it does, and what it gives to whom."""
    rows = "".join(
        f'<tr><th scope="row">{escape(box.spoken)}</th>'
        f"<td>{escape(box.does)}</td><td>{escape(diagram.gives(box))}</td></tr>"
        for box in diagram.boxes
        if diagram.is_bright(box.id) or not diagram.bright
    )
    lit = " lit" if diagram.bright else ""
    heads = f'<th scope="col">Part{lit}</th><th scope="col">What it does</th><th scope="col">Gives</th>'
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
