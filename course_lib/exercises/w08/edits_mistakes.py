"""Lists of edits that go wrong, each in one way."""

from difflib import SequenceMatcher
from itertools import combinations, zip_longest

from course_lib.train import edit_distance as edits

Operation = tuple[str, str | None, str | None]


def place_by_place(truth: list[str], said: list[str]) -> list[Operation]:
    return [
        ("drop" if b is None else "add" if a is None else "keep" if a == b else "swap", a, b)
        for a, b in zip_longest(truth, said)
    ]


def looking_one_ahead(truth: list[str], said: list[str]) -> list[Operation]:
    found: list[Operation] = []
    i = j = 0
    while i < len(truth) and j < len(said):
        if truth[i] != said[j] and truth[i + 1 : i + 2] == [said[j]]:
            found.append(("drop", truth[i], None))
            i += 1
        elif truth[i] != said[j] and said[j + 1 : j + 2] == [truth[i]]:
            found.append(("add", None, said[j]))
            j += 1
        else:
            found.append(("keep" if truth[i] == said[j] else "swap", truth[i], said[j]))
            i, j = i + 1, j + 1
    return found + all_new(truth[i:], said[j:])


def longest_piece_first(truth: list[str], said: list[str]) -> list[Operation]:
    found: list[Operation] = []
    for _, i, end_i, j, end_j in SequenceMatcher(None, truth, said, autojunk=False).get_opcodes():
        found += place_by_place(truth[i:end_i], said[j:end_j])
    return found


def other_way_round(truth: list[str], said: list[str]) -> list[Operation]:
    return edits.edit_operations(said, truth)


def backwards(truth: list[str], said: list[str]) -> list[Operation]:
    return edits.edit_operations(truth, said)[::-1]


def only_what_is_wrong(truth: list[str], said: list[str]) -> list[Operation]:
    return [each for each in edits.edit_operations(truth, said) if each[0] != "keep"]


def names_exchanged(truth: list[str], said: list[str]) -> list[Operation]:
    other = {"drop": "add", "add": "drop"}
    return [(other.get(kind, kind), a, b) for kind, a, b in edits.edit_operations(truth, said)]


def never_swapped(truth: list[str], said: list[str]) -> list[Operation]:
    found: list[Operation] = []
    for kind, a, b in edits.edit_operations(truth, said):
        found += [("drop", a, None), ("add", None, b)] if kind == "swap" else [(kind, a, b)]
    return found


def all_new(truth: list[str], said: list[str]) -> list[Operation]:
    return [*(("drop", each, None) for each in truth), *(("add", None, each) for each in said)]


def keeps_are_swaps(truth: list[str], said: list[str]) -> list[Operation]:
    return [("swap" if kind == "keep" else kind, a, b) for kind, a, b in edits.edit_operations(truth, said)]


def cost(found: list[Operation]) -> int:
    """How many operations are not a keep."""
    return sum(a != b for _, a, b in found)


def tells_apart(truth: list[str], said: list[str]) -> bool:
    """Are these words on which hasty ways cost too much, and in which a sound is swapped and one is dropped?"""
    best = edits.edit_operations(truth, said)
    kinds = {kind for kind, _, _ in best}
    hasty = [place_by_place(truth, said)]
    if len(truth) > 5:  # few tiny words tell all of them apart
        hasty += [longest_piece_first(truth, said), looking_one_ahead(truth, said)]
    unlike = all(one != other for one, other in combinations(hasty, 2))
    return unlike and {"swap", "drop"} <= kinds and all(cost(each) > cost(best) for each in hasty)
