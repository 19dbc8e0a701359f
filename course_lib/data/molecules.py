"""Molecules as graphs: atoms are nodes, bonds are edges, and chemistry a student would name is what they carry.

Sizes   N atoms (hydrogens only where the string writes them as [H])   E = twice the bonds   F = 36   G = 7

Atom     which element (H C N O F Si P S Cl Br I, or other); how many neighbours, and how many hydrogens (0 to 4, or
         more); its charge (-1 0 1, or other); its hybrid orbitals (sp sp2 sp3, or other); whether it is aromatic, in a
         ring, in a ring of 3 or 4, in a ring of 5 or 6
Bond     single, double, triple, aromatic, or other; conjugated; in a ring
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor

from course_lib.data.graphs import Graph

ELEMENTS = ("H", "C", "N", "O", "F", "Si", "P", "S", "Cl", "Br", "I")
ATOM_FEATURES = (
    *(f"element {each}" for each in (*ELEMENTS, "other")),
    *(f"{each} neighbours" for each in ("0", "1", "2", "3", "4", "more")),
    *(f"{each} hydrogens" for each in ("0", "1", "2", "3", "4", "more")),
    *(f"charge {each}" for each in ("-1", "0", "+1", "other")),
    *(f"orbitals {each}" for each in ("sp", "sp2", "sp3", "other")),
    *("aromatic", "in a ring", "in a ring of 3 or 4", "in a ring of 5 or 6"),
)
BOND_FEATURES = ("single", "double", "triple", "aromatic", "other", "conjugated", "in a ring")


def read_smiles(smiles: str) -> Any:
    """The RDKit molecule; atom i is the i-th atom of the string. Raises ValueError that names what cannot be read."""
    from rdkit import Chem, rdBase

    options: Any = Chem.SmilesParserParams()
    options.removeHs = False  # [H] keeps its place
    with rdBase.BlockLogs():
        molecule = Chem.MolFromSmiles(smiles, options) if smiles.strip() else None
    if molecule is None:
        raise ValueError(f"RDKit cannot read {smiles!r} as a molecule; try aspirin, CC(=O)Oc1ccccc1C(=O)O")
    return molecule


def molecule_graph(smiles: str, target: float | None = None) -> Graph:
    """The graph of a SMILES string, its atoms in the order of the string.

    -> nodes float32 (N, 36), edges int64 (2, E), edge_features float32 (E, 7), named by the string.
    Edge 2b and edge 2b + 1 are bond b, there and back. What RDKit reads once is kept for the process.
    """
    nodes, edges, features = _tensors(smiles)
    return Graph(nodes, edges, features, None if target is None else torch.tensor(float(target)), smiles)


def molecule_graphs(smiles: Iterable[str], targets: Iterable[float] | Tensor | None = None) -> list[Graph]:
    """The graphs of many strings, with one number each to predict where targets are given."""
    smiles = list(smiles)
    if targets is None:
        return [molecule_graph(each) for each in smiles]
    values = targets.tolist() if isinstance(targets, Tensor) else list(targets)
    if len(values) != len(smiles):
        raise ValueError(f"{len(values)} targets for {len(smiles)} molecules")
    return [molecule_graph(each, value) for each, value in zip(smiles, values, strict=True)]


@lru_cache(maxsize=200_000)
def _tensors(smiles: str) -> tuple[Tensor, Tensor, Tensor]:
    molecule = read_smiles(smiles)
    bonds = [bond for bond in molecule.GetBonds() for _ in "ab"]
    ends = [(bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()) for bond in molecule.GetBonds()]
    edges = [pair for one, other in ends for pair in ((one, other), (other, one))]
    return (
        torch.tensor([_atom(atom) for atom in molecule.GetAtoms()], dtype=torch.float32),
        torch.tensor(edges, dtype=torch.int64).reshape(-1, 2).T.contiguous(),
        torch.tensor([_bond(bond) for bond in bonds], dtype=torch.float32).reshape(-1, len(BOND_FEATURES)),
    )


def _atom(atom: Any) -> list[int]:
    return [
        *_one_of(atom.GetSymbol(), ELEMENTS),
        *_one_of(atom.GetDegree(), range(5)),
        *_one_of(atom.GetTotalNumHs(includeNeighbors=True), range(5)),
        *_one_of(atom.GetFormalCharge(), (-1, 0, 1)),
        *_one_of(str(atom.GetHybridization()), ("SP", "SP2", "SP3")),
        *(int(atom.GetIsAromatic()), int(atom.IsInRing())),
        *(int(any(map(atom.IsInRingSize, sizes))) for sizes in ((3, 4), (5, 6))),
    ]


def _bond(bond: Any) -> list[int]:
    kinds = ("SINGLE", "DOUBLE", "TRIPLE", "AROMATIC")
    return [*_one_of(str(bond.GetBondType()), kinds), int(bond.GetIsConjugated()), int(bond.IsInRing())]


def _one_of(value: object, known: Iterable[object]) -> list[int]:
    """A 1 at the place of the value, or at the last place, which stands for every other value."""
    marks = [int(value == each) for each in known]
    return [*marks, int(not any(marks))]
