"""Everything the page of an attention explorer needs, as plain values and bytes, sent once a result."""

from typing import Any

import numpy as np

from course_lib.widgets import describe as words
from course_lib.widgets.bundle import Attention
from course_lib.widgets.drawings import drawing_of, hatching
from course_lib.widgets.payload import (
    entropy_tenths,
    first_bright,
    level_colours,
    pack_mask,
    percent,
    scale_html,
    to_levels,
)


def pack(attention: Attention) -> dict[str, Any]:
    """The `data` trait: levels, entropies, masks, labels, colours and the drawing. Raises BadAttention."""
    versions = [attention.weights] + ([] if attention.unmasked is None else [attention.unmasked])
    top = max(float(version.max()) for version in versions)
    colours = level_colours(top)
    most = words.most_tenths(attention.weights.shape[-1])
    entropies = [entropy_tenths(version) for version in versions]
    return {
        "shape": list(attention.weights.shape),
        "levels": [to_levels(version).tobytes() for version in versions],  # with the mask, then without
        "entropy": [entropy.tobytes() for entropy in entropies],
        "head_entropy": [np.round(entropy.mean(-1)).astype(np.uint8).tobytes() for entropy in entropies],
        "most": most,
        "texts": [percent(level) for level in range(256)],
        "colours": colours.tobytes(),
        "shades": [f"rgb({red}, {green}, {blue})" for red, green, blue, _ in colours.tolist()],
        "bright": first_bright(colours),
        "scale": scale_html(top),
        "asking": words.plain(attention.asking),
        "answering": words.plain(attention.answering or []),
        "masks": {name: pack_mask(mask) for name, mask in (attention.masks or {}).items()},
        "hatch": hatching(attention.masks or {}, attention.weights.shape[-2:]),
        "layers": list(attention.layer_names or []),
        "kind": attention.kind,
        "drawing": drawing_of(attention),
        "title": attention.title,
    }
