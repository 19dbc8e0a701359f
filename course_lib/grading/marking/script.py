"""What a right answer is asked, from its first call to its last, in waves.

A law may make its next question out of what it was told before, so a question stands in a later wave than all the
answers it could be made from: whoever sees it has answered those, and finds no expected value in it. Laws know nothing
of each other, nor do seeds; their questions of one wave go out together.
"""

from dataclasses import dataclass, field
from typing import Any

from course_lib.exercises.engine.verdict import Verdict
from course_lib.grading.marking.alike import alike
from course_lib.grading.protocol.frames import pack
from course_lib.grading.protocol.values import Opaque
from course_lib.grading.protocol.writer import Writer

KEPT = ("args", "options", "seed", "graph", "slopes")  # of a question: what makes it this one
Key = tuple[str, tuple[bytes, ...]]


@dataclass(frozen=True)
class Asked:
    """One question, and what a right answer says to it."""

    message: dict[str, Any]
    key: Key
    wave: int
    reply: dict[str, Any]


@dataclass
class Script:
    """All questions of one exercise, in the order in which a right answer hears them one by one."""

    asked: list[Asked] = field(default_factory=list)
    things: dict[int, Any] = field(default_factory=dict)  # functions of ours that come with them, by number
    frames: list[bytes] = field(default_factory=list)  # one a wave, ready to be sent; without the very first question
    right: dict[bytes, Verdict] = field(default_factory=dict)  # what was found right before, by a hash of all replies

    def number(self, thing: Any) -> int | None:
        """The number of a function that came with a question, or of one that does the same."""
        return next((number for number, known in self.things.items() if alike(known, thing)), None)

    def keep(self, thing: Any) -> Opaque | None:
        """How such a function is spoken of."""
        number = self.number(thing)
        return None if number is None else Opaque(number, repr(thing)[:200], "function")

    def key(self, message: dict[str, Any]) -> Key:
        """What makes a question this one. Raises WireError when it holds what no question here holds."""
        writer = Writer(self.keep)
        return repr(writer.node({name: message[name] for name in KEPT if name in message})), tuple(writer.arrays)

    def wave(self, number: int) -> list[int]:
        """The places of a wave's questions, but for the very first."""
        return [place for place, each in enumerate(self.asked) if place and each.wave == number]

    def write(self) -> None:
        """Make the frames. Raises WireError for what cannot be sent."""
        for number in range(1 + max(each.wave for each in self.asked)):
            asked = [self.asked[place].message for place in self.wave(number)]
            self.frames.append(pack({"asked": asked}, self.keep))
