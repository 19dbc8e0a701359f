"""Denoising on paper: a sample's journey stop by stop, and what a schedule leaves of it.

Sizes   T steps of the schedule   S stops, from noise to samples   N samples
Pictures go from -1, black, to 1, white: (C, H, W) with 1 or 3 channels. Points are (2,).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from course_lib.viz.style import CYCLE, QUIET, SOURCE, TARGET, bare, in_house_style, new_figure

GREYS = (6, 16)  # shades of a still, noisy and clean: noise in all 256 would make its PNG several times as large


def as_image(sample: Any, greys: int = 256) -> np.ndarray:
    """(C, H, W) or (H, W) from -1 to 1 -> (H, W) or (H, W, 3) from 0 to 1, in so many shades."""
    array = np.asarray(sample, dtype=np.float64)
    array = np.moveaxis(array, 0, -1) if array.ndim == 3 else array
    shades = np.round((array.clip(-1, 1) + 1) / 2 * (greys - 1)) / (greys - 1)
    return shades[..., 0] if shades.ndim == 3 and shades.shape[-1] == 1 else shades


def paint_sample(ax: Axes, samples: Any, sample: int, box: float = 0.0, greys: int = 256) -> None:
    """One picture, or all points with the chosen one marked.   samples (N, ...)   box: how far the plane reaches"""
    bare(ax)
    if np.ndim(samples) == 2:
        places = np.asarray(samples)
        ax.plot(*places.T, ".", color=SOURCE, markersize=1.2)
        ax.plot(*places[sample], "o", color=TARGET, markersize=4)
        ax.set(xlim=(-box, box), ylim=(-box, box), aspect="equal")
    else:
        ax.imshow(as_image(samples[sample], greys), cmap="gray", vmin=0, vmax=1)


def chosen_stops(stops: Sequence[int], columns: int, t: int | None = None) -> list[int]:
    """Which stops stand in a strip: evenly spread over time, first and last among them, and the one nearest to t."""
    wanted = np.linspace(stops[0], stops[-1], min(columns, len(stops)))
    places = sorted({int(np.abs(np.array(stops) - time).argmin()) for time in wanted})
    if t is not None:
        now = int(np.abs(np.array(stops) - t).argmin())
        inner = places[1:-1]
        if now not in places and inner:
            places[1 + int(np.abs(np.array(inner) - now).argmin())] = now
    return sorted(places)


def paint_journey(fig: Any, grid: Any, way: Sequence[Any], sample: int, columns: int, t: int | None) -> None:
    """Noisy above predicted clean, a column a stop, its t below. The stop nearest to t is framed."""
    stops, noisy, clean = (way[0], *(np.asarray(one) for one in way[1:3]))
    places = chosen_stops(stops, columns, t)
    cells = grid.subgridspec(2, len(places), wspace=0.06, hspace=0.06)
    box = 1.05 * float(np.abs(noisy[0]).max()) if noisy.ndim == 3 else 0.0
    for column, place in enumerate(places):
        for row, samples in enumerate((noisy, clean)):
            ax = fig.add_subplot(cells[row, column])
            paint_sample(ax, samples[place], sample, box, GREYS[row])
            if not column:
                ax.set_ylabel(("noisy", "predicted\nclean")[row], rotation=0, ha="right", va="center", labelpad=6)
            if row:
                ax.set_xlabel(f"t = {stops[place]}" if not column else str(stops[place]), labelpad=3)
            if t is not None and stops[place] == min(stops, key=lambda stop: abs(stop - t)):
                ax.spines[:].set(visible=True, color=TARGET, linewidth=2)


@in_house_style
def draw_journey(
    stops: Sequence[int], noisy: Any, clean: Any, *, samples: Sequence[int] = (0,), columns: int = 10, title: str = ""
) -> Figure:
    """Some samples on their way out of noise: for each, noisy above the clean one predicted from it, over time.

    stops: S falling times   noisy, clean (S, N, C, H, W), (S, N, H, W), or points (S, N, 2)   -> Figure
    """
    fig = new_figure(0.95 * columns + 0.9, 2.1 * len(samples) + 0.2)
    grid = fig.add_gridspec(len(samples), 1)
    for place, sample in enumerate(samples):
        paint_journey(fig, grid[place], (stops, noisy, clean), sample, columns, None)
    if title:
        fig.suptitle(title, x=0.02, ha="left", fontsize=12)
    return fig


def paint_kept(ax: Axes, bars: Any, t: int | None = None, **look: Any) -> None:
    """The share of variance kept over time, noise on the left as in a journey; a dot at t."""
    values = np.asarray(bars, dtype=np.float64)
    ax.plot(range(len(values)), values, **look)
    ax.set(xlim=(len(values) - 1, 0), ylim=(-0.03, 1.05), xlabel="t", title="signal kept ᾱ")
    if t is not None:
        ax.plot([t], [values[t]], "o", color=TARGET, markersize=8, clip_on=False)
        ax.annotate(f"{values[t]:.3f}", (t, values[t]), (-7, 5), textcoords="offset points", ha="right")


def paint_log_snr(ax: Axes, bars: Any, t: int | None = None, **look: Any) -> None:
    """The logarithm of signal over noise over time; t = 0, where it is infinite, is left out."""
    values = np.asarray(bars, dtype=np.float64)[1:]
    ratio = np.log(np.maximum(values, 1e-12) / np.maximum(1 - values, 1e-12))
    ax.plot(range(1, len(values) + 1), ratio, **look)
    ax.axhline(0, color=QUIET, linewidth=0.8, linestyle=":")
    ax.set(xlim=(len(values), 0), xlabel="t", title="log-SNR, ln ᾱ / (1 − ᾱ)")
    if t:
        ax.plot([t], [ratio[t - 1]], "o", color=TARGET, markersize=8, clip_on=False)
        ax.annotate(f"{ratio[t - 1]:.2f}", (t, ratio[t - 1]), (-7, 5), textcoords="offset points", ha="right")


@in_house_style
def draw_schedule(schedules: Mapping[str, Any], t: int | None = None) -> Figure:
    """What one or several schedules leave of the signal: share of variance, and log signal-to-noise.

    schedules: name -> alpha_bars (T+1,), or what has them; the name stands at its line   t: marked in all   -> Figure
    """
    fig = new_figure(8.6, 2.9)
    left, right = fig.subplots(1, 2)
    for place, (name, given) in enumerate(schedules.items()):
        bars = getattr(given, "alpha_bars", given)
        look = {"color": CYCLE[(0, 2, 3)[place % 3]], "linestyle": ("-", "--", "-.", ":")[place % 4]}
        paint_kept(left, bars, t, **look)
        paint_log_snr(right, bars, t, **look)
        mark = int((0.3 + 0.25 * place) * (len(bars) - 1))
        spot = (mark, float(bars[mark]))
        left.annotate(name, spot, (-5, 4), textcoords="offset points", ha="right", color=look["color"])
    return fig


@in_house_style
def draw_denoising(
    ways: Mapping[str, Sequence[Any]],
    alpha_bars: Any,
    shape: tuple[int, ...],
    *,
    t: int,
    sample: int = 0,
    adding: tuple[Any, Any] | None = None,
    hides: bool = False,
    title: str = "",
) -> Figure:
    """The still of an explorer: the chosen sample's journey by each way, and the schedule with t marked.

    ways: name -> stops, noisy (S, N, D), clean (S, N, D)   shape of a sample
    adding: clean and noised (N, D), shown instead   hides: show neither predictions nor what comes after t
    """
    fig = new_figure(9.6, 1.9 * len(ways) + 0.2 if adding is None else 2.6)
    grid = fig.add_gridspec(1, 2, width_ratios=[3.4, 1])
    if adding is None:
        for (name, way), figure in zip(
            ways.items(), fig.add_subfigure(grid[0]).subfigures(len(ways), 1, squeeze=False)[:, 0], strict=True
        ):
            kept = [place for place, stop in enumerate(way[0]) if stop >= t or not hides] or [0]
            noisy, clean = (np.asarray(one)[kept].reshape(len(kept), -1, *shape) for one in way[1:3])
            figure.suptitle(name, x=0.01, ha="left", fontsize=10)
            journey = [way[0][place] for place in kept], noisy, clean * 0 if hides else clean
            paint_journey(figure, figure.add_gridspec(1, 1)[0], journey, sample, 8, t)
    else:
        left = fig.add_subfigure(grid[0])
        start = np.asarray(next(iter(ways.values()))[1])[0]
        for ax, name, samples in zip(
            left.subplots(1, 3), ("clean", "noise", f"noisy, t = {t}"), (adding[0], start, adding[1]), strict=True
        ):
            paint_sample(ax, samples.reshape(-1, *shape), sample, 1.05 * float(np.abs(start).max()))
            ax.set_title(name)
    paint_kept(fig.add_subfigure(grid[1]).subplots(), alpha_bars, t, color=SOURCE)
    if title:
        fig.suptitle(title, x=0.01, ha="left", fontsize=12)
    return fig
