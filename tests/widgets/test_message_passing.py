"""The message-passing explorer without a browser: choices, sentences, stills, what is sent, and what is refused."""

import base64
import io
import json
from typing import Any

import networkx as nx
import numpy as np
import pytest
import torch
import traitlets
from matplotlib.figure import Figure
from PIL import Image

from course_lib.errors import CourseError
from course_lib.widgets.message_passing import BadMessages, MessagePassingExplorer, Messages
from course_lib.widgets.message_passing.pack import LARGEST
from tests.browser.harness import encode, state_of, weight
from tests.browser.samples_messages import ASPIRIN, KINDS, connectome, imatinib, karate, molecule


def explorer(kind: str = "molecule", **choice: Any) -> MessagePassingExplorer:
    widget = MessagePassingExplorer.of(KINDS[kind]())
    for name, value in choice.items():
        setattr(widget, name, value)
    return widget


def test_a_molecule_is_small_and_a_connectome_of_six_rounds_stays_under_the_bar() -> None:
    assert weight(explorer()) <= 100_000 and weight(explorer("imatinib")) <= 100_000
    heaviest = MessagePassingExplorer.of(connectome(6, "sage"))
    assert heaviest.messages.edges.shape == (2, 7536)
    assert 250_000 < weight(heaviest) <= 360_000


def test_what_would_be_too_much_is_refused_with_its_size() -> None:
    message = r"213 nodes x 7749 edges x 3 rounds, 213 nodes .* make \d+ kB, and a page takes 320 kB; show fewer rounds"
    with pytest.raises(BadMessages, match=message):
        MessagePassingExplorer.of([connectome(), connectome()])
    assert LARGEST + 30_000 <= 350_000


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_picture_a_sentence_and_a_table(kind: str) -> None:
    widget = explorer(kind, round=2, node=5, other=1)
    assert isinstance(widget.still(), Figure)
    bundle, _ = widget._repr_mimebundle_()
    assert set(bundle) >= {"text/plain", "text/html", "image/png", "application/vnd.jupyter.widget-view+json"}
    png = base64.b64decode(bundle["image/png"])
    assert len(png) <= 16_000 and Image.open(io.BytesIO(png)).size[0] > 450
    assert bundle["text/plain"] == widget.describe()
    assert len(widget.table().splitlines()) == 1 + len(widget.messages.labels)
    json.dumps(encode(state_of(widget)))


def test_the_still_shows_the_arrays() -> None:
    widget = explorer(round=3, node=4)
    left, right, below = (axes for axes in widget.still().axes if not axes.get_label().startswith("<colorbar"))
    assert np.allclose(right.images[0].get_array(), widget.messages.similarity[3])
    assert np.allclose(below.lines[0].get_ydata(), widget.messages.curve)
    incoming = int((widget.messages.edges[1] == 4).sum())
    assert (
        sum(bool(text.arrow_patch) for text in left.texts if hasattr(text, "arrow_patch")) == incoming - 1
    )  # not itself


def test_the_sentence_says_what_arrives_the_most_first() -> None:
    widget = explorer("karate", round=2, node=33, other=0)
    it, words = widget.messages, widget.describe()
    arriving = np.flatnonzero(it.edges[1] == 33)
    step = it.norms[1].max() / 100  # norms nearer than this may be said alike
    assert words.startswith(f"Round 2 of 5: node 33 gets {len(arriving)} messages, largest: ")
    said = words.split("largest: ")[1].split(". It can")[0].split(", ")
    assert len(said) == 3
    numbers = [float(text.rsplit(" ", 1)[1]) for text in said]
    assert numbers == sorted(numbers, reverse=True)
    assert np.allclose(numbers, np.sort(it.norms[1, arriving])[::-1][:3], atol=step)
    for text, number in zip(said, numbers, strict=True):
        sender = 33 if text.startswith("itself") else int(text.split()[1])
        edge = np.flatnonzero((it.edges[0] == sender) & (it.edges[1] == 33))
        assert len(edge) == 1 and abs(number - it.norms[1, edge[0]]) <= step / 2
    near = nx.single_source_shortest_path_length(nx.karate_club_graph(), 33, cutoff=2)
    assert f"It can know of {len(near)} of 34 nodes." in words
    assert f"Mean similarity {it.curve[2]:.3f}." in words
    assert words.endswith(f"Compared with node 0: 2 steps away, similarity {it.similarity[2, 33, 0]:.2f}.")


def test_before_the_first_round_nothing_has_arrived() -> None:
    words = explorer(node=3).describe()
    assert words.startswith("Before the first of 4 rounds: O 3 gets no message. It can know of 1 of 13 atoms.")


def test_a_head_says_its_weights() -> None:
    widget = explorer(round=1, node=4, head=2)
    it = widget.messages
    arriving = np.flatnonzero(it.edges[1] == 4)
    best = arriving[it.weights[0, 2, arriving].argmax()]
    name = "itself" if it.edges[0, best] == 4 else f"{it.labels[it.edges[0, best]]} {it.edges[0, best]}"
    assert f"head 2 weighs: {name} {100 * it.weights[0, 2, best]:.0f}%" in widget.describe()
    assert sum(it.weights[0, 2, arriving]) == pytest.approx(1, abs=1e-5)


