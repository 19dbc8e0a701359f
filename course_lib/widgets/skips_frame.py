"""The page of a skip-connections explorer before anything is chosen: what JavaScript fills in bears a name (data-is).

Sizes   D skips   K classes
"""

import html
from collections.abc import Sequence

from course_lib.viz.segmentation import class_colours
from course_lib.widgets import skips_maps as maps
from course_lib.widgets.messages_frame import chooser
from course_lib.widgets.skips_bundle import SWAPPED, WORDS, Skips
from course_lib.widgets.skips_words import NOBODY


def picture(name: str, caption: str, more: str = "") -> str:
    """A canvas with its caption; the mark follows the pointer in all of them."""
    return (
        f'<figure><figcaption data-is="{name}_caption">{caption}</figcaption>'
        f'<span class="sk-pic" data-look><canvas data-is="{name}" role="img" {more}></canvas><i></i></span></figure>'
    )


def tile(depth: int, node: int) -> str:
    """One level of the U: a map of it, and its size."""
    place = "sk-bottom" if node == depth else "sk-down" if node < depth else "sk-up"
    size = 0.82 ** maps.level_of(depth, node)
    return (
        f'<button class="sk-tile {place}" data-do="node" data-node="{node}" style="--size: {size:.2f}" '
        f'aria-label="{maps.node_name(depth, node)}"><span class="sk-pic"><canvas></canvas><i></i></span>'
        "<small></small></button>"
    )


def bridge(depth: int, kinds: int, skip: int) -> str:
    """One skip: a line from leg to leg, and its switch."""
    ends = {0: " · finest", depth - 1: " · coarsest"} if depth > 1 else {}
    buttons = "".join(
        f'<button role="radio" data-do="switch" data-skip="{skip}" data-kind="{WORDS[kind]}">'
        f"{'swap' if kind == SWAPPED else WORDS[kind]}</button>"
        for kind in range(kinds)
    )
    return (
        f'<div class="sk-bridge" data-do="turn" data-skip="{skip}">'
        f"<b>skip {skip + 1}<span>{ends.get(skip, '')}</span><em></em></b>"
        f'<span class="sk-line"></span><canvas class="sk-lender" aria-hidden="true"></canvas>'
        f'<div class="sk-switch" role="radiogroup" data-walk="switch" aria-label="skip {skip + 1}">{buttons}'
        "</div></div>"
    )


def legs(it: Skips) -> str:
    """The U: encoder levels on the left, decoder levels on the right, skips between, the bottleneck below."""
    depth, last = it.depth, maps.nodes(it) - 1
    empty = '<span class="sk-tile"></span>'
    lines = [
        tile(depth, level)
        + bridge(depth, it.kinds, level)
        + (tile(depth, 2 * depth - level) if 2 * depth - level <= last else empty)
        for level in range(depth)
    ]
    turn = f'<span class="sk-turn"></span>{tile(depth, depth)}<span class="sk-turn"></span>'
    return (
        f'<div class="sk-u" role="group" aria-label="the U" data-is="u" data-walk="nodes">{"".join(lines)}{turn}</div>'
    )


def dice_table(it: Skips) -> str:
    """A line a class, and the mean."""
    swatches = [f'<i style="background: {colour}"></i>' for colour in class_colours(len(it.names))]
    lines = "".join(
        f"<tr><td>{swatch}{html.escape(name)}</td><td></td><td><span></span></td><td></td></tr>"
        for swatch, name in [*zip(swatches, it.names, strict=True), ("<i></i>", "mean")]
    )
    return (
        f'<table class="sk-dice"><caption data-is="measure"></caption><tr><th>class</th><th>Dice</th><th></th>'
        f'<th title="change against all skips on">change</th></tr><tbody data-is="dice">{lines}</tbody></table>'
    )


def frame(several: Sequence[Skips]) -> str:
    """The HTML of all pictures of one model."""
    it = several[0]
    named = [one.name or f"picture {i}" for i, one in enumerate(several)]
    guesses = "".join(
        f'<button class="ce-plain" data-do="guess" data-class="{k}">{html.escape(name)}</button>'
        for k, name in [*enumerate(it.names), (NOBODY, "none of them")]
    )
    combinations = "".join(
        f'<button role="radio" data-do="combination" data-at="{i}"><canvas></canvas><span></span></button>'
        for i in range(2**it.depth)
    )
    title = f"<h3>{html.escape(it.name)}</h3>" if len(several) == 1 and it.name else ""
    return f"""{title}<div class="sk-controls">{chooser("image", "picture", enumerate(named))}
<label><input type="checkbox" role="switch" name="difference">difference to the truth</label>
<label><input type="checkbox" role="switch" name="predict">predict first</label>
<button class="ce-plain" data-do="on">all skips on</button>
<button class="ce-plain" data-do="toggle" data-is="toggle">Table</button></div>
<p class="sk-question" data-is="question"><b data-is="ask"></b> {guesses}</p>
<div class="sk-main"><div class="sk-given">{picture("image", "image")}{picture("truth", "truth")}</div>
{legs(it)}
<div class="sk-result">{picture("mask", "prediction", 'tabindex="0" data-walk="spot"')}{dice_table(it)}</div></div>
<div class="sk-more"><section class="sk-map"><h4 data-is="title"></h4><div>{picture("map", "")}
<div class="sk-channels" role="radiogroup" aria-label="channels" data-is="channels" data-walk="channels"></div></div>
</section>
<section><h4>All on and off<small>● on ○ off, finest first, mean Dice</small></h4>
<div class="sk-combinations" style="--across: {min(2**it.depth, 4)}" role="radiogroup" aria-label="all on and off"
data-is="combinations" data-walk="combinations">{combinations}</div></section></div>
<p class="sk-status" role="status" data-is="status"></p>
<div class="sk-table" tabindex="0" role="region" aria-label="Dice of all states" data-is="table" hidden></div>"""
