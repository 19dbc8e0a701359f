"""A trial: one set of inputs, what the reference makes of them, and what the candidate made of them."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from course_lib.exercises.engine.compare import same
from course_lib.exercises.engine.exercise import Exercise
from course_lib.exercises.engine.mistakes import Behaviour
from course_lib.exercises.engine.seeded_draw import Draw
from course_lib.exercises.runner.plain_values import NotPlain, fresh, plain
from course_lib.exercises.runner.safe_call import Guard, Outcome
from course_lib.exercises.runner.surroundings import seed_world


class CandidateFailed(Exception):
    """The candidate did not give a result when a law called it again; carries the Outcome."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__("the candidate gave no result")
        self.outcome = outcome


class WrongParameters(TypeError):
    """The function does not take what the exercise asks it with."""


def bind(function: Callable[..., Any], inputs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """How to call a function: by name where its parameters are called the same, else by position."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # some built-ins do not tell
        return tuple(inputs.values()), {}
    for args, options in (((), inputs), (tuple(inputs.values()), {})):
        try:
            signature.bind(*args, **options)
        except TypeError:
            continue
        return args, options
    theirs = ", ".join(signature.parameters) or "nothing"
    raise WrongParameters(f"this exercise calls your function with ({', '.join(inputs)}); yours takes ({theirs})")


def ask(exercise: Exercise, candidate: Callable[..., Any], inputs: dict[str, Any]) -> Any:
    """Put the inputs to a candidate the way the exercise wants it."""
    if exercise.use is not None:
        return exercise.use(candidate, **inputs)
    args, options = bind(candidate, inputs)
    return candidate(*args, **options)


@dataclass
class Trial:
    """One set of inputs with the right result."""

    exercise: Exercise
    seed: int
    number: int
    tiny: bool
    inputs: dict[str, Any]
    expected: Any
    known: dict[Callable[..., Any], Behaviour] = field(default_factory=dict)  # what was asked for before

    def behaviour(self, function: Callable[..., Any]) -> Behaviour:
        """What the library's own function (reference or known mistake) does here. Not guarded; worked out once."""
        if function not in self.known:
            self.known[function] = self.observe(function)
        return self.known[function]

    def observe(self, function: Callable[..., Any]) -> Behaviour:
        """Call it and look."""
        given = fresh(self.inputs)
        seed_world(self.number)
        try:
            result = plain(ask(self.exercise, function, given))
        except Exception as error:  # noqa: BLE001 (raising is a behaviour, too)
            return Behaviour(None, type(error))
        return Behaviour(result, touched=not untouched(given, self.inputs))


def untouched(given: Any, original: Any) -> bool:
    """Are the inputs as they were handed over? Functions and modules are not looked into."""
    try:
        return same(plain(given), plain(original), tolerance=0.0)
    except NotPlain:
        if type(given) is dict and type(original) is dict:
            return given.keys() == original.keys() and all(untouched(given[k], original[k]) for k in original)
        return True


@dataclass
class Call:
    """A trial together with what the candidate did: what a law looks at."""

    trial: Trial
    guard: Guard
    candidate: Callable[..., Any]
    outcome: Outcome = field(default_factory=Outcome)
    yours: Any = None
    unreadable: str = ""  # why the result could not be read
    touched: bool = False

    @property
    def inputs(self) -> dict[str, Any]:
        """What the candidate was given."""
        return self.trial.inputs

    @property
    def expected(self) -> Any:
        """What the reference makes of it."""
        return self.trial.expected

    @property
    def returns(self) -> tuple[str, ...]:
        """What the parts of the result are called."""
        return self.trial.exercise.returns

    @property
    def draw(self) -> Draw:
        """Seeded chance for a law, the same at every use."""
        return Draw("law", self.trial.exercise.id, self.trial.number, tiny=self.trial.tiny)

    def run(self) -> "Call":
        """Call the candidate on fresh copies of the inputs, and read what it returns."""
        given = fresh(self.inputs)
        seed_world(self.trial.number)
        self.outcome = self.guard.run(ask, self.trial.exercise, self.candidate, given)
        try:
            self.yours = self.read(self.outcome.value)
            self.touched = not untouched(given, self.inputs)
        except NotPlain as reason:
            self.unreadable = str(reason)
        return self

    def again(self, **changed: Any) -> Any:
        """The candidate's result when some inputs are different. Raises CandidateFailed when it gives none."""
        seed_world(self.trial.number)
        outcome = self.guard.run(ask, self.trial.exercise, self.candidate, fresh(self.inputs | changed))
        if outcome.error is not None or outcome.stopped:
            raise CandidateFailed(outcome)
        try:
            return self.read(outcome.value)
        except NotPlain as reason:
            raise CandidateFailed(Outcome(error=TypeError(str(reason)))) from None

    def read(self, value: Any) -> Any:
        """A result as plain values. Brackets around several results are as good as none. Raises NotPlain."""
        result = plain(value)
        return tuple(result) if type(result) is list and type(self.expected) is tuple else result

    @property
    def behaviour(self) -> Behaviour:
        """What the candidate did, to be compared with known mistakes."""
        return Behaviour(self.yours, type(self.outcome.error) if self.outcome.error else None, self.touched)


def make_trial(exercise: Exercise, seed: int, number: int, tiny: bool) -> Trial:
    """Draw inputs and ask the reference."""
    inputs = exercise.inputs(Draw(exercise.id, seed, number, tiny=tiny))
    trial = Trial(exercise, seed, number, tiny, inputs, None)
    seed_world(number)
    trial.expected = plain(ask(exercise, exercise.reference, fresh(inputs)))
    return trial
