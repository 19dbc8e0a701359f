"""Beam search, with the rules of the library."""

from collections.abc import Callable
from typing import Any

import torch

from course_lib.exercises.engine.laws import GATES, equals_reference
from course_lib.exercises.engine.mistakes import mistake
from course_lib.exercises.engine.registry import exercise
from course_lib.exercises.engine.seeded_draw import Draw
from course_lib.exercises.engine.trials import bind
from course_lib.exercises.w08 import beam_mistakes as wrong
from course_lib.exercises.w08.beam_laws import (
    best_first,
    ends_once,
    is_a_list_of_hypotheses,
    one_beam_is_greedy,
    readable,
    room_for_all,
    totals_are_true,
)
from course_lib.exercises.w08.beam_mistakes import NextScores
from course_lib.exercises.w08.language import language
from course_lib.train import search


def plainly(next_scores: NextScores, start: int, end: int, beams: int, longest: int) -> list[tuple[list[int], float]]:
    """What `solution` shows: the same search without a record of everything it looked at."""
    going_on: list[tuple[list[int], float]] = [([], 0.0)]
    finished = []
    for _ in range(longest):
        so_far = torch.tensor([[start, *tokens] for tokens, _ in going_on])
        log_p = next_scores(so_far).log_softmax(-1).tolist()
        grown = [
            ([*tokens, token], total + row[token])
            for (tokens, total), row in zip(going_on, log_p, strict=True)
            for token in range(len(row))
        ]
        grown.sort(key=lambda each: each[1], reverse=True)
        finished += [each for each in grown[:beams] if each[0][-1] == end]
        going_on = [each for each in grown if each[0][-1] != end][:beams]
    return sorted(finished + going_on, key=lambda each: each[1], reverse=True)[:beams]


@exercise("w08.beam_search", title="Beam search", section="8.6", points=5, minutes=20, difficulty=4, importance=4,
          forbid=["course_lib.train.search.grow_tree"])  # fmt: skip
class BeamSearch:
    """Carry the best few hypotheses along, and rank them by their total log-probability."""

    reference = search.beam_search
    answer = plainly
    gates = [is_a_list_of_hypotheses, *GATES]
    returns = ("first hypothesis", "second hypothesis", "third hypothesis")

    def use(self, candidate: Callable[..., Any], **inputs: Any) -> Any:
        args, options = bind(candidate, inputs)
        return readable(candidate(*args, **options))

    def inputs(self, draw: Draw) -> dict[str, Any]:
        tokens, beams, longest = draw.size(4, 6), draw.size(2, 3), draw.size(3, 5)
        start, end = draw.permutation(tokens)[:2].tolist()
        while True:
            ask = language(draw, tokens, end)
            if wrong.tells_apart(ask, start, end, beams, longest):
                return {"next_scores": ask, "start": start, "end": end, "beams": beams, "longest": longest}

    laws = [best_first, totals_are_true, ends_once, one_beam_is_greedy, room_for_all, equals_reference]
    mistakes = {
        "scores for log-probabilities": mistake(
            wrong.raw_scores,
            "What turns scores into probabilities, so that two hypotheses can be compared?",
            "You add up raw scores, and after some tokens all of them stand higher than after others.",
        ),
        "probabilities added": mistake(
            wrong.added_probabilities,
            "Probabilities of steps are multiplied; what of them may be added?",
            "You add up probabilities, so a longer hypothesis always has the larger total.",
        ),
        "only the last step counts": mistake(
            wrong.last_step_only,
            "What is the total of a hypothesis that grows by one token?",
            "What came before is forgotten when you rank.",
        ),
        "each hypothesis keeps its best": mistake(
            wrong.one_child_each,
            "May two hypotheses that go on have the same parent?",
            "You take the best continuation of each hypothesis; the ranking goes over all continuations together.",
        ),
        "the end is not noticed": mistake(
            wrong.end_ignored, "What happens to a hypothesis that says `end`?", "Every hypothesis grows to the longest."
        ),
        "the finished take up room": mistake(
            wrong.finished_compete,
            "How many go on after one has ended?",
            "A finished hypothesis keeps its place in the beam, so fewer and fewer are explored.",
        ),
        "the finished are lost": mistake(
            wrong.finished_lost, "Where are the hypotheses that have ended?", "Only those that never ended come back."
        ),
        "the unfinished are lost": mistake(
            wrong.unfinished_lost,
            "What becomes of those that go on when `longest` is reached?",
            "Only hypotheses that said `end` come back.",
        ),
        "all that end are kept": mistake(
            wrong.every_end_counts,
            "How high must a continuation rank for its end to count?",
            "You also set those aside that end far below the best.",
        ),
        "an average instead of a total": mistake(
            wrong.averaged, "Does the exercise ask for a length penalty?", "You divide by the length."
        ),
        "the start left in": mistake(
            wrong.start_kept, "Did the search choose the start?", "Your tokens begin with the start."
        ),
        "worst first": mistake(
            wrong.worst_first, "Which is larger, -1 or -3?", "The order of your hypotheses is upside down."
        ),
    }
    hints = [
        "Keep two lists: what goes on, as (tokens, total), and what is finished. Begin with one: no tokens, total 0.",
        "A step: grow each hypothesis by every token, put all of them into one list, and sort it by total.",
        "The first `beams` of that list that say `end` are finished. The first `beams` that do not say it go on.",
    ]
