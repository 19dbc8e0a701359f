"""Beam trees laid out and drawn, and the still of a translation: held against the search and its laws."""

import math
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.train.search import greedy, grow_tree
from course_lib.viz.beam_layout import MOST_DROPPED, Node, plant
from course_lib.viz.beam_tree import MOST_COLUMNS, draw_beam_tree, thinned
from course_lib.viz.translation import draw_translation
from course_lib.widgets.translation.bundle import BadTranslation, candidates_of, nodes_of

NAMES = ["pad", "start", "end", *"abcdefgh"]


def table(seed: int, length: int = 7) -> Any:
    """Scores of the next token by place and by the token before."""
    chance = torch.Generator().manual_seed(seed)
    by_place = 2 * torch.randn(length, len(NAMES), generator=chance)
    after = torch.randn(len(NAMES), len(NAMES), generator=chance)
    by_place[:, :2] = -20
    return lambda so_far: by_place[min(so_far.shape[1], length) - 1] + after[so_far[:, -1]]


def search(seed: int, beams: int = 3, penalty: float = 0.0) -> Any:
    return grow_tree(table(seed), 1, 2, beams, 7, penalty)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000), st.integers(1, 5), st.sampled_from([0.0, 0.7, 1.3]))
def test_the_drawing_is_the_search(seed: int, beams: int, penalty: float) -> None:
    recorded = search(seed, beams, penalty)
    tree = plant(nodes_of(recorded, NAMES))
    assert tree.sizes == [sum(s.depth == depth for s in recorded.steps) for depth in range(len(tree.sizes))]
    drawn = {tuple(tree.labels(i)) for i, node in enumerate(tree.nodes) if node.kept}
    assert drawn == {
        tuple(NAMES[t] for t in recorded.tokens(i)) for i, s in enumerate(recorded.steps) if s.fate != "dropped"
    }
    for column, size in enumerate(tree.sizes):
        dropped = [i for i, node in enumerate(tree.nodes) if tree.column[i] == column and not node.kept]
        assert len(dropped) <= MOST_DROPPED + 1 and size >= len(dropped)
    best = recorded.hypotheses()[0]
    assert tree.labels(tree.best[-1]) == [NAMES[t] for t in best.tokens]
    assert math.isclose(tree.score(tree.best[-1]), best.score, rel_tol=1e-9)
    # the greedy path of the tree is greedy search, as far as the beam goes along
    alone = [NAMES[t] for t in greedy(table(seed), 1, 2, 7).tokens]
    walked = tree.labels(tree.greedy[-1])
    assert walked == alone[: len(walked)]
    assert len(walked) == len(alone) or not tree.nodes[tree.greedy[-1]].ended


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000), st.integers(1, 5))
def test_places_are_free_and_lines_do_not_cross(seed: int, beams: int) -> None:
    tree = plant(nodes_of(search(seed, beams), NAMES))
    places = list(zip(tree.column, tree.slot, strict=True))
    assert len(set(places)) == len(places) and min(tree.slot) == 0
    assert max(tree.slot) < max(np.bincount(tree.column))
    for column in range(1, len(tree.sizes)):
        lines = [(tree.slot[tree.nodes[i].parent], tree.slot[i]) for i, c in enumerate(tree.column) if c == column]
        assert not [1 for a, b in lines for c, d in lines if (a - c) * (b - d) < 0]


def test_thinning_keeps_what_matters_and_only_that() -> None:
    tree = plant(nodes_of(search(5, 4), NAMES))
    node = next(i for i, each in enumerate(tree.nodes) if not each.kept and tree.column[i] == 2)
    small, at = thinned(tree, node, dropped=0)
    assert small.labels(at) == tree.labels(node)
    assert [small.labels(i) for i in small.best] == [tree.labels(i) for i in tree.best]
    spare = {*small.greedy, *small.best, at}
    assert all(each.kept or i in spare for i, each in enumerate(small.nodes))
    assert sum(each.kept for each in small.nodes) == sum(each.kept for each in tree.nodes)


