"""Molecules as fixed lists of numbers, for the models a graph network has to beat.

Sizes   M molecules
"""

from collections.abc import Sequence

import numpy as np

from course_lib.data.molecules import ELEMENTS, read_smiles


def morgan(smiles: Sequence[str], radius: int = 2, bits: int = 2048) -> np.ndarray:
    """How often each circular neighbourhood of up to `radius` bonds occurs, hashed to `bits` places.

    -> float32 (M, bits), counts   Source: Rogers and Hahn 2010 (ECFP4 for radius 2); in RDKit "Morgan".
    """
    from rdkit.Chem import rdFingerprintGenerator

    make = rdFingerprintGenerator.GetMorganGenerator(radius=radius, fpSize=bits)
    return np.array([make.GetCountFingerprintAsNumPy(read_smiles(each)) for each in smiles], dtype=np.float32)


def descriptors(smiles: Sequence[str]) -> np.ndarray:
    """The numbers chemists worked out by hand over decades: mass, logP, polar surface, ring counts and 200 more.

    -> float32 (M, about 217, by RDKit's version); a number that is undefined or too large for a molecule becomes 0
    """
    from rdkit.Chem import Descriptors

    rows = [
        [float(work_out(molecule)) for _, work_out in Descriptors.descList] for molecule in map(read_smiles, smiles)
    ]
    table = np.nan_to_num(np.array(rows), nan=0.0, posinf=0.0, neginf=0.0)
    return np.where(np.abs(table) < 1e6, table, 0).astype(np.float32)


def atom_counts(smiles: Sequence[str]) -> np.ndarray:
    """How many atoms of each element; hydrogens are counted whether the string writes them or not.

    -> float32 (M, 12): the elements of `molecules.ELEMENTS`, then all others together
    """
    table = np.zeros((len(smiles), len(ELEMENTS) + 1), dtype=np.float32)
    for row, each in zip(table, smiles, strict=True):
        for atom in read_smiles(each).GetAtoms():
            symbol = atom.GetSymbol()
            row[ELEMENTS.index(symbol) if symbol in ELEMENTS else -1] += 1
            row[0] += atom.GetTotalNumHs()
    return table
