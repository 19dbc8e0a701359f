"""One protein family, many times over: an alignment of hemopexin repeats.

Size     4,188 sequences in 448 columns, of which 47 are filled in at least half of the rows
Licence  test data of pyfamsa 0.7.0 (GPL-3.0-or-later; nothing of its code is used); the sequences are public
Source   pyfamsa/tests/data/hemopexin.medoid-upgma.afa, aligned by FAMSA with a UPGMA tree. Names such as
         HEMO_PIG/189-233 give the protein and the residues. Lower and upper case letters mean the same here.
Split    `Alignment.split`: no row of one part is at least 80 percent identical to a row of another
Cite     S. Deorowicz, A. Debudaj-Grabysz, A. Gudyś, Scientific Reports 6, 33964 (2016); pyfamsa by M. Larralde
"""

from dataclasses import dataclass
from functools import cache

import torch
from torch import Tensor

from course_lib.data.archive import read_member
from course_lib.data.catalogue import HEMOPEXIN
from course_lib.data.identity import clusters, row_weights
from course_lib.data.split import Split, unit_hash

LETTERS = "ACDEFGHIKLMNPQRSTVWY-"  # 20 amino acids, and the gap; an unknown X is read as a gap
GAP = LETTERS.index("-")


@dataclass(frozen=True)
class Alignment:
    """N sequences written below each other, so that residues of one column share a place in the fold."""

    names: tuple[str, ...]
    rows: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def columns(self) -> int:
        """The width of the alignment, gaps included."""
        return len(self.rows[0])

    def filled(self) -> Tensor:
        """How much of each column is residues and not gaps. -> (columns,), 0 to 1"""
        return (_numbers(self.rows) != GAP).double().mean(0)

    def well_filled(self, share: float = 0.5) -> Tensor:
        """The columns that hold a residue in at least this share of the rows.

        -> int64 (N, C), numbers into LETTERS
        """
        return _numbers(self.rows)[:, self.filled() >= share]

    def letters(self, share: float = 0.5) -> list[str]:
        """The same as text: N strings of C letters."""
        return ["".join(LETTERS[number] for number in row) for row in self.well_filled(share).tolist()]

    def one_hot(self, share: float = 0.5) -> Tensor:
        """The same as ones and zeros. -> float32 (N, C, 21)"""
        return torch.nn.functional.one_hot(self.well_filled(share), len(LETTERS)).float()

    def weights(self, identity: float = 0.8) -> Tensor:
        """What each row counts when near-copies share one vote; the sum is the effective number of sequences.

        -> float64 (N,): one over the number of rows at least `identity` alike, itself included
        """
        return row_weights(self.well_filled(), identity)

    def split(self, identity: float = 0.8, seed: int = 0, held_out: float = 0.05) -> Split[int]:
        """Row numbers for train, valid and test, near-copies kept together (single-linkage clusters; 1 s).

        The shares of rows are near 1 - 2 held_out, held_out, held_out, since clusters differ in size.
        """
        groups: dict[int, list[int]] = {}
        for row, group in enumerate(clusters(self.well_filled(), identity).tolist()):
            groups.setdefault(group, []).append(row)
        want, parts = held_out * len(self), Split[int]([], [], [])
        largest_first = sorted(groups.values(), key=lambda rows: (-len(rows), unit_hash(self.names[rows[0]], seed)))
        small = [rows for rows in largest_first if len(rows) <= max(1.0, want / 4)]  # no cluster may be a whole part
        small.sort(key=lambda rows: unit_hash(self.names[rows[0]], seed))
        for rows in small:
            part = next((part for part in (parts.valid, parts.test) if len(part) + len(rows) <= want), parts.train)
            part.extend(rows)
        held = {*parts.valid, *parts.test}
        return Split([row for row in range(len(self)) if row not in held], sorted(parts.valid), sorted(parts.test))


def load() -> Alignment:
    """The hemopexin repeats. Raises DataMissing when the data set was not fetched."""
    return _read()


@cache
def _read() -> Alignment:
    names, rows = [], []
    for record in read_member(HEMOPEXIN, HEMOPEXIN.members[0]).decode("ascii").split(">")[1:]:
        name, _, letters = record.partition("\n")
        names.append(name.strip())
        rows.append(letters.replace("\n", ""))
    return Alignment(tuple(names), tuple(rows))


@cache
def _numbers(rows: tuple[str, ...]) -> Tensor:
    """Every letter as its number in LETTERS. -> int64 (N, columns)"""
    table = torch.full((256,), GAP)
    for number, letter in enumerate(LETTERS):
        table[ord(letter)] = table[ord(letter.lower())] = number
    codes = torch.frombuffer(bytearray("".join(rows).encode("ascii")), dtype=torch.uint8)
    return table[codes.long()].view(len(rows), -1)