def test_a_prediction_hides_the_answer_and_is_then_told() -> None:
    widget = explorer(round=2, node=0, predict=True)
    assert widget.describe() == "Round 2 of 4: which atoms can C 0 know of after 2 rounds? 0 marked."
    answer = set(np.flatnonzero(widget.messages.field(0, 2))) - {0}
    widget.guess = {"about": [0, 2, 0], "marked": [1, 12], "told": False}
    assert widget.describe().endswith("? 2 marked.")
    blank = [line.split() for line in widget.table().splitlines()[1:]]
    assert {len(words) for words in blank} == {5}  # number, element, number, similarity, colour: no steps, no norm
    widget.guess = {"about": [0, 2, 0], "marked": [1, 12], "told": True}
    missed = ", ".join(f"{widget.messages.labels[node]} {node}" for node in sorted(answer - {1}))
    assert answer == {1, 2, 3}
    assert widget.describe().endswith(f" Your prediction: 1 right, 2 missed ({missed}), 1 too many (O 12).")
    widget.round = 3  # another question: the old guess does not count
    assert widget.describe().endswith("after 3 rounds? 0 marked.")


def test_the_table_has_every_number() -> None:
    widget = explorer(round=2, node=5, colour=-1)
    it = widget.messages
    lines = [line.split() for line in widget.table().splitlines()]
    assert " ".join(lines[0]) == "atom steps away norm head 0 head 1 head 2 similarity main difference"
    for node, line in enumerate(lines[1:]):
        assert line[:4] == [str(node), it.labels[node], str(node), str(it.hops[5, node])]
        edge = np.flatnonzero((it.edges[0] == node) & (it.edges[1] == 5))
        assert len(line) == 6 + 4 * len(edge)
        if len(edge):
            assert float(line[4]) == pytest.approx(float(it.norms[1, edge[0]]), abs=float(it.norms[1].max()) / 200)
            assert line[5:8] == [f"{100 * weight:.0f}%" for weight in it.weights[1, :, edge[0]]]
        assert float(line[-2]) == pytest.approx(it.similarity[2, 5, node], abs=0.0051)
        assert float(line[-1]) == pytest.approx(it.difference[2, node], abs=np.abs(it.difference).max() / 100)


@pytest.mark.parametrize(
    ("name", "value"), [("round", 5), ("node", 13), ("other", -2), ("head", 3), ("graph", 1), ("colour", 15)]
)
def test_a_choice_that_does_not_exist_is_refused_kindly(name: str, value: int) -> None:
    with pytest.raises(traitlets.TraitError, match=rf"{name} {value} does not exist; choose .* to \d+"):
        explorer(**{name: value})


def test_a_channel_that_is_not_offered_is_refused() -> None:
    widget = explorer()
    offered = {key["id"] for key in widget.data["graphs"][0]["colours"]}
    assert len(offered) == 12 and {-2, -1} < offered
    spread = widget.messages.features.reshape(-1, 15).std(0)
    assert offered - {-2, -1} == set(np.argsort(-spread)[:10])
    with pytest.raises(traitlets.TraitError, match=r"is not among the channels that vary most"):
        widget.colour = int(spread.argmin())


def test_another_graph_keeps_what_still_exists() -> None:
    widget = MessagePassingExplorer.of([karate(), molecule(), imatinib()])
    widget.round, widget.node, widget.other, widget.colour = 5, 30, 31, -2
    widget.graph = 1
    assert (widget.round, widget.node, widget.other, widget.head, widget.colour) == (4, 12, 12, -1, -2)
    widget.head, widget.colour = 2, max(key["id"] for key in widget.data["graphs"][1]["colours"])
    widget.graph = 2
    assert (widget.head, widget.colour) == (-1, -1)


def test_a_late_choice_of_the_page_is_brought_into_range() -> None:
    widget = MessagePassingExplorer.of([karate(), molecule()])
    widget.set_state({"round": 5, "node": 33, "graph": 1, "other": -1})
    assert (widget.graph, widget.round, widget.node, widget.other) == (1, 4, 12, -1)
    widget.set_state({"graph": 0, "node": 33})
    assert (widget.graph, widget.node) == (0, 33)


def test_only_bundles_are_shown() -> None:
    with pytest.raises(BadMessages, match="not str"):
        MessagePassingExplorer.of("CCO")
    with pytest.raises(BadMessages, match="not nothing"):
        MessagePassingExplorer.of([])


