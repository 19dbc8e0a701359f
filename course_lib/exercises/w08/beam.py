"""Beam search, with the rules of the library."""

import itertools
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from course_lib.exercises.author import *
from course_lib.exercises.w08.language import language
from course_lib.train import search


def readable(found: Any) -> Any:
    """Hypotheses as (tensor of int64, float), whether they came as tuples, tensors or lists."""
    if not isinstance(found, (list, tuple)):
        return found
    return [pair(each) if isinstance(each, (list, tuple)) and len(each) == 2 else each for each in found]


def pair(hypothesis: Any) -> Any:
    """One hypothesis, tokens first."""
    tokens, total = hypothesis
    if isinstance(tokens, (list, tuple)):
        tokens = [int(each) if isinstance(each, Tensor) and each.numel() == 1 else each for each in tokens]
        if all(type(each) is int for each in tokens):
            tokens = torch.tensor(tokens, dtype=torch.int64)
    return tokens, float(total) if isinstance(total, Tensor) and total.numel() == 1 else total


@law("a list of (tokens, total)", weight=0)
def is_a_list_of_hypotheses(call: Call) -> Broken | None:
    """Pairs of a row of whole numbers and one number."""
    for each in call.yours if isinstance(call.yours, list) else []:
        if not isinstance(each, tuple) or len(each) != 2:
            return Broken("Every hypothesis is a pair: its tokens, and its total log-probability.")
        tokens, total = each
        if not isinstance(tokens, Tensor) or tokens.dim() != 1 or tokens.dtype is not torch.int64:
            return Broken("The first part of every hypothesis is its tokens, a list of whole numbers.")
        if not isinstance(total, (int, float)):
            return Broken("The second part of every hypothesis is its total log-probability, one number.")
    return None


@law("the best comes first")
def best_first(call: Call) -> Broken | None:
    """Totals go down from the first hypothesis to the last, and no sequence occurs twice."""
    totals = [total for _, total in call.yours]
    if any(later > earlier + 1e-6 for earlier, later in itertools.pairwise(totals)):
        return Broken("Your totals do not go down from the first hypothesis to the last.")
    twice = len({tuple(tokens.tolist()) for tokens, _ in call.yours}) < len(call.yours)
    return Broken("One sequence occurs twice among your hypotheses.") if twice else None


@law("totals are sums of log-probabilities")
def totals_are_true(call: Call) -> Broken | None:
    """Each total is found again by asking the model token by token."""
    start, next_scores = call.inputs["start"], call.inputs["next_scores"]
    for row, total in call.yours:
        tokens = row.tolist()
        said = torch.tensor([start, *tokens])
        logs = [next_scores(said[None, : t + 1])[0].log_softmax(-1)[said[t + 1]] for t in range(len(tokens))]
        true = float(sum(logs))
        if abs(true - total) > 1e-3:
            return Broken(f"The log-probabilities of {tokens} add up to {true:.3f}; your total is {total:.3f}.")
    return None


@law("ends once, or runs to the longest")
def ends_once(call: Call) -> Broken | None:
    """`end` can only be the last token, and what lacks it has `longest` tokens."""
    end, longest = call.inputs["end"], call.inputs["longest"]
    for row, _ in call.yours:
        tokens = row.tolist()
        if end in tokens[:-1]:
            return Broken(f"In {tokens} the search goes on after the end, which is {end}.")
        if len(tokens) > longest or (len(tokens) < longest and tokens[-1:] != [end]):
            return Broken(f"{tokens} should have {longest} tokens, or stop with the end, which is {end}.")
    return None


@law("one beam is greedy")
def one_beam_is_greedy(call: Call) -> Broken | None:
    """With beams = 1, the likeliest token is taken each time."""
    greedy = search.greedy(*(call.inputs[name] for name in ("next_scores", "start", "end", "longest")))
    result, wanted = call.again(beams=1), [(torch.tensor(greedy.tokens), greedy.score)]
    return (
        None if same(result, wanted) else elsewhere(call, "With one beam, the search should be greedy.", result, wanted)
    )


