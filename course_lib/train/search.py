"""Searching for a likely sequence when a model only says how likely each next token is.

Sizes   B hypotheses   T tokens so far, the start token first   V tokens there are
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import torch
from torch import Tensor

NextScores = Callable[[Tensor], Tensor]
"""next_scores(so_far (B, T)) -> (B, V): any real numbers, one for each token that may come next."""


class Hypothesis(NamedTuple):
    """One sequence: its tokens after the start token (with the end token, if it was said), and its score.

    The score is the total log-probability, divided by length ** length_penalty.
    """

    tokens: tuple[int, ...]
    score: float


class Step(NamedTuple):
    """One candidate that was looked at, a node of the tree.

    depth             which token of the sequence this is, 0 for the first after the start token
    parent            the place in `BeamTree.steps` of the token before, -1 for the start token
    token             the token
    log_probability   of this token, given what came before
    total             of the sequence up to here
    fate              "kept" (goes on), "ended" (a finished hypothesis), or "dropped"
    """

    depth: int
    parent: int
    token: int
    log_probability: float
    total: float
    fate: str


@dataclass
class BeamTree:
    """All that a beam search looked at: the 2 x beams best candidates of every depth, likeliest first.

    That many are always enough: at most `beams` of them end. Candidates further down are dropped unseen.
    """

    beams: int
    length_penalty: float = 0.0
    steps: list[Step] = field(default_factory=list)

    def path(self, place: int) -> list[int]:
        """Compute the places in `steps` that lead from the first token to this one."""
        places: list[int] = []
        while place >= 0:
            places.append(place)
            place = self.steps[place].parent
        return places[::-1]

    def tokens(self, place: int) -> tuple[int, ...]:
        """Compute the sequence that ends with this candidate."""
        return tuple(self.steps[each].token for each in self.path(place))

    def score(self, place: int) -> float:
        """Give what hypotheses are ranked by."""
        step = self.steps[place]
        return step.total / (step.depth + 1) ** self.length_penalty

    def ended(self) -> list[int]:
        """Compute the places of the finished hypotheses, best first."""
        places = [place for place, step in enumerate(self.steps) if step.fate == "ended"]
        return sorted(places, key=self.score, reverse=True)

    def hypotheses(self) -> list[Hypothesis]:
        """Compute the finished hypotheses, best first, at most `beams`."""
        return [Hypothesis(self.tokens(place), self.score(place)) for place in self.ended()[: self.beams]]


def beam_search(
    next_scores: NextScores, start: int, end: int, beams: int, longest: int, length_penalty: float = 0.0
) -> list[Hypothesis]:
    """Find the likeliest sequences by carrying `beams` hypotheses along, best first.

    See `grow_tree` for the rules and the arguments; `beams=1` without a penalty is greedy search.
    """
    return grow_tree(next_scores, start, end, beams, longest, length_penalty).hypotheses()


@torch.no_grad()
def grow_tree(
    next_scores: NextScores, start: int, end: int, beams: int, longest: int, length_penalty: float = 0.0
) -> BeamTree:
    """Beam search, with everything it looked at.

    Every step continues each hypothesis by each token and ranks all continuations by their total log-probability.
    Of the best `beams`, those that say `end` are finished. The best `beams` that do not end go on. Whatever has
    `longest` tokens (the end token counts) is finished too. The search stops when no continuation can come among the
    best `beams` finished hypotheses any more: each further token only lowers the total.
    Raises ValueError for less than one beam or token.
    Source: the rules of Hugging Face's `generate`; the length penalty is an exponent as in Wu et al. 2016
    (arXiv:1609.08144), section 7, without their constant 5.
    """
    if beams < 1 or longest < 1:
        raise ValueError(f"beams {beams} and longest {longest} must each be at least 1")
    tree, live, so_far = BeamTree(beams, length_penalty), [-1], torch.tensor([[start]])
    for depth in range(longest):
        before = torch.tensor([tree.steps[place].total if place >= 0 else 0.0 for place in live], dtype=torch.float64)
        log_p = next_scores(so_far).double().log_softmax(dim=-1)  # (B, V)
        totals = (before[:, None] + log_p).flatten()
        going_on: list[tuple[int, int]] = []
        for rank, place in enumerate(totals.argsort(descending=True, stable=True)[: 2 * beams].tolist()):
            if totals[place] == -torch.inf:
                break  # the model says never
            row, token = divmod(place, log_p.shape[1])
            fate = "dropped"
            if token == end or depth + 1 == longest:
                fate = "ended" if rank < beams else "dropped"
            elif len(going_on) < beams:
                fate = "kept"
                going_on.append((row, len(tree.steps)))
            step = Step(depth, live[row], token, log_p[row, token].item(), totals[place].item(), fate)
            tree.steps.append(step)
        if not going_on or _settled(tree, [place for _, place in going_on], longest):
            break
        rows, live = [row for row, _ in going_on], [place for _, place in going_on]
        said = torch.tensor([[tree.steps[place].token] for place in live])
        so_far = torch.cat([so_far[rows], said], dim=1)
    return tree


def greedy(next_scores: NextScores, start: int, end: int, longest: int) -> Hypothesis:
    """Take always the likeliest next token, until `end` or `longest` tokens.   -> tokens and total log-probability."""
    tokens, total = [start], 0.0
    with torch.no_grad():
        while len(tokens) <= longest and (len(tokens) == 1 or tokens[-1] != end):
            log_p = next_scores(torch.tensor([tokens]))[0].double().log_softmax(dim=-1)
            tokens.append(int(log_p.argmax()))
            total += log_p[tokens[-1]].item()
    return Hypothesis(tuple(tokens[1:]), total)


def _settled(tree: BeamTree, live: list[int], longest: int) -> bool:
    """No hypothesis that goes on can still come among the best `beams` finished ones."""
    ended = tree.ended()
    if len(ended) < tree.beams:
        return False
    best = max(tree.steps[place].total for place in live)
    return tree.score(ended[tree.beams - 1]) >= best / longest**tree.length_penalty
