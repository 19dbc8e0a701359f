"""What holds for every list of edits."""

from course_lib.exercises.engine.laws import Broken, Call, Law, law
from course_lib.exercises.engine.other_inputs import elsewhere
from course_lib.exercises.runner.plain_values import type_name
from course_lib.exercises.w08.edits_mistakes import Operation
from course_lib.train.scores import edit_distance

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
