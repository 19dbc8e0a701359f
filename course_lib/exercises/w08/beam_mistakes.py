"""Beam searches that go wrong, each in one way."""

from collections.abc import Callable

import torch
from torch import Tensor

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
