"""The levels of a U and their feature maps: what they are called, and what is shown of them.

A node is a level counted along the U: down the encoder, the bottleneck, up the decoder.
"""

from collections.abc import Sequence

import numpy as np

from course_lib.widgets.skips_bundle import Maps, Skips

TOP = 20  # feature maps are shown in steps of 5% of their range


def node_name(depth: int, node: int) -> str:
    """A level of the U, counted along it: down the encoder, the bottleneck, up the decoder."""
    if node == depth:
        return "bottleneck"
    return f"encoder level {node + 1}" if node < depth else f"decoder level {2 * depth + 1 - node}"


def nodes(it: Skips) -> int:
    """How many levels have maps."""
    return it.depth + 1 + len(it.decoder)


def level_of(depth: int, node: int) -> int:
    """0 for the finest."""
    return node if node <= depth else 2 * depth - node


def maps_of(it: Skips, node: int) -> Maps:
    """The maps of one level."""
    return it.encoder[node] if node <= it.depth else it.decoder[level_of(it.depth, node)]


def quantised(it: Skips, node: int) -> np.ndarray:
    """The maps of one level in TOP + 1 steps between a channel's lowest and highest: (..., C, h, w) bytes."""
    maps = maps_of(it, node)
    rest = tuple(axis for axis in range(maps.values.ndim) if axis != maps.values.ndim - 3)
    low, high = maps.values.min(rest, keepdims=True), maps.values.max(rest, keepdims=True)
    return np.round(TOP * (maps.values - low) / np.where(high > low, high - low, 1)).astype(np.uint8)


def map_shown(it: Skips, node: int, channel: int, state: Sequence[int]) -> np.ndarray:
    """(h, w) the enlarged map, in steps."""
    front = tuple(state)[level_of(it.depth, node) :] if node > it.depth else ()
    return quantised(it, node)[(*front, channel)]


def map_title(it: Skips, node: int, channel: int) -> str:
    """Which map is enlarged."""
    maps = maps_of(it, node)
    return f"{node_name(it.depth, node)}, channel {maps.channels[channel]} of {maps.shape[0]}"
