"""Molecules as flat drawings: where each atom sits, which lines join them, and which piece of a SMILES string it is."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.figure import Figure

from course_lib.viz.attention import one_scale
from course_lib.viz.smiles import atom_of_character
from course_lib.viz.style import QUIET, WEIGHTS, bare, in_house_style, new_figure


@dataclass(frozen=True)
class Drawing:
    """A molecule laid out on paper; lengths in bond lengths, y upward.

    places (N, 2)   symbols: N texts, empty for carbon   lines: one (x1, y1, x2, y2) a stroke, two for a double bond
    """

    places: np.ndarray
    symbols: list[str]
    lines: list[tuple[float, float, float, float]]


def read_smiles(smiles: str) -> Any:
    """The RDKit molecule, atoms in the order of the string. Raises ValueError when RDKit cannot read it."""
    from rdkit import Chem, rdBase

    options: Any = Chem.SmilesParserParams()
    options.removeHs = False  # [H] keeps its place, so that atom i stays the i-th atom of the string
    with rdBase.BlockLogs():
        molecule = Chem.MolFromSmiles(smiles, options) if smiles.strip() else None
    if molecule is None:
        raise ValueError(f"RDKit cannot read {smiles!r} as a molecule; try aspirin, CC(=O)Oc1ccccc1C(=O)O")
    return molecule


def lay_out(smiles: str) -> Drawing:
    """Place the atoms of a SMILES string with RDKit and turn its bonds into strokes."""
    from rdkit import Chem
    from rdkit.Chem import rdDepictor

    molecule = read_smiles(smiles)
    rdDepictor.SetPreferCoordGen(True)
    rdDepictor.Compute2DCoords(molecule)
    Chem.Kekulize(molecule)
    places = np.asarray(molecule.GetConformer().GetPositions())[:, :2]
    lengths = [math.dist(places[b.GetBeginAtomIdx()], places[b.GetEndAtomIdx()]) for b in molecule.GetBonds()]
    places = (places - places.mean(0)) / (float(np.median(lengths)) if lengths else 1.0)
    rings = [places[list(ring)].mean(0) for ring in molecule.GetRingInfo().AtomRings()]
    ring_of_bond = {b: i for i, ring in enumerate(molecule.GetRingInfo().BondRings()) for b in ring}
    lines: list[tuple[float, float, float, float]] = []
    for bond in molecule.GetBonds():
        start, end = places[bond.GetBeginAtomIdx()], places[bond.GetEndAtomIdx()]
        centre = rings[ring_of_bond[bond.GetIdx()]] if bond.GetIdx() in ring_of_bond else None
        lines += strokes(start, end, round(bond.GetBondTypeAsDouble()), centre)
    return Drawing(places, [symbol_of(atom) for atom in molecule.GetAtoms()], lines)


def strokes(
    start: np.ndarray, end: np.ndarray, order: int, ring: np.ndarray | None
) -> list[tuple[float, float, float, float]]:
    """The parallel lines of one bond; in a ring the second line of a double bond lies inside."""
    along = end - start
    side = np.array([-along[1], along[0]]) / (np.linalg.norm(along) + 1e-9)
    offsets = {1: [0.0], 2: [-0.09, 0.09], 3: [-0.15, 0.0, 0.15]}.get(order, [0.0])
    if order == 2 and ring is not None:
        offsets = [0.0, 0.17 if np.dot(ring - (start + end) / 2, side) > 0 else -0.17]
    ends = []
    for shift in offsets:
        trim = 0.14 * along if ring is not None and shift else 0 * along
        a, b = start + shift * side + trim, end + shift * side - trim
        ends.append((float(a[0]), float(a[1]), float(b[0]), float(b[1])))
    return ends


def symbol_of(atom: Any) -> str:
    """What to write at an atom: nothing for a plain carbon, else element, and charge where it has one."""
    charge = atom.GetFormalCharge()
    sign = "" if not charge else ("+" if charge > 0 else "−") + (str(abs(charge)) if abs(charge) > 1 else "")
    return "" if atom.GetSymbol() == "C" and not sign else atom.GetSymbol() + sign


@in_house_style
def draw_molecule(smiles: str, weights: Sequence[float], title: str = "") -> Figure:
    """A molecule whose atoms are coloured by weight.

    weights: one number an atom, or one a character of the string (an atom then shows the largest of its characters)
    """
    drawing = lay_out(smiles)
    values = np.asarray(weights, dtype=float)
    atoms = len(drawing.symbols)
    if len(values) == len(smiles) != atoms:
        values = by_atom(values, atom_of_character(smiles), atoms)
    if len(values) != atoms:
        raise ValueError(f"{len(values)} weights for {atoms} atoms and {len(smiles)} characters of {smiles!r}")
    size = np.ptp(drawing.places, axis=0) + 1.2
    fig = new_figure(*np.clip(size * 0.55, 1.8, 7))
    paint_molecule(fig.subplots(), drawing, values, one_scale(values))
    if title:
        fig.suptitle(title, x=0.02, ha="left", fontsize=11)
    return fig


def by_atom(values: np.ndarray, owners: Sequence[int | None], atoms: int) -> np.ndarray:
    """Give each atom the largest value among the pieces of text that belong to it."""
    out = np.zeros(atoms)
    for value, owner in zip(values, owners, strict=True):
        if owner is not None:
            out[owner] = max(out[owner], value)
    return out


def paint_molecule(ax: Any, drawing: Drawing, values: np.ndarray, norm: Any) -> None:
    """Draw bonds and coloured atoms into axes."""
    bare(ax).set_aspect("equal")
    for x1, y1, x2, y2 in drawing.lines:
        ax.plot([x1, x2], [y1, y2], color=QUIET, lw=1.6, solid_capstyle="round", zorder=1)
    colours = colormaps[WEIGHTS](norm(values))
    ax.scatter(*drawing.places.T, s=190, c=colours, edgecolors="white", linewidths=1.2, zorder=2)
    for (x, y), symbol, colour in zip(drawing.places, drawing.symbols, colours, strict=True):
        ink = "black" if colour[:3] @ [0.299, 0.587, 0.114] > 0.5 else "white"
        ax.text(x, y, symbol, ha="center", va="center_baseline", color=ink, fontsize=9, fontweight="bold", zorder=3)
    ax.margins(0.08)
