"""Everything the page of an attention explorer needs, as plain values and bytes, sent once a result."""

import base64
import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from markupsafe import Markup

from course_lib.viz.alignment import alignment_axis
from course_lib.viz.molecule import Drawing, lay_out
from course_lib.viz.patches import as_picture, patch_grid
from course_lib.viz.smiles import atoms_of_labels
from course_lib.widgets.attention import words
from course_lib.widgets.attention.bundle import Attention, BadAttention
from course_lib.widgets.attention.words import plain
from course_lib.widgets.kit.assets import frame
from course_lib.widgets.kit.levels import (
    entropy_tenths,
    first_bright,
    level_colours,
    pack_mask,
    percent,
    scale_html,
    to_levels,
)

LARGEST = 256  # pixels: a picture sent to the page has no longer side


def drawing_of(attention: Attention) -> dict[str, Any]:
    """How the positions are drawn: labels in a line, or what the kind makes of them.

    Raises BadAttention when the context does not fit.
    """
    makers: dict[str, Callable[[Attention], dict[str, Any]]] = {
        "text": lambda _: {},
        "smiles": molecule,
        "alignment": alignment,
        "image": picture,
    }
    labels = {"target": plain(attention.target), "source": plain(attention.source or [])}
    line = {
        "texts": labels,
        "shape": dict.fromkeys(labels, "line"),
        "across": dict.fromkeys(labels, 1),
        "extra": dict.fromkeys(labels, 0),
    }
    try:
        found = makers[attention.kind](attention)
        return found | {name: line[name] | found.get(name, {}) for name in line}
    except ValueError as error:
        raise BadAttention(str(error)) from error


def molecule(attention: Attention) -> dict[str, Any]:
    """The drawing as SVG, one group an atom, and for each atom the positions it asks and answers at."""
    smiles = str(attention.context)
    drawing = lay_out(smiles)
    source = atoms_of_labels(smiles, list(attention.source or []))
    if source is None:
        raise ValueError(f"the source labels do not spell {smiles!r}; give its characters or tokens in order")
    target = atoms_of_labels(smiles, list(attention.target)) or []  # something else may ask a molecule
    atoms = [
        [[place for place, atoms in enumerate(pieces) if atom in atoms] for pieces in (target, source)]
        for atom in range(len(drawing.symbols))
    ]
    return {"svg": svg_of(drawing), "atoms": atoms}


def svg_of(drawing: Drawing) -> str:
    """A molecule as SVG with y downward; colours are left to the page."""
    places = drawing.places * [1, -1]
    left, top = places.min(0) - 0.6
    width, height = places.max(0) + 0.6 - [left, top]
    bonds = "".join(f'<line x1="{a:.2f}" y1="{-b:.2f}" x2="{c:.2f}" y2="{-d:.2f}"/>' for a, b, c, d in drawing.lines)
    atoms = "".join(
        f'<g><circle cx="{x:.2f}" cy="{y:.2f}" r=".32"/><text x="{x:.2f}" y="{y:.2f}">{symbol}</text></g>'
        for (x, y), symbol in zip(places, drawing.symbols, strict=True)
    )
    return f'<svg role="img" viewBox="{left:.2f} {top:.2f} {width:.2f} {height:.2f}">{bonds}{atoms}</svg>'


def hatching(masks: Mapping[str, np.ndarray], shape: tuple[int, int]) -> str:
    """What each mask forbids as slanted lines, in SVG measured in cells. Each mask has its own slant."""
    rows, columns = shape
    size = max(0.26, max(shape) / 64)
    parts = []
    for i, mask in enumerate(masks.values()):
        name, (start, end) = f"HATCH{i}", ((0, size) if i % 2 else (size, 0))
        line = f'<line x1="0" y1="{start}" x2="{size}" y2="{end}" stroke="currentColor" stroke-width="{size / 7}"/>'
        pattern = f'<pattern id="{name}" width="{size}" height="{size}" patternUnits="userSpaceOnUse">{line}</pattern>'
        edges = np.diff(np.pad(~mask, ((0, 0), (1, 1))).astype(int), axis=1)
        starts, ends = np.argwhere(edges == 1), np.argwhere(edges == -1)
        path = "".join(f"M{a} {t}h{b - a}v1h{a - b}z" for (t, a), (_, b) in zip(starts, ends, strict=True))
        parts.append(f'{pattern}<path d="{path}" fill="url(#{name})"/>')
    return f'<svg aria-hidden="true" viewBox="0 0 {columns} {rows}" preserveAspectRatio="none">{"".join(parts)}</svg>'


