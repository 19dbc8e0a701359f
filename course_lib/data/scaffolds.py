"""Two ways to split molecules: by chance, and by scaffold, so that the test is on rings never seen before."""

from collections.abc import Sequence
from functools import lru_cache

import torch

from course_lib.data.molecules import read_smiles
from course_lib.data.split import Split, unit_hash


def random_split(count: int, seed: int = 0, held_out: float = 0.1) -> Split[int]:
    """Shuffle the numbers 0 to count - 1: held_out of them for valid, as many for test, the rest for train."""
    part = _part(count, held_out)
    order = torch.randperm(count, generator=torch.Generator().manual_seed(seed)).tolist()
    return Split(order[2 * part :], order[:part], order[part : 2 * part])


def scaffold_split(smiles: Sequence[str], seed: int = 0, held_out: float = 0.1) -> Split[int]:
    """Row numbers such that no scaffold (rings and what joins them) is on two sides.

    Scaffolds with more molecules than half a part, among them "no ring at all", go to train; the others are dealt out
    in an order that the seed decides, to test, then to valid, until these are full.
    """
    part = _part(len(smiles), held_out)
    groups: dict[str, list[int]] = {}
    for row, each in enumerate(smiles):
        groups.setdefault(scaffold(each), []).append(row)
    parts = Split[int]([], [], [])
    for _, rows in sorted(groups.items(), key=lambda group: unit_hash(group[0], seed)):
        small = len(rows) <= part / 2
        room = next((p for p in (parts.test, parts.valid) if small and len(p) + len(rows) <= part), parts.train)
        room.extend(rows)
    return parts


@lru_cache(maxsize=200_000)
def scaffold(smiles: str) -> str:
    """The Bemis-Murcko scaffold as SMILES: rings and the chains between them; empty where there is no ring."""
    from rdkit.Chem.Scaffolds import MurckoScaffold

    return str(MurckoScaffold.MurckoScaffoldSmiles(mol=read_smiles(smiles)))


def _part(count: int, held_out: float) -> int:
    part = round(count * held_out)
    if not 0 < held_out < 0.5 or not 1 <= part < count / 2:
        raise ValueError(f"{count} items with held_out={held_out}: each of three parts must get something")
    return part
