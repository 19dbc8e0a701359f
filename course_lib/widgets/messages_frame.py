"""The page of a message-passing explorer before anything is chosen: what JavaScript fills in bears a name (data-is).

Sizes   N nodes   R rounds   H heads
"""

import html
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from course_lib.viz.graph import tint_strength
from course_lib.widgets.messages_bundle import Messages
from course_lib.widgets.messages_describe import names, noun

TINTS = [round(100 * tint_strength(hop)) for hop in range(7)]  # percent of colour left after so many steps
PLOT = (260, 122)  # the curve, in its own pixels


def ramp(shades: Sequence[str], low: str, high: str) -> str:
    """A colour scale with its ends."""
    some = ", ".join(shades[round(i * (len(shades) - 1) / 10)] for i in range(11))
    return f'{low}<i style="background: linear-gradient(90deg, {some})"></i>{high}'


def chooser(name: str, title: str, options: Iterable[tuple[int, str]]) -> str:
    """A labelled drop-down list; one with nothing to choose is left out."""
    listed = [f'<option value="{value}">{html.escape(text)}</option>' for value, text in options]
    label = f'<label>{title}<select name="{name}">{"".join(listed)}</select></label>'
    return label if len(listed) > 1 or name == "other" else ""


def spots_of(curve: Sequence[float]) -> list[tuple[float, float]]:
    """Where each round's mean stands in the plot of the curve."""
    low, rounds = lowest(curve), len(curve) - 1
    return [(round(34 + 212 * t / rounds, 1), height(mean, low)) for t, mean in enumerate(curve)]


def lowest(curve: Sequence[float]) -> float:
    """Where the axis of means starts: at 0, or below it by tenths."""
    return min(0.0, min(curve) * 10 // 1 / 10)


def height(mean: float, low: float) -> float:
    """The plot's y of a mean."""
    return round(20 + 82 * (1 - mean) / (1 - low), 1)


def curve_plot(curve: Sequence[float]) -> str:
    """Mean similarity against rounds as SVG; a press on a round goes there."""
    spots, low = spots_of(curve), lowest(curve)
    marks = [
        f'<path d="M34 {y}H250"/><text x="28" y="{y + 4}" class="mp-end">{value:g}</text>'
        for value in sorted({low, 0.0, 0.5, 1.0})
        for y in [height(value, low)]
    ]
    stride = -(-len(curve) // 11)
    ticks = [f'<text x="{x}" y="118">{t}</text>' for t, (x, _) in enumerate(spots) if t % stride == 0]
    line = " ".join(f"{x},{y}" for x, y in spots)
    wide = 212 / (len(curve) - 1)
    doors = [
        f'<circle cx="{x}" cy="{y}" r="3"/>'
        f'<rect x="{x - wide / 2:.1f}" width="{wide:.1f}" height="{PLOT[1]}" data-do="go" data-at="{t}"/>'
        for t, (x, y) in enumerate(spots)
    ]
    said = ", ".join(f"{mean:.3f}" for mean in curve)
    return (
        f'<svg role="img" viewBox="0 0 {PLOT[0]} {PLOT[1]}" aria-label="Mean similarity by round: {said}">'
        f'{"".join(marks)}{"".join(ticks)}<polyline points="{line}"/>{"".join(doors)}'
        '<g data-is="here"><circle r="6"/><text y="-10"></text></g></svg>'
    )


def frame(
    messages: Messages,
    graphs: Sequence[str],
    keys: Sequence[Mapping[str, Any]],
    box: tuple[float, float],
    bonds: str,
    curve: Sequence[float],
) -> str:
    """The HTML of one graph.

    graphs: the names of all   keys: what colours may stand for, similarity first   box: width, height of the drawing
    """
    called, what = names(messages), html.escape(noun(messages))
    heads = 0 if messages.weights is None else messages.weights.shape[1]
    lists = [
        chooser("graph", "graph", enumerate(graphs)),
        chooser("node", what, enumerate(called)),
        chooser("other", "compare with", [(-1, "nobody")]),  # the page adds the nodes
        chooser("head", "arrows show", [(-1, "norm"), *((head, f"head {head}") for head in range(heads))]),
        chooser("colour", "colour", ((key["id"], key["name"]) for key in keys)),
    ]
    wide, high = box
    layers = "".join(
        f'<svg class="mp-{name}" data-is="{name}" viewBox="0 0 {wide} {high}" aria-hidden="true">{inner}</svg>'
        for name, inner in (("field", ""), ("lines", f'<path d="{bonds}"/>' if bonds else ""), ("arrows", ""))
    )
    stage = f"aspect-ratio: {wide} / {high}; max-width: {min(62 * wide, 430 * wide / high):.0f}px"
    steps = "".join(f'<b style="--tint: {TINTS[hop]}%">{hop}{"+" * (hop == 6)}</b>' for hop in range(7))
    rows = min(6, max(np.bincount(messages.edges[1], minlength=1)))
    return f"""<h3>{html.escape(messages.name)}</h3>
<div class="mp-controls"><button class="ce-plain" aria-label="one round back" data-do="go" data-by="-1">◀</button>
<label>round<input type="range" name="round" min="0" max="{len(messages.norms)}" data-is="slider"></label>
<b data-is="count"></b>
<button class="ce-plain" aria-label="one round on" data-do="go" data-by="1">▶</button>
<button class="ce-plain" data-do="play" data-is="play">Play</button>
<label><input type="checkbox" role="switch" name="predict" data-is="predict">predict first</label>
<button class="ce-plain" data-do="tell" data-is="tell"></button></div>
<div class="mp-columns{" mp-wide" if wide > 2.4 * high else ""}">
<div><div class="mp-stage" data-is="stage" style="{stage}">{layers}
<div class="mp-nodes" data-is="group" data-walk="nodes" aria-label="{what}s"></div></div>
<div class="mp-legend"><p><span>colour: <span data-is="colour"></span></span>
<span class="mp-ramp" data-is="ramp"></span></p>
<p data-is="reach"><span>steps away</span><span data-is="steps">{steps}</span></p></div>
<div class="mp-pair"><div class="mp-lists">{"".join(lists)}</div>
<section><h4>Mean similarity<small>by round</small></h4>
<div class="mp-curve">{curve_plot(curve)}</div></section></div></div>
<div><section><h4 data-is="title"></h4><div class="mp-sent" data-is="sent" style="--rows: {rows}"></div></section>
<section><h4>Similarity<small>cosine, all pairs</small></h4><div class="mp-map" data-is="map">
<canvas role="img" tabindex="0" data-walk="pairs" data-do="cell"></canvas><i></i><i class="mp-cell"></i></div>
<p class="mp-ramp">{keys[0]["ramp"]}</p></section></div></div>
<p class="mp-status" role="status" data-is="status"></p>
<button class="ce-plain" data-do="toggle" data-is="toggle">Table</button>
<div class="mp-table" tabindex="0" role="region" aria-label="all {what}s as a table" data-is="table" hidden></div>"""
