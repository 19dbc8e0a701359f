"""The attention explorer without a browser: choices, sentences, stills, what is sent, and what is refused."""

import base64
import io
import json
from typing import Any

import numpy as np
import pytest
import torch
import traitlets
from matplotlib.figure import Figure
from PIL import Image

from course_lib.errors import CourseError
from course_lib.widgets.attention import Attention, AttentionExplorer
from course_lib.widgets.attention.bundle import BadAttention
from tests.browser.harness import encode, state_of, weight
from tests.browser.samples import ALIGNED, ASPIRIN, KINDS, even, large, letters, passes, text


def test_the_largest_payload_stays_under_the_bar() -> None:
    """12 heads x 32 tokens x 4 layers, with and without the mask, module and style sheet included: at most 160 kB."""
    total = weight(AttentionExplorer.of(large()))
    assert 110_000 < total <= 160_000


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_picture_a_sentence_and_a_table(kind: str) -> None:
    widget = AttentionExplorer.of(KINDS[kind]())
    assert isinstance(widget.still(), Figure)
    bundle, _ = widget._repr_mimebundle_()
    assert set(bundle) >= {"text/plain", "text/html", "image/png", "application/vnd.jupyter.widget-view+json"}
    png = base64.b64decode(bundle["image/png"])
    assert len(png) <= 60_000 and Image.open(io.BytesIO(png)).size[0] > 500
    assert bundle["text/plain"] == widget.describe()
    assert "<figure" in bundle["text/html"] and 'alt="' in bundle["text/html"]
    assert len(widget.table().splitlines()) == 1 + len(widget.attention.source)
    json.dumps(encode(state_of(widget)))


def test_the_sentence_says_the_strongest_answers_in_numpys_order() -> None:
    widget = AttentionExplorer.of(text())
    widget.layer, widget.head, widget.row, widget.column = 1, 2, 9, 12
    row = widget.attention.weights[1, 2, 9]
    best = np.argsort(-row)[:3]
    words = widget.describe()
    places = [words.index(f"({s}) ", words.index("asks:")) for s in best]
    assert places == sorted(places)
    for s in best:
        assert f"({s}) {'answers ' if s == best[0] else ''}{int(100 * row[s] + 0.5)}%" in words
    bits = -(row[row > 0] * np.log2(row[row > 0])).sum()
    assert f"Entropy {bits:.1f} of 4.1 bits" in words
    assert words.endswith("Selected: “it” (12), hidden by causal, answers 0%.")
    widget.column = -1
    assert "Selected" not in widget.describe()


def test_entropy_of_an_even_share_is_the_logarithm() -> None:
    assert "Entropy 3.0 of 3.0 bits" in AttentionExplorer.of(even(8)).describe()
    assert "Entropy 0.0 of 0.0 bits" in AttentionExplorer.of(even(1)).describe()


def test_the_mask_switch_shows_the_other_tensor() -> None:
    widget = AttentionExplorer.of(text())
    widget.row = 3
    masked = widget.describe()
    widget.masked = False
    assert "without the mask" in widget.describe() != masked
    assert (widget.attention.shown(False) == widget.attention.unmasked).all()


@pytest.mark.parametrize(("name", "value"), [("layer", 2), ("head", -1), ("row", 17), ("column", -2)])
def test_a_choice_that_does_not_exist_is_refused_kindly(name: str, value: int) -> None:
    widget = AttentionExplorer.of(text())
    with pytest.raises(traitlets.TraitError, match=rf"{name} {value} does not exist; choose .* to \d+"):
        setattr(widget, name, value)


def test_a_late_choice_of_the_page_is_brought_into_range() -> None:
    widget = AttentionExplorer.of(letters("owl"))
    widget.set_state({"row": 12, "column": 9})
    assert (widget.row, widget.column) == (2, 2)


def test_asking_replaces_everything_and_keeps_the_choice_in_range() -> None:
    widget = AttentionExplorer.of(text(), ask=letters)
    widget.layer, widget.head, widget.row = 1, 3, 14
    widget.try_text("cat")
    assert (widget.layer, widget.head, widget.row) == (1, 2, 2)
    assert widget.data["target"] == ["c", "a", "t"] and widget.answered == widget.request == 1
    assert widget.trouble == ""


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (lambda text: 1 / 0, "ZeroDivisionError: division by zero"),
        (lambda text: "weights", "ask gave str back; it should return an Attention(...)"),
        (lambda text: Attention(torch.ones(1, 1, 3, 3), list(text)), "weights[0, 0, 0] sums to 3"),
    ],
)
def test_trouble_in_ask_is_told_and_the_last_result_stays(answer: Any, told: str) -> None:
    widget = AttentionExplorer.of(text(), ask=answer)
    before = widget.describe()
    widget.try_text("cat")
    assert told in widget.trouble and widget.answered == 1
    assert widget.describe() == before


def test_a_still_that_fails_leaves_the_widget_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    widget = AttentionExplorer.of(letters())
    monkeypatch.setattr(AttentionExplorer, "still", lambda self: 1 / 0)
    bundle, _ = widget._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert "ZeroDivisionError: division by zero" in bundle["text/plain"] and "<p>" in bundle["text/html"]


