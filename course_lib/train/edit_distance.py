"""The edit distance of two sequences: the fewest changes, and which ones, token by token."""

from collections.abc import Sequence
from typing import Any

Operation = tuple[str, str | None, str | None]


def edit_distance(said: Sequence[Any], right: Sequence[Any]) -> int:
    """Count the fewest insertions, deletions and replacements that turn one sequence into the other.

    Source: Levenshtein 1966; the dynamic programme of Wagner and Fischer 1974.
    """
    row = list(range(len(right) + 1))
    for i, a in enumerate(said, start=1):
        above = row
        row = [i]
        for j, b in enumerate(right, start=1):
            row.append(min(above[j] + 1, row[-1] + 1, above[j - 1] + (a != b)))
    return row[-1]


def edit_operations(truth: Sequence[str], said: Sequence[str]) -> list[Operation]:
    """Say for every token whether it was kept, swapped, dropped or added.

    -> (kind, true token or None, said token or None) in reading order: "keep" (equal), "swap" (different), "drop" (not
    said), "add" (said in excess). Swap, drop and add cost 1 each; no other way costs less. Among equally cheap ways,
    steps along both sequences are preferred towards the end.
    Source: the backtrace of Wagner and Fischer 1974.
    """
    cost = [[i + j for j in range(len(said) + 1)] for i in range(len(truth) + 1)]
    for i, a in enumerate(truth, start=1):
        for j, b in enumerate(said, start=1):
            cost[i][j] = min(cost[i - 1][j] + 1, cost[i][j - 1] + 1, cost[i - 1][j - 1] + (a != b))
    found: list[Operation] = []
    i, j = len(truth), len(said)
    while i or j:
        if i and j and cost[i][j] == cost[i - 1][j - 1] + (truth[i - 1] != said[j - 1]):
            i, j = i - 1, j - 1
            found.append(("keep" if truth[i] == said[j] else "swap", truth[i], said[j]))
        elif i and cost[i][j] == cost[i - 1][j] + 1:
            i -= 1
            found.append(("drop", truth[i], None))
        else:
            j -= 1
            found.append(("add", None, said[j]))
    return found[::-1]