@law("with room for all, two steps find the best of all")
def room_for_all(call: Call) -> Broken | None:
    """As many beams as tokens: then nothing that matters is dropped in two steps."""
    start, end, ask = (call.inputs[name] for name in ("start", "end", "next_scores"))
    first = ask(torch.tensor([[start]]))[0].log_softmax(-1)
    everything = [(torch.tensor([end]), float(first[end]))]
    for a in range(len(first)):
        second = ask(torch.tensor([[start, a]]))[0].log_softmax(-1)
        everything += [(torch.tensor([a, b]), float(first[a] + second[b])) for b in range(len(first)) if a != end]
    best, result = max(everything, key=lambda each: each[1]), call.again(beams=len(first), longest=2)
    return (
        None
        if result and same(result[0], best)
        else elsewhere(
            call, "With as many beams as tokens and longest = 2, the best of all was not found.", result[:1], [best]
        )
    )


NextScores = Callable[[Tensor], Tensor]
Found = list[tuple[list[int], float]]


def _total(hypothesis: tuple[list[int], float]) -> float:
    return hypothesis[1]


def _grown(going_on: Found, next_scores: NextScores, start: int, logs: Callable[[Tensor], Tensor]) -> list[Found]:
    """The continuations of each hypothesis, best first."""
    values = logs(next_scores(torch.tensor([[start, *tokens] for tokens, _ in going_on]))).tolist()
    return [
        sorted([([*tokens, token], total + value) for token, value in enumerate(row)], key=_total, reverse=True)
        for (tokens, total), row in zip(going_on, values, strict=True)
    ]


def searching_with(
    logs: Callable[[Tensor], Tensor] = lambda scores: scores.log_softmax(-1),
    children: int | None = None,
    forget: bool = False,
    sees_end: bool = True,
    all_ends: bool = False,
    enough: Callable[[Found, int], bool] = lambda finished, beams: False,
    gather: Callable[[Found, Found], Found] = lambda finished, going_on: finished + going_on,
    finally_: Callable[[list[int], float], float] = lambda tokens, total: total,
) -> Callable[..., Found]:
    """Beam search with one part done in another way."""

    def search(next_scores: NextScores, start: int, end: int, beams: int, longest: int) -> Found:
        going_on: Found = [([], 0.0)]
        finished: Found = []
        for _ in range(longest):
            if forget:
                going_on = [(tokens, 0.0) for tokens, _ in going_on]
            first = len(going_on) == 1
            per_parent = _grown(going_on, next_scores, start, logs)
            ranked = [each for some in per_parent for each in (some if first else some[:children])]
            ranked.sort(key=_total, reverse=True)
            ended = [each for each in ranked if sees_end and each[0][-1] == end]
            finished += [each for each in ended if all_ends or each in ranked[:beams]]
            going_on = [each for each in ranked if each not in ended][:beams]
            if not going_on or enough(finished, beams):
                break
        found = [(tokens, finally_(tokens, total)) for tokens, total in gather(finished, going_on)]
        return sorted(found, key=_total, reverse=True)[:beams]

    return search


right_way = searching_with()


raw_scores = searching_with(logs=lambda scores: scores)


added_probabilities = searching_with(logs=lambda scores: scores.softmax(-1))


last_step_only = searching_with(forget=True)


one_child_each = searching_with(children=1)


end_ignored = searching_with(sees_end=False)


finished_lost = searching_with(gather=lambda finished, going_on: going_on)


unfinished_lost = searching_with(gather=lambda finished, going_on: finished)


every_end_counts = searching_with(all_ends=True)


enough_finished = searching_with(
    enough=lambda finished, beams: len(finished) >= beams,
    gather=lambda finished, going_on: finished if len(finished) >= len(going_on) else finished + going_on,
)


averaged = searching_with(finally_=lambda tokens, total: total / len(tokens))


