"""Which atom each character, or each token, of a SMILES string belongs to."""

import re
from collections.abc import Sequence

# a bracket atom, a two-letter element, a one-letter element (small when aromatic), a two-digit ring number, or one sign
PIECE = re.compile(r"\[[^\]]*\]|Br|Cl|[BCNOPSFI]|[bcnops]|%\d\d|.")
ATOM = re.compile(r"\[|Br|Cl|[BCNOPSFIbcnops]$|\*")


def smiles_tokens(smiles: str) -> list[str]:
    """Cut a SMILES string into its tokens: `CC(Cl)[NH3+]` -> C, C, (, Cl, ), [NH3+]."""
    return PIECE.findall(smiles)


def atom_of_character(smiles: str) -> list[int | None]:
    """The atom number of each character, None for bonds, brackets of branches and ring digits.

    Every character of `Cl` or `[NH3+]` belongs to that one atom. Atoms are numbered as they appear, as RDKit does.
    """
    owners: list[int | None] = []
    atoms = 0
    for token in smiles_tokens(smiles):
        is_atom = ATOM.match(token) is not None
        owners += [atoms if is_atom else None] * len(token)
        atoms += is_atom
    return owners


def atoms_of_labels(smiles: str, labels: Sequence[str]) -> list[list[int]] | None:
    """The atoms each label covers, when the labels spell the string; None when they do not.

    Labels may be characters, tokens or longer merges; labels that are no part of the string (`<start>`) cover no atom.
    """
    owners, place, covered = atom_of_character(smiles), 0, []
    for label in labels:
        fits = bool(label) and smiles.startswith(label, place)
        span = owners[place : place + len(label)] if fits else []
        covered.append(sorted({atom for atom in span if atom is not None}))
        place += len(label) if fits else 0
    return covered if place == len(smiles) else None
