"""Everything the page of a translation explorer needs, as plain values and bytes, sent once a result.

Sizes   L layers   H heads   T steps   S labels read   N hypotheses drawn
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from course_lib.viz.beam_layout import Tree
from course_lib.widgets.attention.words import plain
from course_lib.widgets.kit.assets import frame
from course_lib.widgets.kit.levels import first_bright, level_colours, percent, scale_html, to_levels
from course_lib.widgets.translation import words
from course_lib.widgets.translation.bundle import Translation

HIGH, LEFT = 38, 52  # pixels from row to row, and to the middle of the first column
MARKS = {"best": "★", "greedy": "◆"}


def pack(translations: Sequence[Translation], asks: bool) -> dict[str, Any]:
    """The `data` trait: what all examples share, and each example."""
    top = max(float(it.weights.max()) for it in translations)
    colours = level_colours(top)
    examples = [pack_one(it, number) for number, it in enumerate(translations)]
    return {
        "examples": examples,
        "phrases": words.PHRASES,
        "html": frame(
            Path(__file__).parent,
            names=enumerate(each["name"] for each in examples),
            asks=asks,
            scale=Markup(scale_html(top, "weight")),
        ),
        "asks": asks,
        "texts": [percent(level) for level in range(256)],
        "colours": colours.tobytes(),
        "shades": [f"rgb({red}, {green}, {blue})" for red, green, blue, _ in colours.tolist()],
        "bright": first_bright(colours),
    }


def pack_one(it: Translation, number: int) -> dict[str, Any]:
    """One example: weights as bytes (L, 1 + H, T, S), labels, candidates, sentences, and the tree."""
    steps = range(len(it.target))
    return {
        "name": it.title or it.joint.join(plain(it.source)) or f"example {number}",
        "shape": list(it.weights.shape),
        "levels": to_levels(it.maps).tobytes(),
        "layers": list(it.layer_names or []),
        "source": plain(it.source),
        "target": words.visible(it, it.target),
        "truth": words.visible(it, it.truth or []),
        "parted": it.parted,
        "joint": it.joint,
        "choices": [choices(it, step) for step in steps],
        "neutral": [words.neutral(it, step) for step in steps],
        "rest": [words.rest(it, step) for step in steps],
        "told": [words.told(it, step) for step in steps],
        "asked": [words.asked(it, step) for step in steps],
        "follow": [follow(it, step) for step in steps],
        "tree": pack_tree(it) if it.tree.nodes else None,
    }


def choices(it: Translation, step: int) -> list[list[Any]]:
    """Each candidate: label, width of its bar in percent, probability, note, and what is said of this guess."""
    return [
        [
            words.visible(it, [label])[0],
            round(100 * probability, 1),
            words.share(probability),
            note,
            words.verdict(it, step, i),
        ]
        for i, ((label, probability), note) in enumerate(zip(it.candidates[step], words.notes(it, step), strict=True))
    ]


def follow(it: Translation, step: int) -> int:
    """The hypothesis to show beside a step: the output's own where the tree has it, else the likeliest kept; or -1."""
    tree = it.tree
    column = min(step, len(tree.sizes) - 1)
    own = tree.find(it.target)
    those = [i for i, at in enumerate(tree.column) if at == column]
    return own[column] if 0 <= column < len(own) else min(those, key=lambda i: tree.rank[i], default=-1)


def pack_tree(it: Translation) -> dict[str, Any]:
    """The tree with places in pixels and its lines as SVG; the page only lays buttons over them."""
    tree = it.tree
    wide = min(max(840 // len(tree.sizes), 68), 100)  # from column to column: few columns may spread
    x = [LEFT + wide * column for column in tree.column]
    y = [HIGH * slot + HIGH // 2 for slot in tree.slot]
    paths = {"best": tree.best, "greedy": tree.greedy}
    looks = [words.fate(it, node) for node in range(len(x))]
    width, height = LEFT + wide * len(tree.sizes), HIGH * (max(tree.slot) + 1)
    lines = {look: [i for i in range(len(x)) if looks[i] == look] for look in ("dropped", "kept", "finished")}
    drawn = f'<circle cx="8" cy="{y[0]}" r="4"/>'
    drawn += "".join(f'<path class="te-{look}" d="{line(tree, x, y, nodes)}"/>' for look, nodes in lines.items())
    drawn += f'<path class="te-best" d="{line(tree, x, y, tree.best, -2)}"/>'
    drawn += f'<path class="te-greedy" d="{line(tree, x, y, tree.greedy, 2)}"/><path class="te-path"/>'
    more = sum(tree.sizes) - len(x)
    key = [f'<span><i class="te-node te-{look}"></i>{look}</span>' for look, nodes in lines.items() if nodes]
    key += [f"<span>{more} more were dropped and are not drawn</span>"] if more else []
    return {
        "x": x,
        "y": y,
        "column": tree.column,
        "columns": len(tree.sizes),
        "parent": [node.parent for node in tree.nodes],
        "label": words.visible(it, [node.token for node in tree.nodes]),
        "look": looks,
        "total": [words.number(node.total) for node in tree.nodes],
        "marks": ["".join(MARKS[name] for name, path in paths.items() if node in path) for node in range(len(x))],
        "words": [words.became(it, node) for node in range(len(x))],
        "ends": [[f"{MARKS[name]} {name} path", path[-1]] for name, path in paths.items() if path],
        "svg": f'<i></i><svg aria-hidden="true" width="{width}" height="{height}">{drawn}</svg>',
        "size": f"width: {width}px; height: {height}px",
        "key": "".join(key),
    }


def line(tree: Tree, x: Sequence[int], y: Sequence[int], nodes: Iterable[int], off: int = 0) -> str:
    """The lines from these hypotheses to what they grew from, `off` pixels lower, as an SVG path."""
    starts = [
        (8, y[0]) if tree.nodes[i].parent < 0 else (x[tree.nodes[i].parent], y[tree.nodes[i].parent]) for i in nodes
    ]
    return "".join(f"M{a} {b + off}L{x[i]} {y[i] + off}" for i, (a, b) in zip(nodes, starts, strict=True))
