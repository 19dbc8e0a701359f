"""QM9: its figures, known molecules in their units, its split, and the compact form it is read from."""

import csv
import hashlib
import io
import json
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from course_lib.data import qm9, qm9_cache
from course_lib.data.archive import MANIFEST, Archive, read_member
from course_lib.data.catalogue import QM9
from course_lib.data.molecules import molecule_graph
from course_lib.errors import CourseError, DataMissing

ALL = qm9.load()


def test_the_figures_of_the_docstring() -> None:
    first, charges, positions = qm9_cache.atoms()
    assert len(ALL) == 130_831
    assert (len(set(ALL.smiles)), len(set(ALL.inchi))) == (130_831, 126_940)
    assert len(qm9.PROPERTIES) == 12
    assert int(first.diff().max()) == 29
    assert int(first[-1]) == len(charges) == len(positions)
    assert charges.unique().tolist() == [1, 6, 7, 8, 9]
    heavy = torch.zeros(len(ALL), dtype=torch.long)
    owner = torch.arange(len(ALL)).repeat_interleave(first.diff())
    assert int(heavy.index_add(0, owner, (charges > 1).long()).max()) == 9
    for figure in ("130,831", "126,940", "12 numbers", "29 with hydrogens", "3,054"):
        assert figure in (qm9.__doc__ or "")


def test_methane_and_water_in_their_units() -> None:
    methane, water = ALL.take([0, 2]), ALL.smiles.index("O")
    assert (methane.smiles, methane.inchi[0], water) == (("C", "O"), "InChI=1S/CH4/h1H4", 2)
    assert methane.values("gap")[0].item() == pytest.approx(0.5048 * 27.211386, rel=1e-6)
    assert methane.values("dipole")[0].item() == 0
    assert methane.values("dipole")[1].item() == pytest.approx(1.8511)  # debye; measured: 1.855
    assert methane.values("energy_0K")[0].item() == pytest.approx(-40.47893 * 27.211386, rel=1e-6)
    shape = methane.geometry(0)
    assert shape.charges.tolist() == [6, 1, 1, 1, 1]
    lengths = (shape.positions[1:] - shape.positions[0]).norm(dim=1)
    assert torch.allclose(lengths, torch.full((4,), 1.092), atol=1e-3), "the C-H bond in angstrom"


def test_the_gap_is_lumo_minus_homo() -> None:
    assert torch.allclose(
        ALL.values("gap"), ALL.values("lumo") - ALL.values("homo"), atol=0.0051
    )  # 4 decimals, hartree


def test_the_compact_form_is_the_text_of_the_archive() -> None:
    """An oracle that reads a row here and there with the csv module alone."""
    text = read_member(QM9, QM9.members[1]).decode("utf-8")
    for row in list(csv.DictReader(io.StringIO(text)))[::5_003]:
        found = ALL.smiles.index(row["SMILES"])
        assert ALL.inchi[found] == row["InChi"]
        one = ALL.take([found])
        for name, known in qm9.PROPERTIES.items():
            assert one.values(name).item() == pytest.approx(float(row[known.column]) * known.factor, rel=1e-12)
        elements, places = json.loads(row["Elements"].replace("'", '"')), json.loads(row["XYZ_Ang"])
        shape = one.geometry(0)
        assert shape.charges.tolist() == [{"H": 1, "C": 6, "N": 7, "O": 8, "F": 9}[each] for each in elements]
        assert np.allclose(shape.positions.numpy(), np.array(places), atol=1e-6)


def test_strings_and_shapes_speak_of_the_same_atoms() -> None:
    few = qm9.load(201, seed=3)
    for number, smiles in enumerate(few.smiles):
        graph, shape = molecule_graph(smiles), few.geometry(number)
        heavy = shape.positions[shape.charges > 1]
        assert len(heavy) == len(graph)
        if graph.edges.shape[1]:  # atoms that are bonded are near each other: the order of both is the same
            assert (heavy[graph.edges[0]] - heavy[graph.edges[1]]).norm(dim=1).max() < 1.9