def finished_compete(next_scores: NextScores, start: int, end: int, beams: int, longest: int) -> Found:
    kept: Found = [([], 0.0)]
    for _ in range(longest):
        grown = [each for each in kept if each[0][-1:] == [end]]
        if going_on := [each for each in kept if each[0][-1:] != [end]]:
            for some in _grown(going_on, next_scores, start, lambda scores: scores.log_softmax(-1)):
                grown += some
        kept = sorted(grown, key=_total, reverse=True)[:beams]
    return kept


def start_kept(next_scores: NextScores, start: int, end: int, beams: int, longest: int) -> Found:
    return [([start, *tokens], total) for tokens, total in right_way(next_scores, start, end, beams, longest)]


def worst_first(next_scores: NextScores, start: int, end: int, beams: int, longest: int) -> Found:
    return right_way(next_scores, start, end, beams, longest)[::-1]


def tells_apart(next_scores: NextScores, start: int, end: int, beams: int, longest: int) -> bool:
    """Is this a language in which mistakes that chance could hide lead somewhere else?"""
    right = right_way(next_scores, start, end, beams, longest)
    several = [one_child_each, end_ignored, finished_lost]
    if longest > 3:  # a tiny language that tells all of them apart is rare
        several += [last_step_only, finished_compete, unfinished_lost, every_end_counts, enough_finished]
    return len(right) == beams and all(
        _sequences(each(next_scores, start, end, beams, longest)) != _sequences(right) for each in several
    )


def _sequences(found: Found) -> list[list[int]]:
    return [tokens for tokens, _ in found]


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
            if tells_apart(ask, start, end, beams, longest):
                return {"next_scores": ask, "start": start, "end": end, "beams": beams, "longest": longest}

    laws = [best_first, totals_are_true, ends_once, one_beam_is_greedy, room_for_all, equals_reference]
    mistakes = {
        "scores for log-probabilities": mistake(
            raw_scores,
            "What turns scores into probabilities, so that two hypotheses can be compared?",
            "You add up raw scores, and after some tokens all of them stand higher than after others.",
        ),
        "probabilities added": mistake(
            added_probabilities,
            "Probabilities of steps are multiplied; what of them may be added?",
            "You add up probabilities, so a longer hypothesis always has the larger total.",
        ),
        "only the last step counts": mistake(
            last_step_only,
            "What is the total of a hypothesis that grows by one token?",
            "What came before is forgotten when you rank.",
        ),
        "each hypothesis keeps its best": mistake(
            one_child_each,
            "May two hypotheses that go on have the same parent?",
            "You take the best continuation of each hypothesis; the ranking goes over all continuations together.",
        ),
        "the end is not noticed": mistake(
            end_ignored, "What happens to a hypothesis that says `end`?", "Every hypothesis grows to the longest."
        ),
        "the finished take up room": mistake(
            finished_compete,
            "How many go on after one has ended?",
            "A finished hypothesis keeps its place in the beam, so fewer and fewer are explored.",
        ),
        "the finished are lost": mistake(
            finished_lost, "Where are the hypotheses that have ended?", "Only those that never ended come back."
        ),
        "the unfinished are lost": mistake(
            unfinished_lost,
            "What becomes of those that go on when `longest` is reached?",
            "Only hypotheses that said `end` come back.",
        ),
        "all that end are kept": mistake(
            every_end_counts,
            "How high must a continuation rank for its end to count?",
            "You also set those aside that end far below the best.",
        ),
        "an average instead of a total": mistake(
            averaged, "Does the exercise ask for a length penalty?", "You divide by the length."
        ),
        "the start left in": mistake(
            start_kept, "Did the search choose the start?", "Your tokens begin with the start."
        ),
        "worst first": mistake(
            worst_first, "Which is larger, -1 or -3?", "The order of your hypotheses is upside down."
        ),
    }
    hints = [
        "Keep two lists: what goes on, as (tokens, total), and what is finished. Begin with one: no tokens, total 0.",
        "A step: grow each hypothesis by every token, put all of them into one list, and sort it by total.",
        "The first `beams` of that list that say `end` are finished. The first `beams` that do not say it go on.",
    ]
