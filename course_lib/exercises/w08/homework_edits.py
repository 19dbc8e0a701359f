"""Homework, question 4: which sounds were kept, swapped, dropped and added."""

from collections.abc import Callable
from typing import Any

from course_lib.exercises.engine.gates import inputs_untouched
from course_lib.exercises.engine.laws import Law
from course_lib.exercises.engine.mistakes import mistake
from course_lib.exercises.engine.registry import exercise
from course_lib.exercises.engine.seeded_draw import Draw
from course_lib.exercises.engine.trials import bind
from course_lib.exercises.w08 import edits_mistakes as wrong
from course_lib.exercises.w08.edits_laws import empty_words, is_a_list_of_operations, is_cheapest, kinds_fit, reads
from course_lib.train import edits

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
            if wrong.tells_apart(truth, said):
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
            wrong.place_by_place,
            "After one dropped sound, which true sound does the next one belong to?",
            "You compare sounds that stand at the same place, so one drop makes all that follow wrong.",
        ),
        "greedy": mistake(
            wrong.looking_one_ahead,
            "Could a choice that looks good now cost more later, and how would you know?",
            "You decide from left to right, looking one sound ahead.",
        ),
        "the longest common pieces first": mistake(
            wrong.longest_piece_first,
            "Does the longest piece in common always lie on a cheapest way?",
            "difflib looks for long equal pieces, not for the fewest changes.",
        ),
        "the other way round": mistake(
            wrong.other_way_round,
            "Whose sounds stand second in each operation?",
            "You turn what was said into the truth.",
        ),
        "backwards": mistake(
            wrong.backwards,
            "In which order does the walk back find the operations?",
            "Your list begins with the last sound.",
        ),
        "only what is wrong": mistake(
            wrong.only_what_is_wrong, "Where are the sounds that were said rightly?", "Your list has no `keep`."
        ),
        "drop and add exchanged": mistake(
            wrong.names_exchanged,
            "Is a sound that was never said dropped or added?",
            "Your two names have changed places.",
        ),
        "never a swap": mistake(
            wrong.never_swapped,
            "What does it cost to drop a sound and add another, and what does a swap cost?",
            "Where one sound stands for another, you pay twice.",
        ),
        "nothing kept": mistake(
            wrong.all_new,
            "Which sounds are in both words, in the same order?",
            "You drop the whole word and add the other.",
        ),
        "a keep called a swap": mistake(
            wrong.keeps_are_swaps, "What is a swap of a sound with itself?", "Two equal sounds are a keep."
        ),
    }
    hints = [
        "First the table of edit distances between all beginnings of the two words; the lecture on spelling used it.",
        "Then walk back from its last corner: which neighbour could this cell have come from, at which cost?",
        "A step along both words is a keep or a swap, along `truth` alone a drop, along `said` alone an add.",
    ]