def test_an_ancestor_is_not_later_than_asked() -> None:
    tree = plant(nodes_of(search(3), NAMES))
    last = tree.best[-1]
    assert [tree.ancestor(last, column) for column in range(len(tree.best))] == tree.best
    assert tree.ancestor(last, None) == last and tree.ancestor(last, -1) == -1 and tree.ancestor(-1, 3) == -1
    assert tree.find(tree.labels(last)) == tree.best and tree.find(["a", "nothing"]) == tree.find(["a"])


def test_a_picture_of_a_tree_holds_every_label_and_total() -> None:
    beam = nodes_of(search(2, 2), NAMES)
    tree = plant(beam)
    fig = draw_beam_tree(beam, tree.best[-1], "a search")
    texts = [text.get_text() for text in fig.axes[0].texts]
    shown = [i for i, node in enumerate(tree.nodes) if node.kept and tree.column[i] < MOST_COLUMNS]
    for i in shown:
        total = f"{tree.nodes[i].total:.1f}".replace("-", "−")
        assert any(text.split()[0] == tree.nodes[i].token and text.endswith(total) for text in texts)
    assert fig.axes[0].get_title(loc="left").startswith("a search: ★ solid = best path")
    assert sum("★" in text for text in texts) == len(tree.best)
    assert sum("◆" in text for text in texts) == len(tree.greedy)
    with pytest.raises(ValueError, match="hypothesis 999 does not exist; choose -1 to"):
        draw_beam_tree(beam, 999)
    with pytest.raises(ValueError, match="nothing to draw"):
        draw_beam_tree([])


def test_the_still_shows_the_map_and_the_bars() -> None:
    weights = torch.rand(3, 5, generator=torch.Generator().manual_seed(0)).softmax(-1).numpy()
    bars = [("b", 0.61, "chosen"), ("c", 0.2, "true"), ("$d$", 0.05, "")]
    tree = plant(nodes_of(search(1), NAMES))
    fig = draw_translation(weights, list("vwxyz"), ["a", "b", "end"], 1, bars, "Layer 0", tree, 2, None, "a title")
    shown = np.asarray(fig.axes[0].images[0].get_array())
    assert np.allclose(shown, weights)
    assert [patch.get_width() for patch in fig.axes[1].patches] == [0.61, 0.2, 0.05]
    assert [label.get_text() for label in fig.axes[0].get_xticklabels()] == list("vwxyz")
    assert "61%  chosen" in [text.get_text() for text in fig.axes[1].texts]
    assert len(fig.axes) == 3
    veiled = draw_translation(weights, list("vwxyz"), ["a", "b", "end"], 1, [("b", None, "")], shown=0)
    assert not veiled.axes[1].patches and len(veiled.axes) == 2
    assert [label.get_text() for label in veiled.axes[0].get_yticklabels()] == ["a", "·", "·"]


def test_candidates_are_the_softmax_of_the_scores() -> None:
    scores = torch.randn(3, len(NAMES), generator=torch.Generator().manual_seed(0))
    shares = scores.softmax(-1)
    tokens = [int(scores[0].argmax()), int(scores[1].argmin()), int(scores[2].argmax())]
    found = candidates_of(scores, torch.tensor(tokens), NAMES, count=3)
    assert [len(each) for each in found] == [3, 4, 3]  # what was written is there, however unlikely
    for row, pairs in zip(shares, found, strict=True):
        top = row.topk(3).indices.tolist()
        assert [label for label, _ in pairs[:3]] == [NAMES[i] for i in top]
        for label, probability in pairs:
            assert math.isclose(probability, float(row[NAMES.index(label)]), abs_tol=1e-6)
    with pytest.raises(BadTranslation, match=r"scores have shape \(3, 11\); 2 tokens and 11 names ask for \(2, 11\)"):
        candidates_of(scores, [2, 3], NAMES)
    with pytest.raises(BadTranslation, match="token 11 has no name; the names go from 0 to 10"):
        candidates_of(scores, [2, 3, 11], NAMES)


def test_a_length_penalty_gives_scores_and_none_gives_totals() -> None:
    plain, bent = nodes_of(search(4), NAMES), nodes_of(search(4, penalty=1.0), NAMES)
    assert {node.score for step in plain for node in step} == {None}
    assert all(math.isclose(node.score * (t + 1), node.total) for t, step in enumerate(bent) for node in step)
    assert isinstance(plain[0][0], Node)
