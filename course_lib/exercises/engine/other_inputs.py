"""A law that is broken on other inputs than those a learner is shown."""

from typing import Any

from course_lib.exercises.engine.compare import same
from course_lib.exercises.engine.laws import Broken, Call


def elsewhere(call: Call, message: str, yours: Any = None, expected: Any = None) -> Broken:
    """Say it in words; show the numbers of the given inputs, and those of the others only where the given ones agree.

    Otherwise numbers would stand below inputs that they do not belong to.
    """
    return Broken(message, yours, expected) if same(call.yours, call.expected) else Broken(message)
