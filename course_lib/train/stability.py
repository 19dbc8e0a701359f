"""Are these atoms a molecule: which lie near enough to be bonded, and does every atom have as many bonds as it wants?

Sizes   N atoms of all molecules   M molecules   E pairs of atoms
Kinds are numbered as in `ELEMENTS`. The rule knows lengths alone, so it is wrong for some real molecules as well:
measure it on real ones before you judge made ones.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

ELEMENTS = "HCNOF"
WANTED = torch.tensor([1, 4, 3, 2, 1])  # how many bonds an atom of each kind wants
LENGTHS = (
    {  # picometres: a single bond is at most this long, plus the margin
        **{"HH": 74, "HC": 109, "HN": 101, "HO": 96, "HF": 92, "CC": 154, "CN": 147, "CO": 143, "CF": 135},
        **{"NN": 145, "NO": 140, "NF": 136, "OO": 148, "OF": 142, "FF": 142},
    },
    {"CC": 134, "CN": 129, "CO": 120, "NN": 125, "NO": 121, "OO": 121},  # double
    {"CC": 120, "CN": 116, "CO": 113, "NN": 110},  # triple
)
MARGINS = (10, 5, 3)  # picometres, chosen by the authors so that real molecules of QM9 count as stable


@dataclass(frozen=True)
class Stability:
    """Which atoms have the bonds they want, bool (N,), and which molecules have only such atoms, bool (M,)."""

    atoms: Tensor
    molecules: Tensor

    @property
    def percent(self) -> tuple[float, float]:
        """Compute the shares of stable atoms and of stable molecules, in percent."""
        return 100 * float(self.atoms.double().mean()), 100 * float(self.molecules.double().mean())


def longest_bonds() -> Tensor:
    """Measure how long single, double and triple bonds may be, angstrom.

    -> (3, 5, 5), symmetric, -1 where there is none
    """
    table = torch.full((3, 5, 5), -1.0)
    for order, (lengths, margin) in enumerate(zip(LENGTHS, MARGINS, strict=True)):
        for pair, length in lengths.items():
            a, b = (ELEMENTS.index(letter) for letter in pair)
            table[order, a, b] = table[order, b, a] = (length + margin) / 100
    return table


def bond_orders(positions: Tensor, kinds: Tensor, counts: Tensor) -> tuple[Tensor, Tensor]:
    """Give what joins every pair of atoms of a molecule, judged by how far apart they are.

    positions (N, 3) angstrom, kinds (N), counts (M)
    -> pairs (2, E), each pair once, smaller number first; orders (E), 0 for no bond to 3 for a triple one
    Source: the tables, margins and rule of Hoogeboom et al. 2022 (arXiv:2203.17003), appendix C, in their code.
    """
    if len(positions) != len(kinds) or len(kinds) != int(counts.sum()):
        raise ValueError(f"{len(positions)} positions, {len(kinds)} kinds and counts of {int(counts.sum())} atoms")
    begin = torch.repeat_interleave(counts.cumsum(0) - counts, counts)
    end = begin + torch.repeat_interleave(counts, counts)
    own = torch.arange(len(kinds))
    later = end - own - 1  # how many atoms of the same molecule come after this one
    first = torch.repeat_interleave(own, later)
    second = torch.arange(len(first)) - torch.repeat_interleave(later.cumsum(0) - later, later) + first + 1
    length = (positions[first] - positions[second]).square().sum(1).sqrt()
    longest = longest_bonds().to(length)[:, kinds[first], kinds[second]]  # (3, E)
    return torch.stack([first, second]), (length < longest).sum(0)


def stability(positions: Tensor, kinds: Tensor, counts: Tensor) -> Stability:
    """Tell which atoms and molecules are stable: every atom's bonds, counted with their order, are as many as it wants.

    positions (N, 3) angstrom, kinds (N) in ELEMENTS, counts (M)
    """
    pairs, orders = bond_orders(positions, kinds, counts)
    bonds = torch.zeros(len(kinds), dtype=torch.int64)
    bonds = bonds.index_add(0, pairs[0], orders).index_add(0, pairs[1], orders)
    atoms = bonds == WANTED[kinds]
    owner = torch.repeat_interleave(torch.arange(len(counts)), counts)
    wrong = torch.zeros(len(counts), dtype=torch.int64).index_add(0, owner, (~atoms).long())
    return Stability(atoms, wrong == 0)
