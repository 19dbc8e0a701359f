"""Everything the page of a message-passing explorer needs, as plain values and bytes, sent once.

Sizes   N nodes   E edges, sender to receiver   R rounds   H heads
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from markupsafe import Markup
from matplotlib import colormaps
from matplotlib.colors import to_hex

from course_lib.viz.graph import MOST_LABELLED, signed_shades, tint_strength
from course_lib.viz.style import WEIGHTS
from course_lib.widgets.kit.assets import frame
from course_lib.widgets.kit.levels import percent, to_levels
from course_lib.widgets.kit.wire import sent_bytes
from course_lib.widgets.message_passing import words
from course_lib.widgets.message_passing.bundle import BadMessages, Messages, counts, reading
from course_lib.widgets.message_passing.words import (
    ALIKE,
    DIFFERENCE,
    Choice,
    channels_shown,
    colour_name,
    colour_scale,
    names,
    noun,
    values_shown,
)

TINTS = [round(100 * tint_strength(hop)) for hop in range(7)]  # percent of colour left after so many steps
PLOT = (260, 122)  # the curve, in its own pixels


def ramp(shades: Sequence[str], low: str, high: str) -> str:
    """Draw a colour scale with its ends, as markup."""
    some = ", ".join(shades[round(i * (len(shades) - 1) / 10)] for i in range(11))
    return f'{low}<i style="background: linear-gradient(90deg, {some})"></i>{high}'


def spots_of(curve: Sequence[float]) -> list[tuple[float, float]]:
    """Say where each round's mean stands in the plot of the curve."""
    low, rounds = lowest(curve), len(curve) - 1
    return [(round(34 + 212 * t / rounds, 1), height(mean, low)) for t, mean in enumerate(curve)]


