"""QM9: every small molecule of C, N, O and F that chemists could think of, with what quantum mechanics says of it.

Size     130,831 molecules of up to 9 heavy atoms and 29 with hydrogens; 12 numbers each, and the place of every atom
Licence  MIT (qm9pack 1.0.3; nothing of its code is used); the original QM9 is in the public domain (CC0)
Source   qm9pack/data/qm9_part1.csv to qm9_part3.csv: QM9 without the 3,054 molecules whose geometry was in doubt.
         Computed, not measured: density functional theory, B3LYP/6-31G(2df,p).
Split    `QM9.split`: by InChI, 90 / 5 / 5 percent, by a hash of it. 126,940 InChIs stand for 130,831 molecules, since
         an InChI does not tell tautomers apart (SMILES do); tautomers are on one side.
Cite     R. Ramakrishnan, P. O. Dral, M. Rupp, O. A. von Lilienfeld, Scientific Data 1, 140022 (2014).
"""

from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import torch
from torch import Tensor

from course_lib.data import qm9_cache
from course_lib.data.split import Split, split_by

EV = 27.211386245988  # electronvolts in a hartree (CODATA 2018)


class Property(NamedTuple):
    """A column of the file, what to multiply it by, the unit that gives, and what it is."""

    column: str
    factor: float
    unit: str
    meaning: str


PROPERTIES = {
    "dipole": Property("Dipole_debye", 1.0, "debye", "how unevenly the charge is spread"),
    "polarisability": Property("Polarizability_bohr3", 1.0, "bohr^3", "how easily a field shifts the charge"),
    "homo": Property("HOMO_au", EV, "eV", "energy of the highest occupied orbital"),
    "lumo": Property("LUMO_au", EV, "eV", "energy of the lowest empty orbital"),
    "gap": Property("HOMO_LUMO_gap_au", EV, "eV", "lumo minus homo"),
    "extent": Property("R2_bohr2", 1.0, "bohr^2", "how far the electrons reach, squared"),
    "zero_point": Property("ZPVE_au", EV, "eV", "energy of vibration that never freezes out"),
    "energy_0K": Property("InternalEnergy_0K_au", EV, "eV", "internal energy at 0 K"),
    "energy": Property("InternalEnergy_298K_au", EV, "eV", "internal energy at 298.15 K"),
    "enthalpy": Property("Enthalphy_298K_au", EV, "eV", "enthalpy at 298.15 K"),
    "free_energy": Property("GibbsFreeEnergy_298K_au", EV, "eV", "free energy at 298.15 K"),
    "heat_capacity": Property("Heatcapacity_Cv_cal_mol_K", 1.0, "cal/(mol K)", "heat capacity at constant volume"),
}


@dataclass(frozen=True, eq=False)
class Geometry:
    """Where the atoms of one molecule are: charges int64 (A,), those of the nuclei; positions float32 (A, 3), angstrom.

    The heavy atoms come first, in the order of the SMILES string.
    """

    charges: Tensor
    positions: Tensor


@dataclass(frozen=True, eq=False)
class QM9:
    """M molecules: their strings, their numbers, and, when asked for, their shapes.

    smiles, inchi: M strings each   rows int64 (M,): their numbers in the whole of QM9
    """

    smiles: tuple[str, ...]
    inchi: tuple[str, ...]
    rows: Tensor

    def __len__(self) -> int:
        return len(self.smiles)

    def values(self, name: str) -> Tensor:
        """One property of every molecule, float64 (M,); `PROPERTIES` has the names, units and meanings."""
        if name not in PROPERTIES:
            raise ValueError(f"QM9 has no {name!r}; it has: {', '.join(PROPERTIES)}")
        known = PROPERTIES[name]
        return qm9_cache.numbers()[self.rows, qm9_cache.COLUMNS.index(known.column)] * known.factor

    def geometry(self, molecule: int) -> Geometry:
        """Where the atoms of one of these molecules are (0 to M - 1). The file is read at the first call."""
        first, charges, positions = qm9_cache.atoms()
        row = int(self.rows[molecule])
        here = slice(int(first[row]), int(first[row + 1]))
        return Geometry(charges[here].long(), positions[here].clone())

    def take(self, which: Tensor | list[int]) -> "QM9":
        """Some of these molecules, by their numbers from 0 to M - 1, in that order."""
        which = torch.as_tensor(which, dtype=torch.int64)
        return QM9(tuple(self.smiles[i] for i in which), tuple(self.inchi[i] for i in which), self.rows[which])

    def split(self, seed: int = 0, held_out: float = 0.05) -> Split[int]:
        """Numbers from 0 to M - 1 for train, valid and test; the same InChI is on the same side for ever."""
        return split_by(range(len(self)), lambda i: self.inchi[i], seed, held_out)


def load(count: int | None = None, seed: int = 0) -> QM9:
    """All of QM9 in its own order (small molecules first), or `count` of them drawn by chance.

    The first call on a machine rewrites the fetched tables into a compact form, ten seconds once; later ones take
    a tenth of a second. Raises DataMissing when the data set was not fetched, ValueError for a count too large.
    """
    everything = _everything()
    if count is None:
        return everything
    if not 1 <= count <= len(everything):
        raise ValueError(f"count={count}: QM9 has 1 to {len(everything):,} molecules to give")
    chance = torch.Generator().manual_seed(seed)
    return everything.take(torch.randperm(len(everything), generator=chance)[:count])


@cache
def _everything() -> QM9:
    smiles, inchi = qm9_cache.strings()
    return QM9(smiles, inchi, torch.arange(len(smiles)))
