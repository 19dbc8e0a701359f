"""The page of a denoising explorer before anything is chosen: what JavaScript fills in bears a name (data-is)."""

import html
from collections.abc import Iterable, Sequence

import numpy as np

from course_lib.widgets import denoising_describe as words
from course_lib.widgets.denoising_bundle import Denoisings
from course_lib.widgets.denoising_code import START, Fineness
from course_lib.widgets.denoising_plots import plots


def chooser(name: str, title: str, options: Iterable[tuple[str, str]], attribute: str = "") -> str:
    """A labelled drop-down list."""
    listed = "".join(f'<option value="{html.escape(value)}">{html.escape(text)}</option>' for value, text in options)
    return f'<label>{title}<select name="{name}" {attribute}>{listed}</select></label>'


def sheet(it: Denoisings, name: str, caption: str, label: str, first: bool = False) -> str:
    """A picture of all samples; a press on one chooses it. The first of a row takes the keys: a button a picture."""
    keys, doors, side = "", "", columns(it)
    if first and it.points:
        keys = 'tabindex="0"'
    elif first:
        style = f"grid: repeat({-(-it.count // side)}, 1fr) / repeat({side}, 1fr)"
        each = "".join(
            f'<button role="radio" data-do="pick" aria-label="picture {i}"></button>' for i in range(it.count)
        )
        doors = f'<div class="dn-doors" role="radiogroup" aria-label="pictures" style="{style}">{each}</div>'
    grid = f"--across: {side}; --down: {-(-it.count // side)}"
    return (
        f'<figure><figcaption>{caption}</figcaption><div class="dn-sheet" style="{grid}">'
        f'<canvas data-is="{name}" data-do="sheet" role="img" data-label="{html.escape(label)}" {keys}></canvas>'
        f"{doors}<i></i></div></figure>"
    )


def columns(it: Denoisings) -> int:
    """How many pictures stand side by side."""
    return int(np.ceil(np.sqrt(it.count)))


def one_way(it: Denoisings, side: str) -> str:
    """One way: all samples noisy and predicted, then the chosen one through time."""
    called, what = "way A" if side == "left" else "way B", words.noun(it)
    big = "".join(f'<canvas data-is="{side}_{part}_one" aria-hidden="true"></canvas>' for part in ("noisy", "clean"))
    pair = sheet(it, f"{side}_noisy", "noisy x<sub>t</sub>", f"{called}, noisy {what}s", side == "left") + sheet(
        it, f"{side}_clean", "predicted clean", f"{called}, predicted clean {what}s"
    )
    return f"""<section data-side="{side}"><div class="dn-name">{
        chooser(side, called, ((name, name) for name in it.ways))
    }<small data-is="{side}_waits"></small></div><div class="dn-pair">{pair}</div>
<div class="dn-own" data-is="{side}_own"><div class="dn-one">{big}</div><div class="dn-strip">
<canvas data-is="{side}_strip" role="img" data-label="{called}, the chosen {
        what
    } over time, noisy above predicted clean"></canvas>
<p data-is="{side}_ticks"></p></div></div></section>"""


def controls(it: Denoisings, called: Sequence[str]) -> str:
    """What is moved by hand: bundle, direction, time, play, and the guess."""
    lists = chooser("bundle", "show", ((str(i), text) for i, text in enumerate(called))) if len(called) > 1 else ""
    lists += chooser("forward", "", (("0", "take noise out"), ("true", "put noise in")), 'aria-label="direction"')
    offered = sorted({label for some in words.choices(it).values() for label in some})
    tell = "".join(
        f'<button class="ce-plain" data-do="tell" data-label="{label}">{label or "I can tell now"}</button>'
        for label in map(html.escape, [*offered, ""])
    )
    return f"""<div class="dn-controls">{lists}
<span><button class="ce-plain" aria-label="one stop towards noise" data-do="go" data-by="-1">◀</button>
<label>noise<input type="range" name="t" max="{len(it.times) - 1}" data-is="slider" aria-label="time">clean</label>
<button class="ce-plain" aria-label="one stop towards clean" data-do="go" data-by="1">▶</button></span>
<b data-is="time"></b><button class="ce-plain" data-do="play" data-is="play">Play</button>
<label data-is="asks"><input type="checkbox" role="switch" name="predict" data-is="predict">predict first</label>
<span class="dn-guess" role="group" aria-label="it will be" data-is="guesses">{tell}
<button class="ce-plain" data-do="again">Again</button></span></div>"""


def adding(it: Denoisings) -> str:
    """Clean and noise, put together by the closed form."""
    whose = "given" if it.given else f"made by {next(iter(it.ways))}"
    what = words.noun(it)
    return f"""<div class="dn-adding" data-is="adding">
<p>x<sub>t</sub> = √ᾱ<sub>t</sub> x<sub>0</sub> + √(1 − ᾱ<sub>t</sub>) ε
= <b data-is="signal"></b> x<sub>0</sub> + <b data-is="noise"></b> ε</p><div>{
        sheet(it, "clean_in", f"clean x<sub>0</sub>, {html.escape(whose)}", f"clean {what}s", True)
    }<b>+</b>{sheet(it, "noise_in", "noise ε", f"noise, one for each {what}")}<b>=</b>{
        sheet(it, "sum_in", "noisy x<sub>t</sub>", f"noisy {what}s")
    }</div></div>"""


def frame(it: Denoisings, called: Sequence[str], fineness: Fineness) -> str:
    """The HTML of one bundle.   called: the titles of all, to choose from"""
    ways = one_way(it, "left") + (one_way(it, "right") if len(it.ways) > 1 else "")
    return f"""<h3>{html.escape(it.title)}</h3>{controls(it, called)}
<div class="dn-ways" data-is="taking">{ways}</div>{adding(it)}<div class="dn-plots">{plots(it)}</div>
<p class="dn-status" role="status" data-is="status"></p>
<button class="ce-plain" data-do="toggle" data-is="toggle">Table</button>
<small>Rounded for the page: predicted clean by at most {fineness.clean:.3f}, noisy by at most {fineness.noisy / 2:.3f}
standard deviations of the noise at t, the start by {START / 2:.3f}.</small>
<div class="dn-table" tabindex="0" role="region" aria-label="all stops as a table" data-is="table" hidden></div>"""