def lowest(curve: Sequence[float]) -> float:
    """Say where the axis of means starts: at 0, or below it by tenths."""
    return min(0.0, min(curve) * 10 // 1 / 10)


def height(mean: float, low: float) -> float:
    """Give the plot's y of a mean."""
    return round(20 + 82 * (1 - mean) / (1 - low), 1)


def frame_of(it: Messages, graphs: Sequence[str], keys: Sequence[Mapping[str, Any]], drawn: Mapping[str, Any]) -> str:
    """Fill the frame of one graph.

    graphs: the names of all   keys: what colours may stand for, similarity first   drawn: box and bonds of the drawing
    """
    curve, (wide, high) = [round(float(mean), 3) for mean in it.curve], drawn["box"]
    low, called = lowest(curve), names(it)
    heads = 0 if it.weights is None else it.weights.shape[1]
    return frame(
        Path(__file__).parent,
        title=it.name,
        rounds=len(it.norms),
        noun=noun(it),
        wide=wide,
        high=high,
        most=round(min(62 * wide, 430 * wide / high)),
        bonds=drawn["bonds"],
        tints=TINTS,
        lists=[
            ("graph", "graph", list(enumerate(graphs))),
            ("node", noun(it), list(enumerate(called))),
            ("other", "compare with", [(-1, "nobody"), *enumerate(called)]),
            ("head", "arrows show", [(-1, "norm"), *((head, f"head {head}") for head in range(heads))]),
            ("colour", "colour", [(key["id"], key["name"]) for key in keys]),
        ],
        plot=PLOT,
        means=", ".join(f"{mean:.3f}" for mean in curve),
        marks=[(f"{value:g}", height(value, low)) for value in sorted({low, 0.0, 0.5, 1.0})],
        spots=spots_of(curve),
        stride=-(-len(curve) // 11),
        door=212 / (len(curve) - 1),
        rows=min(6, max(np.bincount(it.edges[1], minlength=1))),
        similarity=Markup(keys[0]["ramp"]),
    )


SIGNED = signed_shades(np.linspace(-1, 1, 255), 1)  # counts -127 to 127 of a feature
EVEN = colormaps[WEIGHTS](np.linspace(0, 1, 201))  # similarities, in hundredths


def hexes(colours: np.ndarray) -> list[str]:
    """`#rrggbb`, as the page wants it."""
    return [to_hex(colour) for colour in colours]


def inks(colours: np.ndarray) -> str:
    """For each colour whether white ink (1) or black (0) reads on it."""
    return "".join(str(int(light <= 0.5)) for light in colours[:, :3] @ [0.299, 0.587, 0.114])


def palette() -> dict[str, Any]:
    """What all graphs of a page share."""
    return {
        "signed": hexes(SIGNED),
        "signed_ink": inks(SIGNED),
        "even": hexes(EVEN),
        "even_ink": inks(EVEN),
        "pixels": np.round(255 * EVEN).astype(np.uint8).tobytes(),
        "tints": TINTS,
    }


def colour_keys(messages: Messages, low: int) -> tuple[list[dict[str, Any]], np.ndarray]:
    """What a node's colour may stand for, similarity first.

    low: the similarity, in hundredths above -1, where its colours start
    -> keys with name and scale; counts (keys - 1, R+1, N) of all but the first
    """
    bar = ramp(hexes(EVEN), f"{(low - 100) / 100:.2f}", "1.00")
    keys: list[dict[str, Any]] = [{"id": ALIKE, "name": "similarity", "ramp": bar}]
    levels = []
    for colour in [DIFFERENCE, *channels_shown(messages)]:
        values = values_shown(messages, colour)
        scale = colour_scale(values)
        levels.append(counts(values, scale))
        most = max(int(np.abs(levels[-1]).max()), 1)
        bar = ramp(hexes(SIGNED), reading(-most, scale), reading(most, scale))
        name = colour_name(messages, Choice(colour=colour))
        keys.append({"id": colour, "name": name, "ramp": bar, "scale": list(scale), "most": most})
    return keys, np.array(levels)


LARGEST = 320_000  # bytes of data; module and style sheet come on top
MARGIN = 0.75  # room around the drawing, in the distance of two neighbours


def pack(several: Sequence[Messages]) -> dict[str, Any]:
    """The `data` trait: all graphs, and the colours they share. Raises BadMessages when they are too large."""
    called = [one.name or f"{len(one.labels or [])} {words.noun(one, 2)}" for one in several]
    graphs = [pack_one(messages, called) for messages in several]
    data = {"graphs": graphs, "texts": [percent(level) for level in range(256)], **palette()}
    size = sent_bytes(data)
    if size > LARGEST:
        each = ", ".join(
            f"{len(one.labels or [])} nodes x {one.edges.shape[1]} edges x {len(one.norms)} rounds" for one in several
        )
        raise BadMessages(
            f"{each} make {size // 1000} kB, and a page takes {LARGEST // 1000} kB; show fewer rounds, heads or graphs"
        )
    return data


def pack_one(messages: Messages, called: Sequence[str]) -> dict[str, Any]:
    """One graph. called: the names of all graphs, to choose from"""
    size = len(messages.labels or [])
    scales = [words.norm_scale(messages, at) for at in range(1, len(messages.norms) + 1)]
    norms = np.array([counts(norms, scale) for norms, scale in zip(messages.norms, scales, strict=True)]).astype(
        np.uint8
    )
    weights = np.empty((len(norms), 0, norms.shape[1]), np.uint8)
    if messages.weights is not None:
        weights = to_levels(messages.weights)
    above = np.triu_indices(size, 1)
    alike = np.round(100 * messages.similarity + 100).astype(np.uint8)
    low = int(min(alike.min() // 10 * 10, 190))
    keys, levels = colour_keys(messages, low)
    curve = [round(float(mean), 3) for mean in messages.curve]
    drawn = drawing(messages)
    return drawn | {
        "html": frame_of(messages, called, keys, drawn),
        "noun": words.noun(messages),
        "phrases": words.PHRASES,
        "heading": words.heading(messages),
        "names": words.names(messages),
        "rounds": len(messages.norms),
        "heads": weights.shape[1],
        "edges": messages.edges.astype(np.uint8).tobytes(),
        "rulers": [list(scale) for scale in scales],
        "amounts": np.concatenate([norms[:, None], weights], 1).tobytes(),  # (R, 1+H, E): norms, then the heads
        "hops": messages.hops.tobytes(),
        "similar": alike[:, above[0], above[1]].tobytes(),  # (R+1, pairs i < j), in hundredths above -1
        "low": low,
        "curve": curve,
        "spots": spots_of(curve),
        "colours": keys,
        "values": levels.astype(np.int8).tobytes(),
    }


def drawing(messages: Messages) -> dict[str, Any]:
    """Places with y downward, the box around them, and the bonds of a molecule as one path."""
    unit = typical_distance(messages)
    places = messages.positions * [1, -1] / unit
    low, high = places.min(0) - MARGIN, places.max(0) + MARGIN
    spare = np.maximum(2.2 - (high - low), 0) / 2  # a single atom has a drawing too
    corner = low - spare
    lines = messages.drawing.lines if messages.drawing else []
    ends = [np.array([[a, -b], [c, -d]]) / unit - corner for a, b, c, d in lines]
    bonds = "".join(f"M{start[0]:.2f} {start[1]:.2f}L{end[0]:.2f} {end[1]:.2f}" for start, end in ends)
    return {
        "places": np.round(places - corner, 2).tolist(),
        "box": np.round(high + spare - corner, 2).tolist(),
        "bonds": bonds,
        "labels": [
            label if len(label) <= 3 and len(places) <= MOST_LABELLED else "" for label in messages.labels or []
        ],
    }


def typical_distance(messages: Messages) -> float:
    """A bond of a molecule; else the room a node has when all have the same."""
    if messages.drawing or len(messages.positions) < 2:
        return 1.0
    sides = np.ptp(messages.positions, axis=0)
    return float(np.sqrt(max(np.prod(sides), 0.05 * sides.max() ** 2, 1e-12) / len(messages.positions)))
