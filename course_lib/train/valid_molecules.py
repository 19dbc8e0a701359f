"""What RDKit makes of atoms in space: a molecule with a name, or nothing.

Sizes   N atoms of all molecules   M molecules
"""

from typing import Any

from torch import Tensor

from course_lib.train.stability import ELEMENTS, bond_orders


def smiles_of(positions: Tensor, kinds: Tensor, counts: Tensor) -> list[str | None]:
    """Compute the SMILES of every molecule's largest piece, or None where an atom has more bonds than chemistry allows.

    positions (N, 3) angstrom, kinds (N), counts (M); bonds are judged by `bond_orders`
    -> M strings. Missing bonds are forgiven, since RDKit fills them up with hydrogens; stability does not forgive them.
    Source: the validity of Hoogeboom et al. 2022 (arXiv:2203.17003), section 5, as their code has it.
    """
    pairs, orders = bond_orders(positions, kinds, counts)
    bonds = [
        (int(a), int(b), int(order)) for (a, b), order in zip(pairs.T.tolist(), orders.tolist(), strict=True) if order
    ]
    ends = counts.cumsum(0).tolist()
    found: list[str | None] = []
    at = 0
    for begin, end in zip([0, *ends[:-1]], ends, strict=True):
        own = []
        while at < len(bonds) and bonds[at][0] < end:
            a, b, order = bonds[at]
            own.append((a - begin, b - begin, order))
            at += 1
        found.append(_name([ELEMENTS[kind] for kind in kinds[begin:end].tolist()], own))
    return found


def _name(elements: list[str], bonds: list[tuple[int, int, int]]) -> str | None:
    """Write the SMILES of the largest piece of one molecule, or None where RDKit refuses it."""
    from rdkit import Chem, rdBase

    types: Any = (Chem.BondType.SINGLE, Chem.BondType.DOUBLE, Chem.BondType.TRIPLE)
    molecule = Chem.RWMol()
    for element in elements:
        molecule.AddAtom(Chem.Atom(element))
    for a, b, order in bonds:
        molecule.AddBond(a, b, types[order - 1])
    with rdBase.BlockLogs():
        try:
            Chem.SanitizeMol(molecule)
        except Chem.MolSanitizeException:  # an atom with too many bonds, or a ring that cannot be aromatic
            return None
        largest = max(Chem.GetMolFrags(molecule, asMols=True), key=lambda piece: piece.GetNumAtoms())
        return str(Chem.MolToSmiles(Chem.RemoveHs(largest, sanitize=False)))
