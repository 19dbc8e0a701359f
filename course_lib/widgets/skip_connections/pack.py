"""Everything the page of a skip-connections explorer needs, as plain values and bytes, sent once.

The arrays of a picture go as one deflated block: masks of different states are nearly alike, so 27 of them cost a few
kilobytes. In the block: the masks, the truth, the maps; all states of a pixel stand side by side.
Sizes   H, W picture   S states a skip has   D skips
"""

import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.colors import to_rgb

from course_lib.viz.segmentation import WRONG, class_colours
from course_lib.viz.style import WEIGHTS
from course_lib.widgets.kit.assets import frame
from course_lib.widgets.kit.wire import sent_bytes
from course_lib.widgets.skip_connections import words
from course_lib.widgets.skip_connections.bundle import WORDS, BadSkips, Skips

LARGEST = 320_000  # bytes of data; module and style sheets come on top


def pack(several: Sequence[Skips]) -> dict[str, Any]:
    """The `data` trait: all pictures, and what they share. Raises BadSkips when they do not fit together."""
    first = several[0]
    for one in several[1:]:
        if build_of(one) != build_of(first):
            raise BadSkips(
                f"{one.name!r} has {build_of(one)}, {first.name!r} {build_of(first)}; show one model at a time"
            )
    pictures: dict[bytes, int] = {}  # the lender of features is often one of the others
    images = [pack_one(one, pictures) for one in several]
    data = {
        "images": images,
        "pictures": list(pictures),
        "names": list(first.names),
        "depth": first.depth,
        "kinds": first.kinds,
        "classes": rgba([to_rgb(colour) for colour in class_colours(len(first.names))]),
        "wrong": rgba([to_rgb(WRONG)]),
        "steps": rgba(colormaps[WEIGHTS](np.linspace(0, 1, words.TOP + 1))[:, :3]),
        "html": frame_of(several),
        "phrases": words.PHRASES,
        "heading": words.heading(first),
        "level_names": [words.node_name(first.depth, node) for node in range(words.nodes(first))],
    }
    size = sent_bytes(data)
    if size > LARGEST:
        each = ", ".join(f"{one.masks.shape[-2]} x {one.masks.shape[-1]}" for one in several)
        raise BadSkips(f"pictures of {each} make {size // 1000} kB, and a page takes {LARGEST // 1000} kB; "
                       "show fewer or smaller pictures")  # fmt: skip
    return data


def frame_of(several: Sequence[Skips]) -> str:
    """Fill the frame that all pictures of one model share."""
    it = several[0]
    places = ["sk-bottom" if node == it.depth else "sk-down" if node < it.depth else "sk-up" for node in range(20)]
    return frame(
        Path(__file__).parent,
        title=it.name if len(several) == 1 else "",
        pictures=[(i, one.name or f"picture {i}") for i, one in enumerate(several)],
        guesses=[*enumerate(it.names), (words.NOBODY, "none of them")],
        depth=it.depth,
        kinds=WORDS[: it.kinds],
        levels=[
            {
                "place": places[node],
                "size": f"{0.82 ** words.level_of(it.depth, node):.2f}",
                "name": words.node_name(it.depth, node),
            }
            for node in range(words.nodes(it))
        ],
        classes=[*zip(class_colours(len(it.names)), it.names, strict=True), ("", "mean")],
        combinations=2**it.depth,
    )


def build_of(it: Skips) -> str:
    """What all pictures of an explorer must share."""
    return f"{it.depth} skips of {it.kinds} states, {words.nodes(it)} levels, classes {', '.join(it.names)}"


def pack_one(it: Skips, pictures: dict[bytes, int]) -> dict[str, Any]:
    """One picture. pictures: those packed so far, deflated, by number"""

    def number(picture: Any) -> int:
        if picture is None:
            return -1
        grey = (picture == picture[..., :1]).all()
        return pictures.setdefault(deflate(picture[..., 0] if grey else picture), len(pictures))

    states = list(it.states)
    levels = [words.quantised(it, node) for node in range(words.nodes(it))]
    return {
        "name": it.name,
        "size": list(it.masks.shape[-2:]),
        "picture": number(it.picture),
        "other": number(it.other),
        "other_name": it.other_name if it.other is not None else "",
        "block": deflate(states_inside(it.masks, 2), it.reference, *(states_inside(level, 3) for level in levels)),
        "levels": [[*level.shape[-3:], int(np.prod(level.shape[:-3]))] for level in levels],  # C, h, w, states
        "channels": [list(words.maps_of(it, node).channels) for node in range(words.nodes(it))],
        "shapes": [list(words.maps_of(it, node).shape) for node in range(words.nodes(it))],
        "dice": [words.cents(it, state) for state in states],
        "known": words.known(it),
        "measure": words.measure(it),
    }


def states_inside(arrays: np.ndarray, own: int) -> np.ndarray:
    """(..., own axes) -> (own axes, states): neighbours alike, so that they deflate well."""
    return np.moveaxis(arrays.reshape(-1, *arrays.shape[-own:]), 0, -1)


def deflate(*arrays: np.ndarray) -> bytes:
    """Byte arrays one after the other, as browsers can unpack them."""
    return zlib.compress(b"".join(array.astype(np.uint8).tobytes() for array in arrays), 9)


def rgba(colours: Any) -> bytes:
    """Colours from 0 to 1 as four bytes each, opaque."""
    found = np.round(255 * np.array(colours)).astype(np.uint8)
    return np.concatenate([found, np.full((len(found), 1), 255, np.uint8)], 1).tobytes()
