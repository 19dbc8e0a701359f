"""The colours of a message-passing explorer: one map around zero for features, one from dark to bright for similarity.

Sizes   N nodes   R rounds
"""

from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.colors import to_hex

from course_lib.viz.graph import signed_shades
from course_lib.viz.style import WEIGHTS
from course_lib.widgets.messages_bundle import Messages
from course_lib.widgets.messages_describe import ALIKE, DIFFERENCE, Choice
from course_lib.widgets.messages_frame import TINTS, ramp
from course_lib.widgets.messages_measures import counts, reading
from course_lib.widgets.messages_table import channels_shown, colour_name, colour_scale, values_shown

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
