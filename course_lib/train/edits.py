"""What went wrong, token by token: a cheapest way from the right sequence to the one that was said."""

from collections.abc import Sequence

Operation = tuple[str, str | None, str | None]


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
