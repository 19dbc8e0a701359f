"""Three curves over one axis of time, as SVG: how far the prediction is from its end, alpha-bar, and log-SNR.

Noise is on the left and clean on the right, as the slider goes. JavaScript moves the marker and draws the distances.
"""

from collections.abc import Iterable

import numpy as np

from course_lib.widgets import denoising_describe as words
from course_lib.widgets.denoising_bundle import Denoisings
from course_lib.widgets.denoising_describe import BOTTOM, LEFT, PLOT, RIGHT, TOP


def plot(it: Denoisings, name: str, title: str, note: str, marks: Iterable[tuple[float, str]], line: str) -> str:
    """A small plot with a marker for now, its values in the heading; a press goes to that time."""
    upright = "".join(
        f'<path d="M{LEFT} {y}H{RIGHT}"/><text x="{LEFT - 6}" y="{y + 4}" class="dn-end">{text}</text>'
        for y, text in marks
    )
    times = [it.last, it.last // 2, 0]
    below = "".join(f'<text x="{words.across(it, t)}" y="113">{"t = " * (t == it.last)}{t}</text>' for t in times)
    return (
        f'<section data-is="{name}_box"><h4>{title} <b data-is="{name}_now"></b> <small>{note}</small></h4>'
        f'<svg class="dn-plot" viewBox="0 0 {PLOT[0]} {PLOT[1]}" role="img" data-is="{name}" data-label="{title}">'
        f'{upright}{below}{line}<path class="dn-now" data-now d="M0 {TOP - 6}V{BOTTOM}"/><g data-dots></g>'
        f'<rect x="{LEFT - 6}" width="{RIGHT - LEFT + 12}" height="{PLOT[1]}" data-do="seek"/></svg></section>'
    )


def plots(it: Denoisings) -> str:
    """The three plots."""
    low, high = words.snr_range(it)
    times = sorted({int(t) for t in np.linspace(1, it.last, 80)})
    kept = [float(it.alpha_bars[t]) for t in times]
    bars = [f"{words.across(it, t)},{words.height(k, 0, 1)}" for t, k in zip([0, *times], [1.0, *kept], strict=True)]
    ratio = [
        f"{words.across(it, t)},{words.height(words.log_snr(k), low, high)}" for t, k in zip(times, kept, strict=True)
    ]
    most = words.farthest(it) / 100
    tops = [(words.height(value, 0, 1), text) for value, text in ((0, "0"), (0.5, ".5"), (1, "1"))]
    far = [(words.height(value, 0, most), f"{value:.2f}") for value in (0.0, most / 2, most)]
    middle = [(words.height(value, low, high), f"{value:g}".replace("-", "−")) for value in sorted({low, 0.0, high})]
    lines = '<polyline class="dn-0" data-line></polyline><polyline class="dn-1" data-line></polyline>'
    return (
        plot(it, "far", "Prediction to end", "distance" if it.points else "RMS", far, lines)
        + plot(it, "kept", "Signal kept ᾱ", "share of variance", tops, f'<polyline points="{" ".join(bars)}"/>')
        + plot(it, "ratio", "log-SNR", "ln ᾱ ∕ (1 − ᾱ)", middle, f'<polyline points="{" ".join(ratio)}"/>')
    )
