"""Trying every sequence is the oracle; the tree says truly what was looked at."""

import itertools
import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.train.search import BeamTree, NextScores, beam_search, greedy, grow_tree

START, END = 1, 2


def speaker(seed: int, tokens: int) -> NextScores:
    """A model of a language: its scores depend on the whole sequence so far."""

    def next_scores(so_far: torch.Tensor) -> torch.Tensor:
        rows = []
        for row in so_far.tolist():
            chance = torch.Generator().manual_seed(hash((seed, *row)) % 2**31)
            rows.append(2 * torch.randn(tokens, generator=chance))
        return torch.stack(rows)

    return next_scores


def every_sequence(next_scores: NextScores, tokens: int, longest: int) -> dict[tuple[int, ...], float]:
    """The log-probability of each sequence that ends, or has `longest` tokens."""
    found: dict[tuple[int, ...], float] = {}
    for length in range(1, longest + 1):
        for said in itertools.product(range(tokens), repeat=length):
            if END in said[:-1] or (said[-1] != END and length < longest):
                continue
            total = 0.0
            for i, token in enumerate(said):
                so_far = torch.tensor([[START, *said[:i]]])
                total += next_scores(so_far)[0].double().log_softmax(-1)[token].item()
            found[said] = total
    return found


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), tokens=st.integers(3, 4), longest=st.integers(1, 4))
def test_a_beam_that_is_wide_enough_finds_what_trying_everything_finds(seed: int, tokens: int, longest: int) -> None:
    next_scores, beams = speaker(seed, tokens), tokens**longest
    wanted = sorted(every_sequence(next_scores, tokens, longest).items(), key=lambda entry: -entry[1])
    found = beam_search(next_scores, START, END, beams, longest)
    assert [hypothesis.tokens for hypothesis in found] == [said for said, _ in wanted]
    assert [hypothesis.score for hypothesis in found] == pytest.approx([total for _, total in wanted])
    assert math.fsum(math.exp(hypothesis.score) for hypothesis in found) == pytest.approx(1.0)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), tokens=st.integers(3, 9), longest=st.integers(1, 7))
def test_one_beam_is_greedy(seed: int, tokens: int, longest: int) -> None:
    said, total = greedy(speaker(seed, tokens), START, END, longest)
    (found,) = beam_search(speaker(seed, tokens), START, END, 1, longest)
    assert found.tokens == said
    assert found.score == pytest.approx(total)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), beams=st.integers(1, 5), penalty=st.sampled_from([0.0, 0.6, 1.0]))
def test_the_scores_are_those_of_the_sequences_and_in_order(seed: int, beams: int, penalty: float) -> None:
    next_scores = speaker(seed, 5)
    found = beam_search(next_scores, START, END, beams, 6, penalty)
    assert len(found) <= beams
    assert sorted(found, key=lambda hypothesis: -hypothesis.score) == found
    for tokens, score in found:
        total = sum(
            next_scores(torch.tensor([[START, *tokens[:i]]]))[0].double().log_softmax(-1)[token].item()
            for i, token in enumerate(tokens)
        )
        assert score == pytest.approx(total / len(tokens) ** penalty)
        assert (tokens[-1] == END) or len(tokens) == 6
        assert END not in tokens[:-1]


def test_two_beams_find_what_greed_misses() -> None:
    """A likely first token with nothing good behind it: .6 * .4 = .24 against .4 * .9 = .36."""
    after = {(1,): {3: 0.6, 4: 0.4}, (1, 3): {2: 0.4, 5: 0.35, 6: 0.25}, (1, 4): {2: 0.9, 5: 0.1}}

    def next_scores(so_far: torch.Tensor) -> torch.Tensor:
        scores = torch.full((len(so_far), 7), -torch.inf)
        for row, tokens in zip(scores, so_far.tolist(), strict=True):
            for token, chance in after.get(tuple(tokens), {2: 1.0}).items():
                row[token] = math.log(chance)
        return scores

    assert greedy(next_scores, START, END, 5).tokens == (3, 2)
    best, *_ = beam_search(next_scores, START, END, 2, 5)
    assert best.tokens == (4, 2)
    assert best.score == pytest.approx(math.log(0.36))


def test_a_penalty_of_length_makes_room_for_longer_sequences() -> None:
    def next_scores(so_far: torch.Tensor) -> torch.Tensor:
        return torch.tensor([0.0, 0.0, 0.3, 0.0, 0.9]).log().expand(len(so_far), -1)  # end 1/4, go on 3/4

    assert beam_search(next_scores, START, END, 3, 6)[0].tokens == (2,)
    assert beam_search(next_scores, START, END, 3, 6, 1.0)[0].tokens == (4,) * 6


def test_the_tree_holds_every_candidate_and_its_fate() -> None:
    tree = grow_tree(speaker(7, 6), START, END, 3, 5)
    for place, step in enumerate(tree.steps):
        before = tree.steps[step.parent] if step.parent >= 0 else None
        assert step.parent < place and (before is None) == (step.depth == 0)
        assert before is None or (before.fate, before.depth) == ("kept", step.depth - 1)
        assert step.total == pytest.approx(step.log_probability + (before.total if before else 0.0))
        assert len(tree.tokens(place)) == step.depth + 1
    for depth in range(max(step.depth for step in tree.steps)):
        here = [step for step in tree.steps if step.depth == depth]
        kept = [step for step in here if step.fate == "kept"]
        assert [step.total for step in here] == sorted((step.total for step in here), reverse=True)
        assert len(here) == 6 and len(kept) == 3
        assert all(step.token != END for step in kept)
        assert all((step.token == END) == (step.fate == "ended") for step in here[:3])
        assert "ended" not in [step.fate for step in here[3:]]
    assert isinstance(tree, BeamTree) and tree.hypotheses()[0].tokens == tree.tokens(tree.ended()[0])


def test_the_search_stops_when_nothing_better_can_come() -> None:
    asked = []

    def next_scores(so_far: torch.Tensor) -> torch.Tensor:
        asked.append(so_far.shape[1])
        return torch.tensor([0.0, 0.0, 0.9, 0.06, 0.04]).log().expand(len(so_far), -1)

    beam_search(next_scores, START, END, 2, 50)
    assert len(asked) == 2


def test_no_beams_are_refused() -> None:
    with pytest.raises(ValueError, match="beams 0 and longest 5 must each be at least 1"):
        beam_search(speaker(0, 4), START, END, 0, 5)
