"""Everything the page of a message-passing explorer needs, as plain values and bytes, sent once.

Sizes   N nodes   E edges, sender to receiver   R rounds   H heads
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_lib.viz.graph import MOST_LABELLED
from course_lib.widgets import messages_describe as words
from course_lib.widgets.messages_bundle import BadMessages, Messages
from course_lib.widgets.messages_colours import colour_keys, palette
from course_lib.widgets.messages_frame import frame, spots_of
from course_lib.widgets.messages_measures import counts
from course_lib.widgets.payload import percent, to_levels
from course_lib.widgets.wire import sent_bytes

LARGEST = 320_000  # bytes of data; module and style sheet come on top and stay under 30 kB
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
        "html": frame(messages, called, keys, drawn["box"], drawn["bonds"], curve),
        "noun": words.noun(messages),
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
