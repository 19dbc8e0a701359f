"""Homework, question 4: which sounds were kept, swapped, dropped and added."""

from collections.abc import Callable
from difflib import SequenceMatcher
from itertools import combinations, zip_longest
from typing import Any

from course_lib.exercises.author import *
from course_lib.train import edit_distance as edits
from course_lib.train.edit_distance import edit_distance

Operation = tuple[str, str | None, str | None]


KINDS = ("keep", "swap", "drop", "add")


def sides(found: list[Operation]) -> tuple[list[str], list[str]]:
    """The sounds of the truth and those that were said, as the operations read them."""
    return [a for _, a, _ in found if a is not None], [b for _, _, b in found if b is not None]


@law("a list of (kind, true sound, said sound)", weight=0)
def is_a_list_of_operations(call: Call) -> Broken | None:
    """Threes, whose first is one of the four kinds and whose others are sounds or None."""
    if call.unreadable:
        return Broken(f"{call.unreadable[0].upper()}{call.unreadable[1:]}.")
    if call.yours is None:
        return Broken("Your function returns nothing; is a `return` missing?")
    if not isinstance(call.yours, list):
        return Broken(f"Your function returns {type_name(call.yours)}; it should return a list.")
    for each in call.yours:
        if not isinstance(each, tuple) or len(each) != 3:
            return Broken(f"Every operation has three parts: kind, true sound, said sound. One of yours is {each!r}.")
        if each[0] not in KINDS:
            return Broken(f"The kinds are {', '.join(KINDS)}; one of yours is {each[0]!r}.")
        if any(sound is not None and not isinstance(sound, str) for sound in each[1:]):
            return Broken(f"A sound is a text, or None where there is none; one of your operations is {each!r}.")
    return None


def reads(name: str, side: int) -> Law:
    """The law that the operations contain one of the two words, in order."""

    def test(call: Call) -> Broken | None:
        found, wanted = sides(call.yours)[side], call.inputs[name]
        if found == wanted:
            return None
        back = " Read from the end it is right. Did you collect it while walking back?" if found[::-1] == wanted else ""
        return Broken(f"The sounds of your operations should give `{name}`, {wanted}; yours give {found}.{back}")

    return Law(f"in order, they read `{name}`", 1.0, test, about_values=True)


@law("each kind fits its sounds")
def kinds_fit(call: Call) -> Broken | None:
    """keep: equal; swap: different; drop: nothing said; add: nothing true."""
    if sides(call.yours) != (call.inputs["truth"], call.inputs["said"]):
        return Broken("Your operations do not read both words, so their kinds cannot be judged.")
    for kind, a, b in call.yours:
        fits = "drop" if b is None else "add" if a is None else "keep" if a == b else "swap"
        if kind != fits or (a is None and b is None):
            return Broken(f"{(kind, a, b)} does not fit: with these sounds it is {fits!r}.")
    return None


def is_cheapest(call: Call) -> Broken | None:
    """Swaps, drops and adds together are as many as the edit distance."""
    truth, said = call.inputs["truth"], call.inputs["said"]
    if sides(call.yours) != (truth, said):
        return Broken("Your operations do not read both words, so their cost cannot be judged.")
    cost, least = sum(a != b for _, a, b in call.yours), edit_distance(said, truth)
    return Broken(f"Yours costs {cost}; {least} is enough.") if cost != least else None


@law("one word may be empty")
def empty_words(call: Call) -> Broken | None:
    """Then everything is dropped, or everything added."""
    sounds = call.inputs["truth"][:2]
    for given, wanted in (
        ({"said": []}, [("drop", each, None) for each in call.inputs["truth"]]),
        ({"truth": [], "said": sounds}, [("add", None, each) for each in sounds]),
    ):
        result = call.again(**given)
        if result != wanted:
            which = next(name for name, word in given.items() if not word)
            return elsewhere(call, f"With an empty `{which}` the result is off.", result, wanted)
    return None


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


SOUNDS = ("AE", "K", "T", "IY", "S", "N", "UW", "R", "L", "OW", "D", "M")
"""The full-size words use the first five only, so that sounds come back and a hasty alignment goes astray."""


@exercise("w08.edit_operations", title="What went wrong with each sound", notebook="homework", section="4", points=5,
          minutes=20, difficulty=4, importance=3)  # fmt: skip
class EditOperations:
    """A cheapest way to turn the true sounds into those that were said, step by step."""

    reference = edits.edit_operations
    returns = tuple(f"operation {i}" for i in range(1, 13))
    gates = [is_a_list_of_operations, inputs_untouched]

    def use(self, candidate: Callable[..., Any], truth: list[str], said: list[str]) -> Any:
        args, options = bind(candidate, {"truth": truth, "said": said})
        found = candidate(*args, **options)
        if not isinstance(found, (list, tuple)):
            return found
        return [tuple(each) if isinstance(each, list) else each for each in found]

    def inputs(self, draw: Draw) -> dict[str, Any]:
        length, different = draw.size(4, draw.integer(7, 10)), draw.size(12, 5)
        while True:
            truth = [SOUNDS[i] for i in draw.integers(0, different, length).tolist()]
            said = list(truth)
            said[draw.integer(2, length - 1)] = draw.choice(SOUNDS[:different])
            del said[draw.integer(0, 2)]
            if not draw.tiny:
                said.insert(draw.integer(2, length - 1), draw.choice(SOUNDS[:different]))
                del said[draw.integer(2, length - 1)]
            if tells_apart(truth, said):
                return {"truth": truth, "said": said}

    laws = [
        reads("truth", 0),
        reads("said", 1),
        kinds_fit,
        Law("no way is cheaper", 3.0, is_cheapest, about_values=True),
        empty_words,
    ]
    mistakes = {
        "place by place": mistake(
            place_by_place,
            "After one dropped sound, which true sound does the next one belong to?",
            "You compare sounds that stand at the same place, so one drop makes all that follow wrong.",
        ),
        "greedy": mistake(
            looking_one_ahead,
            "Could a choice that looks good now cost more later, and how would you know?",
            "You decide from left to right, looking one sound ahead.",
        ),
        "the longest common pieces first": mistake(
            longest_piece_first,
            "Does the longest piece in common always lie on a cheapest way?",
            "difflib looks for long equal pieces, not for the fewest changes.",
        ),
        "the other way round": mistake(
            other_way_round,
            "Whose sounds stand second in each operation?",
            "You turn what was said into the truth.",
        ),
        "backwards": mistake(
            backwards,
            "In which order does the walk back find the operations?",
            "Your list begins with the last sound.",
        ),
        "only what is wrong": mistake(
            only_what_is_wrong, "Where are the sounds that were said rightly?", "Your list has no `keep`."
        ),
        "drop and add exchanged": mistake(
            names_exchanged,
            "Is a sound that was never said dropped or added?",
            "Your two names have changed places.",
        ),
        "never a swap": mistake(
            never_swapped,
            "What does it cost to drop a sound and add another, and what does a swap cost?",
            "Where one sound stands for another, you pay twice.",
        ),
        "nothing kept": mistake(
            all_new,
            "Which sounds are in both words, in the same order?",
            "You drop the whole word and add the other.",
        ),
        "a keep called a swap": mistake(
            keeps_are_swaps, "What is a swap of a sound with itself?", "Two equal sounds are a keep."
        ),
    }
    hints = [
        "First the table of edit distances between all beginnings of the two words; the lecture on spelling used it.",
        "Then walk back from its last corner: which neighbour could this cell have come from, at which cost?",
        "A step along both words is a keep or a swap, along `truth` alone a drop, along `said` alone an add.",
    ]