def weights(rows: int = 3, columns: int = 5) -> torch.Tensor:
    return passes(2, 3, rows, source=columns)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"weights": weights()[0]}, r"weights have shape \(3, 3, 5\); this picture needs 4 axes"),
        ({"target": ["a"]}, "1 target labels for 3 target positions"),
        ({"source": list("abcd")}, "4 source labels for 5 source positions"),
        ({"source": None}, "3 positions ask and 5 answer, so the source labels are needed too"),
        ({"weights": weights().log().softmax(dim=2)}, "each row should sum to 1"),
        ({"weights": weights() * 2}, r"weights\[0, 0, 0\] sums to 2, and each row should sum to 1"),
        ({"weights": torch.full((1, 1, 3, 5), torch.nan)}, "sums to nan: a mask that hides every answer"),
        ({"weights": torch.tensor([2.0, -1, 0, 0, 0]).expand(1, 1, 3, 5)}, "these look like scores"),
        ({"unmasked": weights()[:1]}, r"unmasked has shape \(1, 3, 3, 5\), weights have \(2, 3, 3, 5\)"),
        ({"masks": {"causal": torch.ones(3, 5).bool().tril(-1)}}, "True means may look: invert the mask"),
        ({"masks": {"causal": torch.ones(3, 5)}}, "mask 'causal' holds float32, not True and False"),
        ({"masks": {"causal": torch.ones(2, 5).bool()}}, r"mask 'causal' has shape \(2, 5\); \(3, 5\)"),
        ({"layer_names": ["one"]}, "1 layer names for 2 layers"),
        ({"kind": "sound"}, "kind 'sound' is not known; choose one of text, smiles, alignment, image"),
        ({"kind": "smiles"}, "kind 'smiles' needs context=the SMILES string"),
        ({"kind": "smiles", "context": "CCO"}, "labels do not spell 'CCO'"),
        ({"kind": "smiles", "context": "C1", "source": ["C", "1", "<e>", "<e>", "<e>"]}, "RDKit cannot read 'C1'"),
        ({"kind": "alignment", "context": ["ACD", "AC"]}, r"one length; these have \[2, 3\]"),
        ({"kind": "alignment", "context": ["ACD", "ACE"]}, "5 positions fit neither the 3 columns nor the 2 sequences"),
        ({"kind": "image", "context": np.zeros((7, 7))}, "5 positions do not cut a 7 x 7 picture"),
        ({"kind": "image", "context": np.full((4, 4), 7.0)}, "a picture of floats runs from 0 to 1"),
    ],
)
def test_bad_input_is_named_with_what_would_be_right(change: dict[str, Any], message: str) -> None:
    good: dict[str, Any] = {"weights": weights(), "target": list("xyz"), "source": list("abcde")}
    with pytest.raises(BadAttention, match=message) as caught:
        AttentionExplorer(**(good | change))
    assert isinstance(caught.value, CourseError | ValueError)


def test_a_padding_mask_of_one_row_serves_all() -> None:
    open_ = torch.tensor([True, True, True, False])
    found = Attention(passes(1, 2, 4, mask=open_.expand(4, 4)), list("abcd"), masks={"padding": open_})
    assert found.masks["padding"].shape == (4, 4)


def test_two_sequences_of_an_alignment_may_ask() -> None:
    widget = AttentionExplorer(passes(1, 2, 6), [f"s{i}" for i in range(6)], kind="alignment", context=ALIGNED)
    assert widget.data["drawing"]["shape"]["source"] == "rows"
    assert widget.data["drawing"]["texts"]["source"] == ALIGNED


def test_labels_outside_the_smiles_and_a_class_token_are_allowed() -> None:
    labels = ["<start>", *ASPIRIN, "<end>"]
    widget = AttentionExplorer(passes(1, 2, len(labels)), labels, kind="smiles", context=ASPIRIN)
    assert widget.data["drawing"]["atoms"][:2] == [[[1], [1]], [[2], [2]]]
    image = AttentionExplorer(passes(1, 2, 17), ["class", *map(str, range(16))], kind="image", context=np.zeros((8, 8)))
    assert image.data["drawing"]["extra"] == {"target": 1, "source": 1}
    image.still()


def test_the_names_of_before_go_on_working_and_say_what_they_are_called_now() -> None:
    weights = np.full((1, 1, 2, 2), 0.5)
    with pytest.warns(FutureWarning, match=r"AttentionExplorer\(..., asking=\) is called target= now"):
        widget = AttentionExplorer(weights, asking=["a", "b"])
    assert widget.attention.target == ["a", "b"]
    with pytest.warns(FutureWarning, match=r"Attention\(..., answering=\) is called source= now"):
        bundle = Attention(weights, ["a", "b"], answering=["c", "d"])
    with pytest.warns(FutureWarning, match="Attention.answering is called source now"):
        assert bundle.answering == ["c", "d"]
