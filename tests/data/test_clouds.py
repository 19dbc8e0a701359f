"""Clouds of atoms are QM9's own geometries, whole and in order."""

import torch

from course_lib.data import qm9
from course_lib.data.clouds import ELEMENTS, clouds
from course_lib.data.qm9_cache import NUCLEI


def test_every_molecule_is_its_geometry() -> None:
    some = qm9.load(37, seed=3)
    found = clouds(some)
    assert len(found) == 37 and len(found.positions) == len(found.kinds) == int(found.counts.sum())
    begin = 0
    for molecule in range(37):
        shape = some.geometry(molecule)
        here = slice(begin, begin + len(shape.charges))
        assert torch.equal(found.positions[here], shape.positions)
        assert [NUCLEI[ELEMENTS[kind]] for kind in found.kinds[here]] == shape.charges.tolist()
        assert (found.owner[here] == molecule).all()
        begin = here.stop


def test_taking_some_keeps_their_atoms_together() -> None:
    everything = clouds(qm9.load(37, seed=3))
    which = torch.tensor([31, 4, 4, 0])
    some = everything.take(which)
    for place, molecule in enumerate(which.tolist()):
        one = everything.one(molecule)
        assert torch.equal(some.one(place).positions, one.positions) and torch.equal(some.one(place).kinds, one.kinds)
        assert torch.equal(one.positions, everything.positions[everything.owner == molecule])


def test_sizes_are_drawn_as_often_as_they_occur() -> None:
    everything = clouds(qm9.load())
    drawn = everything.draw_counts(20_000, torch.Generator().manual_seed(1))
    real, made = (torch.bincount(counts, minlength=30) / len(counts) for counts in (everything.counts, drawn))
    assert (real - made).abs().max() < 0.01  # three standard deviations of the most frequent size
    assert everything.counts.min() == 3 and everything.counts.max() == 29