def test_a_subset_is_drawn_by_its_seed() -> None:
    few = qm9.load(1_001, seed=5)
    assert few.smiles == qm9.load(1_001, seed=5).smiles
    assert few.smiles != qm9.load(1_001, seed=6).smiles
    assert torch.equal(few.values("gap"), ALL.values("gap")[few.rows])
    assert torch.equal(few.take([7]).geometry(0).positions, ALL.geometry(int(few.rows[7])).positions)
    with pytest.raises(ValueError, match="count=130832: QM9 has 1 to 130,831"):
        qm9.load(130_832)
    with pytest.raises(ValueError, match="QM9 has no 'colour'; it has: dipole"):
        few.values("colour")


def test_tautomers_are_on_one_side_for_ever() -> None:
    parts = ALL.split()
    said = [{ALL.inchi[row] for row in part} for part in parts]
    assert not (said[0] & said[1] or said[0] & said[2] or said[1] & said[2])
    assert tuple(map(len, parts)) == (117_881, 6_391, 6_559)  # the same on every machine
    few = qm9.load(1_001)
    assert {few.inchi[row] for row in few.split().test} <= said[2], "fewer molecules, and one stays on its side"


@pytest.mark.timed
def test_ten_thousand_molecules_come_quickly() -> None:
    forget()
    begun = time.process_time()
    few = qm9.load(10_000)
    few.values("gap")
    few.geometry(9_999)
    assert time.process_time() - begun < 1.0  # 0.2 s on a quiet machine


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Archive]:
    """QM9 in a cache of this test's own, where nothing is yet."""
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path))
    forget()
    yield QM9
    forget()


def forget() -> None:
    """Drop what this process has read, so that the files are read again."""
    for kept in (qm9._everything, qm9_cache.strings, qm9_cache.numbers, qm9_cache.atoms):
        kept.cache_clear()


def fill(archive: Archive, source: Path, rows: int) -> None:
    """Put the first rows of every table where the archive would be, with hashes that fit."""
    members = {}
    for member in archive.members:
        lines = (source / member).read_bytes().splitlines(keepends=True)
        content = b"".join(lines[: rows + 1]) if member.endswith(".csv") else b"".join(lines)
        path = archive.folder / member
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        members[member] = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
    (archive.folder / MANIFEST).write_text(json.dumps({"sha256": archive.sha256, "members": members}))


SOURCE = QM9.folder


def test_the_compact_form_is_made_once_and_mended_when_damaged(small: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(small, SOURCE, rows=7)
    assert len(qm9.load()) == 21
    assert {path.name for path in qm9_cache.folder().iterdir()} == {*qm9_cache.FILES, "hashes.json"}
    assert not list(small.folder.glob(".*partial"))
    (qm9_cache.folder() / "numbers.npy").write_bytes(b"half of it")
    qm9_cache.numbers.cache_clear()
    assert qm9.load().values("gap")[0].item() == pytest.approx(13.7363, abs=1e-4)
    qm9_cache.atoms.cache_clear()
    monkeypatch.setattr(qm9_cache, "_write", lambda _: pytest.fail("rewritten though it is there"))
    assert len(qm9.load().geometry(20).charges) > 3


def test_a_rewriting_that_breaks_off_leaves_nothing(small: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(small, SOURCE, rows=7)
    with monkeypatch.context() as broken:
        broken.setattr(np, "concatenate", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
        with pytest.raises(CourseError, match="the disk is full"):
            qm9.load()
    assert not qm9_cache.folder().exists()
    assert not list(small.folder.glob(".*partial"))
    assert len(qm9.load()) == 21, "the next try goes through"


def test_what_was_never_fetched_is_said_kindly(small: Archive) -> None:
    with pytest.raises(DataMissing, match=r"QM9.*course data --week w08.*103\.7 MB"):
        qm9.load()
    assert not small.folder.exists(), "nothing that looks half-fetched is left"
