"""Which submissions look alike beyond chance: a list to look at, not a verdict.

Two submissions are compared by the traces of their statements (traces.py), and ranked by what speaks for a common
source against what chance explains (evidence.py). What it cannot see: an answer rewritten from the idea, and what the
greater part of a class has copied.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from course_lib.grading.similarity.evidence import Evidence, Places
from course_lib.grading.similarity.fingerprints import traces_of

MOST_CELLS = 80
MOST_CHARACTERS = 150_000  # of one student; what comes after is not compared


@dataclass(frozen=True)
class Excerpt:
    """A cell of one student, and which of its lines (from 1) hold something shared."""

    source: str
    lines: tuple[int, ...]


@dataclass(frozen=True)
class Pair:
    """Two submissions that agree more than chance explains."""

    one: str
    other: str
    bits: float  # what speaks for a common source; 10 bits are a factor of about 1,000
    share: float  # of the statements of the shorter one, how many the other has too, 0 to 1
    excerpts: tuple[tuple[Excerpt, Excerpt], ...]


def find_similar(
    cells: Mapping[str, Sequence[str]], known: Sequence[str] = (), most: int = 20, examples: int = 3
) -> list[Pair]:
    """The pairs that share most, most first; none in a class that worked alone.

    cells: the sources of each student's code cells
    known: sources that say nothing when two students have them: what was handed out, the references
    examples: so many pairs of cells are shown of each pair
    """
    expected = {trace for source in known for trace in traces_of(source)}
    places: dict[str, Places] = {}
    for student, sources in cells.items():
        found: Places = {}
        left = MOST_CHARACTERS
        for number, source in enumerate(sources[:MOST_CELLS]):
            if (left := left - len(source)) < 0:
                break
            for trace, place in traces_of(source).items():
                if trace not in expected:
                    found.setdefault(trace, (number, place))
        places[student] = found
    evidence = Evidence(places)
    return [
        Pair(one, other, bits, share, _excerpts((one, other), cells, evidence, examples))
        for bits, share, one, other in evidence.pairs()[:most]
    ]


def _excerpts(
    pair: tuple[str, str],
    cells: Mapping[str, Sequence[str]],
    evidence: Evidence,
    most: int,
) -> tuple[tuple[Excerpt, Excerpt], ...]:
    """The cells in which the two share most, beside each other."""
    one, other = (evidence.places[student] for student in pair)
    worth: dict[tuple[int, int], float] = defaultdict(float)
    lines: dict[tuple[int, int], tuple[set[int], set[int]]] = defaultdict(lambda: (set(), set()))
    for trace in one.keys() & other.keys():
        (here, left), (there, right) = one[trace], other[trace]
        worth[here, there] += evidence.bits(trace) * left.weight
        lines[here, there][0].update(range(left.first, left.last + 1))
        lines[here, there][1].update(range(right.first, right.last + 1))
    best = sorted(worth, key=lambda at: (-worth[at], at))[:most]
    return tuple(
        (
            Excerpt(cells[pair[0]][at[0]], tuple(sorted(lines[at][0]))),
            Excerpt(cells[pair[1]][at[1]], tuple(sorted(lines[at][1]))),
        )
        for at in best
    )
