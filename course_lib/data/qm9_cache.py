"""QM9 rewritten once, from 216 MB of text to 52 MB that a program reads at a glance.

The files lie in a folder within the fetched archive, made beside it and renamed at the end: whole, or not there.
They are checked against their hashes when they are read. Nothing here knows what the numbers mean; qm9.py does.
"""

import csv
import hashlib
import io
import json
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from course_lib.data.archive import read_member
from course_lib.data.catalogue import QM9
from course_lib.errors import CourseError
from course_lib.file_lock import only_one
from course_lib.system_errors import refused

VERSION = 1  # of the form of these files: another number means another folder
COLUMNS = (
    *("Dipole_debye", "Polarizability_bohr3", "HOMO_au", "LUMO_au", "HOMO_LUMO_gap_au", "R2_bohr2", "ZPVE_au"),
    *("InternalEnergy_0K_au", "InternalEnergy_298K_au", "Enthalphy_298K_au", "GibbsFreeEnergy_298K_au"),
    "Heatcapacity_Cv_cal_mol_K",
)
NUCLEI = {"H": 1, "C": 6, "N": 7, "O": 8, "F": 9}
FILES = ("strings.txt", "numbers.npy", "first.npy", "charges.npy", "positions.npy")


@cache
def strings() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """SMILES and InChI of every molecule."""
    lines = _read("strings.txt").decode("ascii").split("\n")
    return tuple(lines[::2]), tuple(lines[1::2])


@cache
def numbers() -> Tensor:
    """Every molecule's row of COLUMNS, in the units of the files. -> float64 (M, 12)"""
    return _array("numbers.npy")


@cache
def atoms() -> tuple[Tensor, Tensor, Tensor]:
    """Where each molecule's atoms begin, int64 (M + 1,), then all atoms: charge uint8 (A,), place float32 (A, 3)."""
    return _array("first.npy"), _array("charges.npy"), _array("positions.npy")


def folder() -> Path:
    """Where the compact files are, or will be."""
    return QM9.folder / f"compact-{VERSION}"


def _array(name: str) -> Tensor:
    return torch.from_numpy(np.load(io.BytesIO(_read(name)), allow_pickle=False))


def _read(name: str) -> bytes:
    """A compact file, made first where it is not there yet; made anew once when it was damaged."""
    for attempt in ("as found", "made anew"):
        if not (folder() / "hashes.json").exists():
            _make()
        known = json.loads((folder() / "hashes.json").read_text(encoding="utf-8"))
        path = folder() / name
        content = path.read_bytes() if path.exists() else b""
        if hashlib.sha256(content).hexdigest() == known[name]:
            return content
        if attempt == "as found":
            shutil.rmtree(folder())
    raise CourseError(f"{folder() / name} changes while it is read; is the disk in order?")


def _make() -> None:
    """Rewrite the tables. Another process that wants them too waits for this one."""
    read_member(QM9, QM9.members[-1])  # says so kindly where QM9 was never fetched
    try:
        with only_one(QM9.folder.parent / ".qm9.lock", "QM9 is being rewritten into a compact form"):
            if not (folder() / "hashes.json").exists():  # someone else may have made it meanwhile
                _make_alone(folder().with_name(f".{folder().name}.partial"))
    except OSError as error:
        raise refused(error, "keep QM9 in a compact form", folder()) from error


def _make_alone(partial: Path) -> None:
    shutil.rmtree(partial, ignore_errors=True)  # left by a process that was killed
    partial.mkdir()
    try:
        _write(partial)
        hashes = {name: hashlib.sha256((partial / name).read_bytes()).hexdigest() for name in FILES}
        (partial / "hashes.json").write_text(json.dumps(hashes, indent=1), encoding="utf-8")
        shutil.rmtree(folder(), ignore_errors=True)
        partial.replace(folder())
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _write(target: Path) -> None:
    texts: list[str] = []
    table: list[list[float]] = []
    counts: list[int] = [0]
    charges = bytearray()
    places: list[np.ndarray] = []
    for row in _rows():
        texts += [row["SMILES"], row["InChi"]]
        table.append([float(row[column]) for column in COLUMNS])
        elements = json.loads(row["Elements"].replace("'", '"'))
        counts.append(len(elements))
        charges.extend(NUCLEI[element] for element in elements)
        flat = np.fromstring(row["XYZ_Ang"].replace("[", "").replace("]", ""), sep=",")
        places.append(flat.astype(np.float32).reshape(len(elements), 3))
    (target / "strings.txt").write_bytes("\n".join(texts).encode("ascii"))
    np.save(target / "numbers.npy", np.array(table))
    np.save(target / "first.npy", np.cumsum(counts))
    np.save(target / "charges.npy", np.frombuffer(bytes(charges), dtype=np.uint8))
    np.save(target / "positions.npy", np.concatenate(places))


def _rows() -> Iterator[dict[str, str]]:
    """The rows of the three tables; an old machine holds one of them at a time."""
    for member in QM9.members[:3]:
        yield from csv.DictReader(io.StringIO(read_member(QM9, member).decode("utf-8")))