def alignment(attention: Attention) -> dict[str, Any]:
    """The source positions as whole columns, or whole sequences, of letters."""
    rows = [str(row) for row in attention.context]
    along = alignment_axis(rows, len(attention.source or []))
    texts = ["\n".join(column) for column in zip(*rows, strict=True)] if along == "columns" else rows
    return {"texts": {"source": texts}, "shape": {"source": {"columns": "stacks", "rows": "rows"}[along]}}


def picture(attention: Attention) -> dict[str, Any]:
    """The picture as a PNG of modest size, and how many patches lie side by side; a class token stands beside it."""
    from PIL import Image

    array = as_picture(attention.context)
    height, width = array.shape[:2]
    out: dict[str, Any] = {"aspect": height / width, "shape": {}, "across": {}, "extra": {}, "texts": {}}
    for role, labels in (("target", attention.target), ("source", attention.source or [])):
        try:
            _, across, extra = patch_grid(height, width, len(labels))
        except ValueError:
            if role == "target":
                continue  # something else asks the picture, a word for example: it is shown as a line of labels
            raise
        out["shape"][role], out["across"][role], out["extra"][role] = "patches", across, extra
        out["texts"][role] = list(labels[:extra]) + [""] * (len(labels) - extra)
    image = Image.fromarray(array)
    image.thumbnail((LARGEST, LARGEST))
    buffer = io.BytesIO()
    image.save(buffer, format="PNG", optimize=True)
    return out | {"png": "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()}


def frame_of(it: Attention, drawing: Mapping[str, Any], top: float, most: int, asks: bool) -> str:
    """Fill the frame.   top: the largest weight   most: the largest entropy, in tenths of a bit"""
    _, heads, rows, columns = it.weights.shape
    source = words.plain(it.source or [])
    return frame(
        Path(__file__).parent,
        title=it.title,
        kind=it.kind,
        asks=asks,
        heads=heads,
        rows=rows,
        columns=columns,
        target=words.plain(it.target),
        source=source,
        long=max(len(label) for label in source),
        most=f"{most / 10:.1f}",
        both=it.unmasked is not None,
        masks=list(it.masks or {}),
        scale=Markup(scale_html(top)),
        molecule=Markup(drawing.get("svg", "")),
        shape=drawing["shape"],
        across=drawing["across"],
        walks={"target": "row", "source": "column"},
    )


def pack(attention: Attention, asks: bool = False) -> dict[str, Any]:
    """The `data` trait: levels, entropies, masks, labels, colours and the drawing. Raises BadAttention.

    asks: whether there is somebody to answer a text of one's own
    """
    versions = [attention.weights] + ([] if attention.unmasked is None else [attention.unmasked])
    top = max(float(version.max()) for version in versions)
    colours = level_colours(top)
    most = words.most_tenths(attention.weights.shape[-1])
    entropies = [entropy_tenths(version) for version in versions]
    drawing = drawing_of(attention)
    return {
        "html": frame_of(attention, drawing, top, most, asks),
        "phrases": words.PHRASES,
        "shape": list(attention.weights.shape),
        "levels": [to_levels(version).tobytes() for version in versions],  # with the mask, then without
        "entropy": [entropy.tobytes() for entropy in entropies],
        "head_entropy": [np.round(entropy.mean(-1)).astype(np.uint8).tobytes() for entropy in entropies],
        "most": most,
        "texts": [percent(level) for level in range(256)],
        "colours": colours.tobytes(),
        "shades": [f"rgb({red}, {green}, {blue})" for red, green, blue, _ in colours.tolist()],
        "bright": first_bright(colours),
        "target": words.plain(attention.target),
        "source": words.plain(attention.source or []),
        "masks": {name: pack_mask(mask) for name, mask in (attention.masks or {}).items()},
        "hatch": hatching(attention.masks or {}, attention.weights.shape[-2:]),
        "layers": list(attention.layer_names or []),
        "drawing": {name: value for name, value in drawing.items() if name != "svg"},  # it stands in the frame
    }
