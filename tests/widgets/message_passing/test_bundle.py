"""Distances against networkx, similarities against torch, and numbers that are said as they are."""

import networkx as nx
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from course_lib.layers.receptive_field import receptive_field
from course_lib.layers.smoothing import similarity
from course_lib.widgets.message_passing.bundle import (
    NEVER,
    cosine_similarity,
    counts,
    hop_distances,
    main_difference,
    mean_over_pairs,
    reading,
    ruler,
)
from tests.browser.samples_messages import KINDS, connectome


@pytest.mark.parametrize("seed", range(5))
def test_hops_are_the_shortest_paths_from_sender_to_receiver(seed: int) -> None:
    graph = nx.gnp_random_graph(23, 0.06, seed=seed, directed=True)
    edges = np.array(list(graph.edges)).T.reshape(2, -1)
    lengths = dict(nx.all_pairs_shortest_path_length(graph))
    hops = hop_distances(edges, 23)
    for sender in range(23):
        for receiver in range(23):
            assert hops[receiver, sender] == lengths[sender].get(receiver, NEVER)
    assert (hops == NEVER).any() and not (hops == hops.T).all()


def test_a_long_path_ends_at_the_last_byte() -> None:
    edges = np.stack([np.arange(255), np.arange(1, 256)])
    hops = hop_distances(edges, 256)
    assert hops[254, 0] == 254 and hops[255, 0] == NEVER and hops[0, 255] == NEVER


@pytest.mark.parametrize("kind", KINDS)
def test_the_field_is_the_one_of_the_layers(kind: str) -> None:
    it = KINDS[kind]()
    size = it.features.shape[1]
    for node in (0, 7, size - 1):
        for rounds in range(len(it.norms) + 1):
            wanted = receptive_field(torch.as_tensor(it.edges), size, node, rounds)
            assert (it.field(node, rounds) == wanted.numpy()).all()


def test_similarity_is_that_of_torch_and_the_curve_its_mean() -> None:
    it = connectome()
    for at, features in enumerate(torch.as_tensor(it.features).double()):
        wanted = torch.cosine_similarity(features[:, None], features[None], dim=-1)
        alive = features.norm(dim=-1) > 0
        assert np.abs(it.similarity[at] - wanted.numpy())[alive][:, alive].max() < 1e-9
        if alive.all():
            assert it.curve[at] == pytest.approx(similarity(features), abs=1e-9)


def test_nothing_is_like_nothing_but_itself() -> None:
    found = cosine_similarity(np.array([[[0.0, 0], [1, 0], [0, 2], [-3, 0]]]))
    assert (found[0] == [[1, 0, 0, 0], [0, 1, 0, -1], [0, 0, 1, 0], [0, -1, 0, 1]]).all()
    assert (
        mean_over_pairs(found)[0] == pytest.approx(-1 / 6) and mean_over_pairs(np.ones((3, 1, 1))).tolist() == [1] * 3
    )


def test_the_main_difference_is_the_first_principal_component() -> None:
    from sklearn.decomposition import PCA

    features = np.random.default_rng(1).normal(size=(4, 17, 5)) * [1, 3, 1, 1, 1]
    unit = features / np.linalg.norm(features, axis=-1, keepdims=True)
    centred = unit - unit.mean(1, keepdims=True)
    wanted = PCA(1).fit_transform(centred.reshape(-1, 5)).reshape(4, 17)
    found = main_difference(features)
    assert np.allclose(found, wanted, atol=1e-9) or np.allclose(found, -wanted, atol=1e-9)


def test_alike_nodes_have_no_main_difference() -> None:
    features = np.random.default_rng(2).normal(size=(2, 9, 4))
    features[1] = features[1, :1] * np.arange(1, 10)[:, None]  # one direction, nine lengths
    found = main_difference(features)
    assert np.abs(found[1]).max() < 1e-12 < np.abs(found[0]).max()
    assert cosine_similarity(features)[1].min() == pytest.approx(1)


@given(st.floats(1e-9, 1e6), st.sampled_from([127, 255]))
def test_a_ruler_reaches_and_does_not_waste(top: float, most: int) -> None:
    step, digits = ruler(top, most)
    count = int(counts(np.array(top), (step, digits)))
    assert 0.39 * most <= count <= most
    assert str(step).strip("0") in "125" and (step < 10 or digits == 0)
    assert float(reading(count, (step, digits))) == pytest.approx(top, abs=step / 10**digits / 1.99)


def test_a_reading_has_the_digits_of_its_step() -> None:
    assert reading(42, (2, 2)) == "0.84" and reading(-3, (5, 1)) == "-1.5" and reading(7, (20, 0)) == "140"
    assert ruler(0.0, 255) == (1, 0) and reading(0, (1, 0)) == "0"
