"""What holds for every beam search."""

import itertools
from typing import Any

import torch
from torch import Tensor

from course_lib.exercises.engine.laws import Broken, Call, law, same
from course_lib.exercises.engine.other_inputs import elsewhere
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
