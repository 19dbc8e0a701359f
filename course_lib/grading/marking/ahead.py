"""Ask a submission all that a right answer is asked, ahead of the laws, which then find the replies ready.

It can only confirm: what is found right this way keeps every law, on its own replies to the laws' own questions. All
else is put again, one question at a time and in a fresh process, so that a wrong answer's verdict never depends on what
it was asked besides.
"""

import contextlib
import hashlib
import time
from typing import Any

from course_lib.exercises.engine.compare import same
from course_lib.exercises.engine.judge import Make
from course_lib.exercises.engine.registry import Exercise
from course_lib.exercises.engine.verdict import Verdict
from course_lib.exercises.feedback.points import ROUNDS
from course_lib.exercises.runner.safe_call import allowed_seconds
from course_lib.exercises.runner.surroundings import OUTPUT_LIMIT
from course_lib.grading.inside.several import TROUBLES
from course_lib.grading.marking.learning import learn
from course_lib.grading.marking.remote import Answer
from course_lib.grading.marking.script import Script
from course_lib.grading.marking.session import Lost, Session
from course_lib.grading.protocol.values import WireError
from course_lib.grading.protocol.writer import Writer

SECONDS = 0.5  # for all of it; whoever takes longer is asked one by one
VARIETIES = 20  # ways to name the parameters of one exercise for which a script is kept
FIRST_NUMBER = 1_000_000  # of the functions that come with scripts; those of a session are counted from 0


class Again(Exception):
    """Asked ahead, an answer was not found right: put it one by one, in a fresh process."""


class Scripts:
    """The scripts of a marker."""

    def __init__(self, seed: int, make: Make) -> None:
        self.seeds, self.make = range(seed, seed + ROUNDS), make
        self.known: dict[str, dict[str, Script | None]] = {}
        self.number = FIRST_NUMBER

    def find(self, exercise: Exercise, answer: Answer) -> Script | None:
        """What an answer with these parameters is asked; None where it is to be asked one by one."""
        known = self.known.setdefault(exercise.id, {})
        signature = getattr(answer, "__signature__", None)
        if (name := str(signature)) not in known:
            if len(known) >= VARIETIES:
                return None
            found = known[name] = learn(exercise, signature, self.seeds, self.make, self.number)
            self.number += len(found.things) if found is not None else 0
        return known[name]

    def forget_verdicts(self) -> None:
        """Forget what was found right, as if no two submissions said the very same."""
        for known in self.known.values():
            for script in known.values():
                if script is not None:
                    script.right.clear()


class Ahead:
    """One answer and its script. `spent`: seconds of the check's allowance that are gone."""

    def __init__(self, session: Session, script: Script) -> None:
        self.session, self.script = session, script
        self.replies: list[dict[str, Any]] = []
        self.place = 0  # of the next question
        self.digest = hashlib.sha256()
        self.spent = 0.0
        session.lent.things.update(script.things)

    def begin(self, exercise: Exercise) -> bool:
        """Put the very first question, as it would be put anyway -> does it pay to go ahead?"""
        session, first = self.session, self.script.asked[0]
        began = time.monotonic()
        session.allow(allowed_seconds(exercise.seconds))
        asked = {name: first.message[name] for name in ("args", "options", "seed")}
        try:
            said = session.ask({"do": "call", **asked, "output": OUTPUT_LIMIT} | session.left(), keep=self.script.keep)
        except Lost:  # whoever judges will hear of it
            return False
        self.spent = (time.monotonic() - began) / session.stretch
        self.replies = [said]
        writer = Writer()
        self.digest.update(repr(writer.node([said.get("value"), said.get("after")])).encode())
        self.digest.update(b"".join(writer.arrays))
        if any(said.get(each) for each in TROUBLES) or said.get("value") is None:
            return False
        value, wanted = said.get("value"), first.reply["value"]
        one_of_many = type(value) is not type(wanted) or not any(law.about_values for law in exercise.laws)
        return one_of_many or same(value, wanted)

    def go(self) -> Verdict | None:
        """Put all the other questions -> the verdict on an answer that said the very same before, or None.

        Raises Again, Lost.
        """
        frames, self.session.output = [], OUTPUT_LIMIT
        self.session.allow(SECONDS)
        for number, frame in enumerate(self.script.frames):
            if not self.script.wave(number):
                continue
            if (heard := self.session.several(frame)) is None:
                raise Again
            frames.append((number, heard))
            for part in heard:
                self.digest.update(len(part).to_bytes(8) + part)
        if (known := self.script.right.get(self.digest.digest())) is not None:
            return known
        found = dict(enumerate(self.replies))
        for number, heard in frames:
            found |= self.read(number, heard)
        self.replies = [found[place] for place in range(len(self.script.asked))]
        return None

    def read(self, number: int, heard: tuple[bytes, bytes]) -> dict[int, dict[str, Any]]:
        """The replies of a wave, by their places in the script. Raises Again for what are none."""
        places = self.script.wave(number)
        try:
            replies = self.session.line.read(heard).get("replies")
        except WireError:
            raise Again from None
        if type(replies) is not list or len(replies) != len(places) or not all(type(each) is dict for each in replies):
            raise Again
        usual = {"output": OUTPUT_LIMIT}
        return {place: usual | reply for place, reply in zip(places, replies, strict=True)}

    @property
    def to_its_end(self) -> bool:
        """Was every reply used, and nothing else asked?"""
        return self.place == len(self.replies) == len(self.script.asked)

    def answer(self, message: dict[str, Any]) -> dict[str, Any] | None:
        """The reply that is ready for a question; None from the first question on that the script does not have."""
        place, self.place = self.place, self.place + 1
        if place < len(self.replies):
            with contextlib.suppress(WireError):  # the question holds a function that the script has not
                if self.script.asked[place].key == self.script.key(message):
                    return self.replies[place]
            self.replies = []
        return None
