"""Learn what a right answer is asked, by asking the library's own and noting the laws' questions."""

import time
from collections.abc import Callable
from dataclasses import fields
from typing import Any

from course_lib.exercises.engine.judge import Make
from course_lib.exercises.engine.registry import Exercise
from course_lib.exercises.engine.trials import Call
from course_lib.exercises.runner.plain_values import fresh
from course_lib.exercises.runner.remote import RemoteAnswer
from course_lib.exercises.runner.safe_call import Guard, Outcome
from course_lib.exercises.runner.surroundings import restored_world
from course_lib.grading.inside.graphs import Graphs, tensors
from course_lib.grading.inside.results import sendable
from course_lib.grading.marking.script import KEPT, Asked, Script
from course_lib.grading.marking.session import Session
from course_lib.grading.protocol.values import Keep, Opaque
from course_lib.grading.protocol.writer import Writer

LONGEST = 0.25  # seconds that the library's own answer may take; slower ones are asked one by one


class Noting(Session):
    """In place of a sandbox: asks the library's own answer, and notes the questions."""

    def __init__(self, script: Script, reference: Callable[..., Any], first_number: int) -> None:
        super().__init__(None)  # type: ignore[arg-type]  # there is no line
        self.script, self.reference, self.first_number = script, reference, first_number
        self.graphs = Graphs()
        self.step = 0

    def keeping(self, thing: Any) -> Opaque | None:
        """Give a function that comes with a question a number."""
        if callable(thing) and self.script.number(thing) is None:
            self.script.things[self.first_number + len(self.script.things)] = thing
        return self.script.keep(thing)

    def ask(self, message: dict[str, Any], keep: Keep | None = None, find: Any = None) -> dict[str, Any]:
        """Answer it here, and note it."""
        noted = {name: fresh(message[name]) for name in KEPT if name in message}
        Writer(self.keeping).node(noted)
        key = self.script.key(noted)
        if "slopes" in noted:
            reply = {"slopes": self.graphs.pull(noted["graph"], noted["slopes"])}
            noted["label"] = noted.pop("graph")
        else:
            reply = self.answer(**{name: message[name] for name in ("args", "options")})
            noted["label"] = reply["graph"]
        self.script.asked.append(Asked(noted, key, self.step, reply))
        self.step += 1
        return reply

    def answer(self, args: list[Any], options: dict[str, Any]) -> dict[str, Any]:
        """What the library's own answer gives."""
        leaves = [each for each in tensors([args, options]) if each.requires_grad]
        value = sendable(self.reference(*args, **options))
        outputs = [each for each in tensors(value) if each.requires_grad] if leaves else []
        return {"value": value, "graph": self.graphs.keep(outputs, leaves) if outputs else 0}


class Own(RemoteAnswer):
    """The library's own answer, asked with the parameters of a submission."""

    def __init__(self, session: Noting, signature: Any) -> None:
        self.session = session
        if signature is not None:
            self.__signature__ = signature

    def __call__(self, *args: Any, **options: Any) -> Any:
        return self.session.call(args, options)


class Plainly(Guard):
    """Calls the library's own answer without any guard."""

    def run(self, function: Callable[..., Any], *args: Any, **options: Any) -> Outcome:
        """What it gives; errors pass."""
        return Outcome(function(*args, **options))


def learn(exercise: Exercise, signature: Any, seeds: range, make: Make, first_number: int) -> Script | None:
    """What a right answer with these parameters is asked with these seeds.

    -> None where questions cannot be asked ahead: the library's own answer needs long, or is not found right this way
    """
    script, began = Script(), time.process_time()
    session = Noting(script, exercise.reference, first_number)
    own, guard = Own(session, signature), Plainly(1.0)
    try:
        for seed in seeds:
            with restored_world():
                if not note(exercise, own, guard, session, seed, make):
                    return None
        if time.process_time() - began > len(seeds) * LONGEST or not script.asked or script.asked[0].reply["graph"]:
            return None
        script.write()
    except Exception:  # noqa: BLE001 (whatever keeps us from asking ahead: one by one it is known to work)
        return None
    return script


def note(exercise: Exercise, own: Own, guard: Guard, session: Noting, seed: int, make: Make) -> bool:
    """One seed, in the order of `judge` -> is everything right?"""
    trials = [make(exercise, seed, number, number == 0) for number in range(exercise.trials + 1)]
    calls, after = list[Call](), 0
    for trial in trials:
        session.step = 0
        calls.append(Call(trial, guard, own).run())
        after = max(after, session.step)
    for call in calls:
        for law in exercise.laws:
            session.step = after
            if law.test(call) is not None:
                return False
        if vars(call).keys() != {each.name for each in fields(call)}:
            return False  # a law left something for the others: their questions may come from it
    return True
