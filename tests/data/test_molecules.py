"""Molecules as graphs, as lists of numbers, and in parts that do not leak."""

from collections import Counter

import numpy as np
import pytest
import torch

from course_lib.data.fingerprints import atom_counts, descriptors, morgan
from course_lib.data.graphs import Graph
from course_lib.data.molecules import (
    ATOM_FEATURES,
    BOND_FEATURES,
    molecule_graph,
    molecule_graphs,
    read_smiles,
)
from course_lib.data.scaffolds import random_split, scaffold, scaffold_split

ASPIRIN, CAFFEINE, PENICILLIN = (
    "CC(=O)Oc1ccccc1C(=O)O",
    "CN1C=NC2=C1C(=O)N(C(=O)N2C)C",
    "CC1(C)SC2C(NC(=O)Cc3ccccc3)C(=O)N2C1C(=O)O",
)
SOME = [ASPIRIN, CAFFEINE, PENICILLIN, "C", "O=[N+]([O-])c1ccccc1", "FC(F)(F)CBr", "C[Si](C)(C)C#N", "[Na+].[Cl-]"]


def has(graph: Graph, atom: int) -> set[str]:
    """The features an atom has, by name."""
    return {name for name, value in zip(ATOM_FEATURES, graph.nodes[atom].tolist(), strict=True) if value}


def test_aspirin_is_what_a_chemist_says_it_is() -> None:
    graph = molecule_graph(ASPIRIN, target=1.5)
    assert (len(graph), graph.edges.shape, graph.name, float(graph.target)) == (13, (2, 26), ASPIRIN, 1.5)
    methyl = {"element C", "1 neighbours", "3 hydrogens", "charge 0", "orbitals sp3"}
    assert has(graph, 0) == methyl
    ring = {"element C", "2 neighbours", "1 hydrogens", "charge 0", "orbitals sp2"}
    assert has(graph, 5) == ring | {"aromatic", "in a ring", "in a ring of 5 or 6"}
    bonds = {
        tuple(pair): {name for name, value in zip(BOND_FEATURES, row, strict=True) if value}
        for pair, row in zip(graph.edges.T.tolist(), graph.edge_features.tolist(), strict=True)
    }
    assert bonds[0, 1] == bonds[1, 0] == {"single"}
    assert bonds[1, 2] == {"double", "conjugated"}
    assert bonds[4, 5] == {"aromatic", "conjugated", "in a ring"}
    assert len(bonds) == 26, "every bond once there and once back"
    assert torch.equal(graph.edges[:, ::2], graph.edges[:, 1::2].flip(0))


def test_what_is_not_on_the_list_is_other() -> None:
    salt = molecule_graph("[Na+].[Cl-]")
    assert salt.edges.shape == (2, 0)
    assert salt.edge_features.shape == (0, len(BOND_FEATURES))
    assert {"element other", "charge +1"} <= has(salt, 0)
    assert {"element Cl", "charge -1"} <= has(salt, 1)
    assert "charge other" in has(molecule_graph("[Ca+2]"), 0)


def test_one_of_each_kind_is_set_at_every_atom_and_bond() -> None:
    for graph in molecule_graphs(SOME):
        for words in ("element", "neighbours", "hydrogens", "charge", "orbitals"):
            columns = [i for i, name in enumerate(ATOM_FEATURES) if words in name.split()]
            assert graph.nodes[:, columns].sum(1).eq(1).all(), words
        assert graph.edge_features[:, :5].sum(1).eq(1).all()


@pytest.mark.parametrize("smiles", SOME)
def test_the_order_of_the_atoms_changes_nothing_but_the_order(smiles: str) -> None:
    from rdkit import Chem

    ways = Chem.MolToRandomSmilesVect(read_smiles(smiles), 5, randomSeed=3)
    assert smiles in ("C", "[Na+].[Cl-]") or set(ways) - {smiles}
    for way in ways:
        assert neighbourhoods(molecule_graph(way)) == neighbourhoods(molecule_graph(smiles)), way


