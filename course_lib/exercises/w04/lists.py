"""Lists as results: they may be of any length, so they are compared as a whole."""

from course_lib.exercises.engine.laws import Broken, Call, Law


def as_lists(value: object) -> object:
    """Tuples and ranges as lists, at every depth."""
    return [as_lists(each) for each in value] if isinstance(value, (list, tuple, range)) else value


def is_the_expected_list(call: Call) -> Broken | None:
    """Every entry, and as many of them."""
    if as_lists(call.yours) == as_lists(call.expected):
        return None
    return Broken("Your list is not the expected one.", call.yours, call.expected)


list_equals_reference = Law("equals the reference", -1.0, is_the_expected_list, about_values=True)
"""Weighs as much as all the other laws of its exercise together."""
