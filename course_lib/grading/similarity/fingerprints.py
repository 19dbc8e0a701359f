"""The traces that an answer leaves: winnowed runs of nodes of its statements' syntax trees.

Of all runs of K nodes in a statement, the one with the least hash in each WINDOW of neighbours is kept, so that every
shared run of K + WINDOW - 1 nodes leaves at least one shared trace (Schleimer, Wilkerson, Aiken 2003, Winnowing: local
algorithms for document fingerprinting, section 3).
"""

import functools
import re
import zlib
from typing import NamedTuple

from course_lib.grading.similarity.syntax import LONGEST, statements

K = 6
WINDOW = 3


class Trace(NamedTuple):
    """What is left of some nodes, where: the function they stand in, and the hash of the nodes."""

    within: str
    hash: int


class Place(NamedTuple):
    """The lines that a trace comes from, and what it weighs: the traces of one statement weigh 1 together."""

    first: int
    last: int
    weight: float


@functools.lru_cache(maxsize=4096)
def traces_of(source: str) -> dict[Trace, Place]:
    """The traces of a cell; a cell that is no Python leaves its lines without spaces."""
    found = statements(source)
    if found is None:
        return _lines(source[:LONGEST])
    kept: dict[Trace, Place] = {}
    for each in found:
        nodes = each.nodes
        runs = [zlib.crc32("\n".join(nodes[i : i + K]).encode()) for i in range(max(1, len(nodes) - K + 1))]
        least = {min(runs[i : i + WINDOW]) for i in range(max(1, len(runs) - WINDOW + 1))}
        for one in least:
            kept.setdefault(Trace(each.within, one), Place(each.first, each.last, 1 / len(least)))
    return kept


def _lines(source: str) -> dict[Trace, Place]:
    """Whole lines as traces, below the last `def` that starts at the margin."""
    kept: dict[Trace, Place] = {}
    within = ""
    for number, line in enumerate(source.splitlines(), 1):
        if start := re.match(r"(?:def|class) (\w+)", line):
            within = start[1]
        if len(line.strip()) > 7 and not line.lstrip().startswith("#"):
            text = "".join(line.split()).encode("utf-8", "replace")
            kept.setdefault(Trace(within, zlib.crc32(text)), Place(number, number, 1.0))
    return kept