def neighbourhoods(graph: Graph) -> Counter[tuple[object, ...]]:
    """Every atom with its bonds and neighbours, as often as it occurs, without regard to order."""
    around: list[list[tuple[object, ...]]] = [[] for _ in range(len(graph))]
    for (sender, receiver), bond in zip(graph.edges.T.tolist(), graph.edge_features.tolist(), strict=True):
        around[receiver].append((tuple(graph.nodes[sender].tolist()), tuple(bond)))
    return Counter((tuple(own.tolist()), *sorted(near)) for own, near in zip(graph.nodes, around, strict=True))


def test_a_written_hydrogen_is_an_atom_and_an_unwritten_one_is_counted() -> None:
    assert len(molecule_graph("[H]C([H])([H])[H]")) == 5
    assert "4 hydrogens" in has(molecule_graph("[H]C([H])([H])[H]"), 1)
    assert "4 hydrogens" in has(molecule_graph("C"), 0)


@pytest.mark.parametrize("smiles", ["C1CC", "not a molecule", "", "  ", "c1ccc2[nH"])
def test_what_is_no_molecule_is_named(smiles: str) -> None:
    with pytest.raises(ValueError, match="RDKit cannot read"):
        molecule_graph(smiles)


def test_as_many_targets_as_molecules() -> None:
    found = molecule_graphs(["C", "CC"], torch.tensor([1.25, 2.5]))
    assert [float(graph.target) for graph in found] == [1.25, 2.5]
    with pytest.raises(ValueError, match="1 targets for 2 molecules"):
        molecule_graphs(["C", "CC"], [1.0])


def test_a_random_split_deals_every_number_once() -> None:
    parts = random_split(642, seed=0)
    assert [len(part) for part in parts] == [514, 64, 64]
    assert sorted([*parts.train, *parts.valid, *parts.test]) == list(range(642))
    assert random_split(642, seed=0) == parts
    assert random_split(642, seed=1).test != parts.test
    with pytest.raises(ValueError, match=r"3 items with held_out=0\.1"):
        random_split(3)


def test_a_scaffold_is_rings_and_what_joins_them() -> None:
    assert scaffold(ASPIRIN) == scaffold("Oc1ccccc1CC") == "c1ccccc1"
    assert scaffold("CCCO") == ""
    assert scaffold("Clc1ccccc1CCc1ccncc1") == "c1ccc(CCc2ccncc2)cc1"


def test_no_scaffold_is_on_two_sides() -> None:
    rings = ["c1ccccc1", "C1CC1", "C1CCC1", "c1ccncc1", "c1ccsc1", "C1CCCCC1", "C1CCOC1", "c1ccoc1", "C1CNC1"]
    smiles = [chain + ring for chain in ("", "C", "CC", "OC", "NC") for ring in rings] + ["CCO", "CCN", "CC"] * 3
    tests = set()
    for seed in range(5):
        parts = scaffold_split(smiles, seed, held_out=0.2)
        on_side = [{scaffold(smiles[row]) for row in part} for part in parts]
        assert not (on_side[0] & on_side[1] or on_side[0] & on_side[2] or on_side[1] & on_side[2])
        assert sorted([*parts.train, *parts.valid, *parts.test]) == list(range(54))
        assert "" in on_side[0], "nine without a ring would be most of a test of eleven"
        assert [len(part) for part in parts[1:]] == [10, 10]
        tests.add(tuple(parts.test))
    assert len(tests) > 1, "the seed decides which scaffolds are tested"


def test_fingerprints_count_what_is_there_whatever_the_order() -> None:
    one, other = morgan(["CCO", "OCC"])
    assert np.array_equal(one, other)
    assert one.sum() == 6  # three atoms, and around them two neighbourhoods of one bond at the ends, one in the middle
    assert morgan([ASPIRIN], bits=512).shape == (1, 512)
    assert not np.array_equal(*morgan([ASPIRIN, CAFFEINE]))


def test_descriptors_and_counts_are_finite_and_right() -> None:
    table = descriptors([ASPIRIN, CAFFEINE, "[Na+].[Cl-]"])
    assert np.isfinite(table).all()
    assert np.isclose(table, 180.159).any(axis=1).tolist() == [True, False, False], "the mass of aspirin, g/mol"
    assert atom_counts([ASPIRIN, "[H]C([H])([H])[H]", "[Na+].[Cl-]"]).tolist() == [
        [8, 9, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0],
        [4, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1],
    ]
