"""How much two submissions agree beyond what chance explains.

Short exercises have few right ways, so two people who write the same are no news; two who agree again and again, also
where the class does not, are. A statement that both wrote speaks for a common source by log2(1 / p) bits, where p is
the share of the class that wrote it too; among those who already agree with the two, p is counted anew, so that one
answer out of a book that half the class has read counts once and not line by line. A statement that only one of them
wrote speaks against it by DIFFERENT bits. That is the logarithm of how much likelier the pair is if one copied, and
changed a statement in seven or so, than if both worked alone. Every function may have been copied or not, so that two
copied answers of five are not outvoted by the other three. A pair is listed when its bits outweigh the number of pairs
in the class, as chance has that many tries.

The constants were chosen on made-up classes, see tests/benchmarks/bench_similarity.py.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from course_lib.grading.similarity.fingerprints import Place, Trace

DIFFERENT = 2.0  # bits that a statement in only one of the two speaks against a common source
MARGIN = 2.0  # bits beyond those that the number of pairs asks for
ASKED = 0.3  # a name that this share of the class defines is a question; others are helpers, which may be renamed
COPIED = 0.75  # of the functions of somebody who copied, so many are copied
PRIOR = 8.0  # so many imagined others write as the whole class does, when few agree with the two

Places = dict[Trace, tuple[int, Place]]  # with the number of the cell


class Evidence:
    """A class's traces, and the pairs that stand out."""

    def __init__(self, places: Mapping[str, Places]) -> None:
        self.places = _joined_helpers(places)
        self.students = sorted(self.places)
        self.holders: dict[Trace, int] = defaultdict(int)  # one bit a student
        for row, student in enumerate(self.students):
            for trace in self.places[student]:
                self.holders[trace] |= 1 << row
        self.known: dict[frozenset[Trace], float] = {}

    def bits(self, trace: Trace) -> float:
        """What one shared trace says by itself."""
        return -math.log2(self._share(trace))

    def pairs(self) -> list[tuple[float, float, str, str]]:
        """(bits, share of the shorter one's statements, one, other) of the pairs worth a look, most telling first."""
        size = len(self.students)
        if size < 2:
            return []
        enough = math.log2(size * (size - 1) / 2) + MARGIN
        found = []
        for i, j in self._candidates(enough):
            one, other = self.students[i], self.students[j]
            bits, share = self._compare(self.places[one], self.places[other])
            if bits >= enough:
                found.append((bits, share, one, other))
        return sorted(found, key=lambda each: (-each[0], each[2:]))

    def _share(self, trace: Trace) -> float:
        """The share of the class that has a trace, a little less, as the pair itself is no chance sample."""
        return (self.holders[trace].bit_count() - 0.5) / len(self.students)

    def _candidates(self, enough: float) -> Iterator[tuple[int, int]]:
        """The pairs that would have enough bits if every statement were independent of the others; never too few."""
        import numpy as np

        size = len(self.students)
        total = np.zeros((size, size), dtype=np.float32)
        functions: dict[str, list[Trace]] = defaultdict(list)
        for trace, who in self.holders.items():
            if who.bit_count() > 1:
                functions[trace.within].append(trace)
        for traces in functions.values():
            has = np.zeros((size, len(traces)), dtype=np.float32)
            column = {trace: number for number, trace in enumerate(traces)}
            for row, student in enumerate(self.students):
                mine = [column[trace] for trace in self.places[student] if trace in column]
                has[row, mine] = 1
            heaviest = [max(p[t][1].weight for p in self.places.values() if t in p) for t in traces]
            worth = np.array([self.bits(trace) for trace in traces], dtype=np.float32) * np.array(heaviest)
            total += (has * worth.astype(np.float32)) @ has.T
        for i, j in zip(*np.nonzero(np.triu(total >= enough, 1)), strict=True):
            yield int(i), int(j)

    def _compare(self, one: Places, other: Places) -> tuple[float, float]:
        shared: dict[str, list[Trace]] = defaultdict(list)
        against: dict[str, float] = defaultdict(float)
        for trace in one.keys() | other.keys():
            if trace in one and trace in other:
                shared[trace.within].append(trace)
            else:
                against[trace.within] += DIFFERENT * (one.get(trace) or other[trace])[1].weight
        total = 0.0
        for within in shared.keys() | against.keys():
            bits = self._together(frozenset(shared[within]), one) - against[within]
            total += math.log2(COPIED * 2**bits + 1 - COPIED)
        both = sum(min(one[trace][1].weight, other[trace][1].weight) for traces in shared.values() for trace in traces)
        shorter = min(sum(place.weight for _, place in each.values()) for each in (one, other))
        return total, min(1.0, both / shorter) if shorter else 0.0

    def _together(self, shared: frozenset[Trace], places: Places) -> float:
        """Bits of what is shared of one function: the rarest statement first, each given those before it."""
        if shared in self.known:
            return self.known[shared]
        statements: dict[tuple[int, int], list[Trace]] = defaultdict(list)
        for trace in shared:
            number, place = places[trace]
            statements[number, place.first].append(trace)
        rarest = {at: min(map(self._share, traces)) for at, traces in statements.items()}
        total, agreeing = 0.0, (1 << len(self.students)) - 1
        for at in sorted(statements, key=lambda at: (rarest[at], at)):
            before = agreeing.bit_count() - 2  # but for the pair itself
            for trace in statements[at]:
                agreeing &= self.holders[trace]
            given = (agreeing.bit_count() - 2 + PRIOR * rarest[at]) / (before + PRIOR)
            total -= math.log2(min(1.0, given)) * min(1.0, sum(places[trace][1].weight for trace in statements[at]))
        self.known[shared] = total
        return total


def _joined_helpers(places: Mapping[str, Places]) -> dict[str, Places]:
    """Traces in functions that few define count as traces of helpers, whatever these are called."""
    names = Counter(name for each in places.values() for name in {trace.within for trace in each})
    asked = {name for name, count in names.items() if count > max(1, ASKED * len(places))}
    return {
        student: {Trace(trace.within if trace.within in asked else "", trace.hash): at for trace, at in each.items()}
        for student, each in places.items()
    }
