"""Still pictures: the numbers that were drawn, the words beside them, and kind refusals."""

import base64
import sys
from typing import Any

import numpy as np
import pytest
import torch
from matplotlib.figure import Figure

from course_lib.viz.alignment import draw_alignment
from course_lib.viz.attention import draw_attention
from course_lib.viz.heads import draw_heads
from course_lib.viz.molecule import draw_molecule, lay_out
from course_lib.viz.patches import draw_patches, patch_grid
from course_lib.viz.show import bundle, png_of, show
from course_lib.viz.smiles import atom_of_character, atoms_of_labels, smiles_tokens
from tests.browser.samples import ALIGNED, ASPIRIN, passes


def drawn(fig: Figure, number: int = 0) -> np.ndarray:
    return np.asarray(fig.axes[0].images[number].get_array())


def test_a_map_is_the_tensor_it_was_given() -> None:
    weights = passes(1, 1, 5, source=7)[0, 0]
    fig = draw_attention(weights, list("abcde"), list("vwxyz$ "), title="a title")
    assert np.allclose(drawn(fig), weights)
    axes = fig.axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == list("abcde")
    assert [label.get_text() for label in axes.get_xticklabels()] == [*"vwxyz", r"\$", "␣"]


def test_what_a_mask_forbids_is_blank_and_hatched() -> None:
    mask = torch.ones(5, 5).tril().bool()
    fig = draw_attention(passes(1, 1, 5, mask=mask)[0, 0], list("abcde"), mask=mask)
    assert (np.ma.getmaskarray(fig.axes[0].images[0].get_array()) == ~mask.numpy()).all()
    assert any(collection.get_hatch() for collection in fig.axes[0].collections)


def test_the_overview_holds_every_head() -> None:
    weights = passes(2, 3, 4, source=5)
    sheet = drawn(draw_heads(weights, list("abcd"), list("vwxyz")))
    assert np.allclose(sheet[:4, :5], weights[0, 0]) and np.allclose(sheet[-4:, -5:], weights[1, 2])
    assert np.isclose(np.nansum(sheet), 2 * 3 * 4, atol=1e-4)


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (
            lambda: draw_attention(torch.ones(2, 2, 2)),
            r"weights have shape \(2, 2, 2\); this picture needs 2 axes \(T, S\)",
        ),
        (lambda: draw_attention(torch.ones(2, 3), list("abc")), "3 target labels for 2 target positions"),
        (lambda: draw_heads(torch.ones(2, 2)), r"needs 4 axes \(L, H, T, S\)"),
        (lambda: draw_molecule("CC(", [1.0]), r"RDKit cannot read 'CC\('"),
        (lambda: draw_molecule("CCO", [1.0]), "1 weights for 3 atoms and 3 characters"),
        (lambda: draw_alignment(["AC", "ACD"], [1, 2]), "one length"),
        (lambda: draw_patches(np.zeros((4, 4, 4, 4)), [1]), "a picture has shape"),
        (lambda: show(Figure(), ""), "show needs alt text"),
    ],
)
def test_refusals_say_what_would_be_right(draw: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        draw()


def test_tokens_of_smiles() -> None:
    assert smiles_tokens("CC(Cl)[NH3+]Br%12c1") == ["C", "C", "(", "Cl", ")", "[NH3+]", "Br", "%12", "c", "1"]
    assert atom_of_character("CCl[O-]") == [0, 1, 1, 2, 2, 2, 2]


@pytest.mark.parametrize("smiles", [ASPIRIN, "C[N+](C)(C)CC(=O)[O-]", "Clc1ccc(Br)cc1", "[H]O[H]", "C%12CC%12", "N#CS"])
def test_atoms_are_those_of_rdkit(smiles: str) -> None:
    from rdkit import Chem

    options = Chem.SmilesParserParams()
    options.removeHs = False
    symbols = [atom.GetSymbol().lower() for atom in Chem.MolFromSmiles(smiles, options).GetAtoms()]
    owners = atom_of_character(smiles)
    assert max(owner for owner in owners if owner is not None) + 1 == len(symbols)
    for atom, symbol in enumerate(symbols):
        piece = "".join(smiles[i] for i, owner in enumerate(owners) if owner == atom)
        assert symbol in piece.lower()
    drawing = lay_out(smiles)
    assert len(drawing.places) == len(drawing.symbols) == len(symbols) and len(drawing.lines) >= len(symbols) - 1


def test_labels_may_be_letters_tokens_or_merges() -> None:
    assert atoms_of_labels("CCl", ["C", "C", "l"]) == [[0], [1], [1]]
    assert atoms_of_labels("CCl", ["<s>", "C", "Cl", "<e>"]) == [[], [0], [1], []]
    assert atoms_of_labels("CC(=O)O", ["CC", "(=O)", "O"]) == [[0, 1], [2], [3]]
    assert atoms_of_labels("CCl", ["C", "N"]) is None


def test_patches_of_a_picture() -> None:
    assert patch_grid(32, 32, 64) == (8, 8, 0)
    assert patch_grid(32, 64, 32) == (4, 8, 0)
    assert patch_grid(32, 32, 65) == (8, 8, 1)
    with pytest.raises(ValueError, match="7 positions do not cut a 32 x 32 picture"):
        patch_grid(32, 32, 7)


def test_every_drawing_becomes_a_png_with_words() -> None:
    figures = [
        draw_molecule(ASPIRIN, np.linspace(0, 1, len(ASPIRIN)), title="aspirin"),
        draw_molecule(ASPIRIN, np.linspace(0, 1, 13)),
        draw_alignment(ALIGNED, np.linspace(0, 1, 18), asks=4),
        draw_alignment(ALIGNED, np.linspace(0, 1, 6), asks=2),
        draw_patches(np.zeros((8, 8, 3), np.uint8), np.linspace(0, 1, 17), asks=5),
        draw_heads(passes(4, 12, 20), title="many"),
    ]
    for fig in figures:
        png = png_of(fig)
        found = bundle(png, 'a "quoted" <picture>')
        assert base64.b64decode(found["image/png"]) == png and png.startswith(b"\x89PNG")
        assert 'alt="a &quot;quoted&quot; &lt;picture&gt;"' in found["text/html"]
        assert found["text/plain"] == 'a "quoted" <picture>'


def test_show_displays_all_three_forms(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[Any] = []
    monkeypatch.setattr("IPython.display.display", lambda data, raw: shown.append(data))
    show(draw_attention(passes(1, 1, 3)[0, 0]), alt="three by three")
    assert set(shown[0]) == {"text/html", "image/png", "text/plain"}


def test_no_picture_uses_pyplot() -> None:
    import subprocess

    code = (
        "import sys; import course_lib.viz.explorer, course_lib.viz.show, course_lib.widgets.attention; "
        "sys.exit('matplotlib.pyplot' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_drawing_leaves_the_callers_style_alone() -> None:
    import matplotlib as mpl

    before = mpl.rcParams["axes.titlesize"], mpl.rcParams["image.cmap"]
    draw_attention(passes(1, 1, 3)[0, 0])
    assert (mpl.rcParams["axes.titlesize"], mpl.rcParams["image.cmap"]) == before
