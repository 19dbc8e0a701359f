"""The verdict on one answer of a submission, with the hidden seeds: asked ahead where that is possible."""

from typing import Any

from course_lib.exercises.engine.judge import Make, judge_exercise
from course_lib.exercises.engine.registry import Exercise
from course_lib.exercises.engine.verdict import Verdict
from course_lib.exercises.feedback.points import worst
from course_lib.exercises.runner.safe_call import allowed_seconds
from course_lib.grading.marking.ahead import Again, Ahead, Scripts
from course_lib.grading.marking.remote import Answer, RemoteGuard
from course_lib.grading.marking.session import Lost, Session


class Judge:
    """Judges answers with one hidden seed. `make`: where trials come from."""

    def __init__(self, seed: int, make: Make) -> None:
        self.seed, self.make = seed, make
        self.scripts = Scripts(seed, make)

    def verdict(self, exercise: Exercise, session: Session, answer: Answer, ahead: bool = True) -> Verdict:
        """Judge an answer. Raises Again when it was asked ahead and not found right."""
        script = None
        if ahead and answer.is_callable and not answer.is_class and not answer.is_blank:
            script = self.scripts.find(exercise, answer)
        if script is None:
            return self.one_by_one(exercise, session, answer)
        asking = Ahead(session, script)
        goes = asking.begin(exercise)
        session.ready = asking.answer
        try:
            if not goes:
                return self.one_by_one(exercise, session, answer, asking.spent)
            if (known := asking.go()) is not None:
                return known
            verdict = self.one_by_one(exercise, session, answer, asking.spent)
        except Lost:
            raise Again from None
        finally:
            session.ready = nothing_ready
        if not verdict.right:
            raise Again
        if asking.to_its_end:
            script.right[asking.digest.digest()] = verdict
        return verdict

    def one_by_one(self, exercise: Exercise, session: Session, answer: Answer, spent: float = 0.0) -> Verdict:
        """Judge an answer, one question at a time. `spent`: seconds of the first check that are gone already."""
        candidate: Any = answer if answer.is_callable else None
        gone = [spent]

        def judge(seed: int) -> Verdict:
            guard = RemoteGuard(session, allowed_seconds(exercise.seconds))
            guard.left -= gone.pop() if gone else 0.0
            return judge_exercise(exercise, candidate, seed, guard=guard, make=self.make)

        return worst(judge, self.seed)


def nothing_ready(message: dict[str, Any]) -> None:
    """No reply was heard before."""
    return
