"""Molecules as clouds: which atoms there are and where, with hydrogens and without bonds.

Sizes   N atoms of all molecules   M molecules
Size     130,831 molecules of QM9, 3 to 29 atoms each, 2,359,210 atoms of H, C, N, O and F
Licence  as in qm9.py, from which they are taken
Source   qm9.py: positions in angstrom, computed with B3LYP/6-31G(2df,p)
Split    `QM9.split`; take the parts of it
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from course_lib.data import qm9_cache
from course_lib.data.qm9 import QM9

ELEMENTS = "HCNOF"  # kind 0 is hydrogen
KIND = {qm9_cache.NUCLEI[element]: kind for kind, element in enumerate(ELEMENTS)}


@dataclass(frozen=True, eq=False)
class Clouds:
    """M molecules, their atoms one after the other.

    positions float32 (N, 3), angstrom   kinds int64 (N,), places in ELEMENTS   counts int64 (M,), atoms of each
    """

    positions: Tensor
    kinds: Tensor
    counts: Tensor

    def __len__(self) -> int:
        return len(self.counts)

    @property
    def owner(self) -> Tensor:
        """The molecule of every atom. -> int64 (N,)"""
        return torch.repeat_interleave(torch.arange(len(self)), self.counts)

    def take(self, which: Tensor) -> "Clouds":
        """Some of the molecules, by their numbers int64, in that order; one may come twice."""
        counts = self.counts[which]
        rows = _atoms_of((self.counts.cumsum(0) - self.counts)[which], counts)
        return Clouds(self.positions[rows], self.kinds[rows], counts)

    def one(self, molecule: int) -> "Clouds":
        """A single molecule, 0 to M - 1."""
        return self.take(torch.tensor([molecule]))

    def draw_counts(self, many: int, chance: torch.Generator) -> Tensor:
        """How many atoms new molecules should have: drawn from these, as often as they occur. -> int64 (many,)"""
        return self.counts[torch.randint(len(self), (many,), generator=chance)]


def clouds(molecules: QM9) -> Clouds:
    """All of these molecules as clouds. Raises DataMissing when QM9 was not fetched."""
    first, charges, positions = qm9_cache.atoms()
    begin = first[molecules.rows].long()
    counts = first[molecules.rows + 1].long() - begin
    rows = _atoms_of(begin, counts)
    table = torch.full((max(KIND) + 1,), -1)
    table[list(KIND)] = torch.tensor(list(KIND.values()))
    return Clouds(positions[rows].float(), table[charges[rows].long()], counts)


def _atoms_of(begin: Tensor, counts: Tensor) -> Tensor:
    """The rows begin, begin + 1, ... of each molecule, one after the other. -> (N,)"""
    owner = torch.repeat_interleave(torch.arange(len(counts)), counts)
    return begin[owner] + torch.arange(len(owner)) - (counts.cumsum(0) - counts)[owner]
