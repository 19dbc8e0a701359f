"""Names for atoms in space, RDKit being the judge."""

import torch

from course_lib.data import qm9
from course_lib.data.clouds import clouds
from course_lib.train.stability import ELEMENTS
from course_lib.train.valid_molecules import smiles_of
from tests.train.test_stability import CYANIDE, FORMALDEHYDE, METHANE, WATER, together


def test_known_molecules_get_their_names() -> None:
    assert smiles_of(*together(METHANE, CYANIDE, WATER, FORMALDEHYDE)) == ["C", "C#N", "O", "C=O"]


def test_too_many_bonds_have_no_name_and_their_neighbours_keep_theirs() -> None:
    places, kinds, counts = together(WATER, WATER, CYANIDE)
    crowded = kinds.clone()
    crowded[3] = ELEMENTS.index("F")  # fluorine with two bonds
    assert smiles_of(places, crowded, counts) == ["O", None, "C#N"]


def test_the_largest_piece_counts() -> None:
    places, kinds, counts = together(FORMALDEHYDE)
    apart = torch.cat([places, places[:1] + 9])  # a carbon far away
    assert smiles_of(apart, torch.cat([kinds, kinds[:1]]), counts + 1) == ["C=O"]


def test_real_molecules_get_the_names_of_the_data_set() -> None:
    from rdkit import Chem

    some = qm9.load(400, seed=5)
    made = clouds(some)
    names = smiles_of(made.positions, made.kinds, made.counts)
    same = [
        name == Chem.MolToSmiles(Chem.MolFromSmiles(smiles)) for name, smiles in zip(names, some.smiles, strict=True)
    ]
    assert sum(name is not None for name in names) >= 0.95 * 400
    assert sum(same) >= 0.5 * 400