def bundle(**change: Any) -> Messages:
    """Five nodes in a row, 2 rounds, 3 features, 2 heads that share evenly."""
    edges = torch.tensor([[0, 1, 2, 3, 1, 2, 3, 4], [1, 2, 3, 4, 0, 1, 2, 3]])
    shares = (1 / torch.tensor([1.0, 2, 2, 2, 1]))[edges[1]].expand(2, 2, 8)
    good = {"features": torch.randn(3, 5, 3), "edges": edges, "norms": torch.rand(2, 8), "weights": shares}
    return Messages(**(good | change))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kind": "image"}, "kind 'image' is not known; choose molecule or graph"),
        ({"features": torch.ones(3, 5)}, r"features have shape \(3, 5\); \(R\+1, N, D\)"),
        ({"features": torch.ones(1, 5, 3)}, "at least one round, node and feature"),
        ({"features": torch.full((3, 5, 3), torch.nan)}, r"features\[0, 0, 0\] is nan; only finite numbers"),
        ({"features": torch.ones(3, 300, 3)}, "300 nodes are too many to point at; show at most 256"),
        ({"edges": torch.ones(8, 2).long()}, "they stand one a row: turn them over with .T"),
        ({"edges": torch.full((2, 8), 5)}, "an edge names node 5; 5 nodes go from 0 to 4"),
        ({"edges": torch.full((2, 8), -1)}, "an edge names node -1"),
        ({"edges": torch.ones(2, 8)}, "edges hold float32; node numbers are whole"),
        (
            {"norms": torch.rand(2, 7)},
            r"norms are 2 rounds of shape \(7,\), \(7,\); 2 rounds over 8 edges need \(2, 8\)",
        ),
        ({"norms": torch.rand(3, 8)}, "norms are 3 rounds"),
        ({"norms": -torch.ones(2, 8)}, r"norms\[0, 0\] is -1; a norm is 0 or more"),
        ({"weights": torch.ones(2, 2, 8)}, "arrive at node 1 in round 1, head 0, sum to 2, not 1; is the softmax over"),
        ({"weights": torch.ones(2, 8)}, r"weights have shape \(2, 8\)"),
        ({"weights": torch.ones(2, 2, 7)}, r"weights have shape \(2, 2, 7\); \(2, heads, 8\) would fit"),
        ({"labels": list("abcd")}, "4 labels for 5 nodes"),
        ({"channels": ["a"]}, "1 channel names for 3 features"),
        ({"positions": torch.ones(4, 2)}, r"positions have shape \(4, 2\); 5 nodes need \(5, 2\)"),
        ({"kind": "molecule"}, "needs context=the SMILES string, not None"),
        ({"kind": "molecule", "context": "CCO"}, "'CCO' has 3 atoms, the features 5 nodes"),
        ({"kind": "molecule", "context": "CC("}, r"RDKit cannot read 'CC\('"),
        ({"context": nx.path_graph(4)}, "the graph has 4 nodes, the features have 5"),
        ({"context": "CCO"}, "a graph comes from networkx; str has no nodes"),
    ],
)
def test_a_bundle_that_does_not_fit_is_refused_kindly(change: dict[str, Any], message: str) -> None:
    with pytest.raises(BadMessages, match=message) as caught:
        bundle(**change)
    assert isinstance(caught.value, CourseError | ValueError)


def test_messages_may_be_given_instead_of_norms() -> None:
    sent = torch.randn(2, 8, 7)
    assert np.allclose(bundle(norms=sent).norms, sent.norm(dim=-1), atol=1e-6)
    uneven = [torch.randn(8, 7), torch.randn(8, 3)]
    assert np.allclose(bundle(norms=uneven).norms[1], uneven[1].norm(dim=-1), atol=1e-6)
    assert np.allclose(bundle(norms=sent.norm(dim=-1)).norms, sent.norm(dim=-1))


def test_a_single_atom_and_a_graph_without_edges_have_a_page_too() -> None:
    alone = Messages.of_molecule("C", np.zeros((2, 0), int), np.ones((2, 1, 3)), np.zeros((1, 0)))
    widget = MessagePassingExplorer.of(alone)
    widget.round = 1
    assert widget.describe() == "Round 1 of 1: C 0 gets no message. It can know of 1 of 1 atom. Mean similarity 1.000."
    widget.still()
    apart = Messages(np.random.default_rng(0).random((3, 4, 2)), [[], []], np.zeros((2, 0)))
    assert MessagePassingExplorer.of(apart).table().splitlines()[2].split()[3] == "-"


def test_labels_that_repeat_get_their_number() -> None:
    widget = MessagePassingExplorer.of(bundle(labels=["a", "b", "a", "c", "d"]))
    assert "a 0 gets" in widget.describe()
    assert "Alice gets" in MessagePassingExplorer.of(bundle(labels=["Alice", *"bcde"])).describe()


def test_hydrogens_written_out_are_atoms() -> None:
    edges = [[0, 1, 2, 1], [1, 0, 1, 2]]
    water = Messages.of_molecule("[H]O[H]", edges, np.random.default_rng(0).random((2, 3, 2)), np.ones((1, 4)))
    assert water.labels == ["H", "O", "H"] and water.context != ASPIRIN
