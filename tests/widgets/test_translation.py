"""The translation explorer without a browser: choices, sentences, stills, what is sent, and what is refused."""

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
from course_lib.widgets.kit.levels import percent, to_levels
from course_lib.widgets.translation import BadTranslation, Node, Translation, TranslationExplorer
from tests.browser.harness import encode, state_of, weight
from tests.browser.samples_translation import large, weights_of, word, words


def explorer(**options: Any) -> TranslationExplorer:
    """Four words; the second, "physics", is written wrongly from its fifth sound on."""
    widget = TranslationExplorer.of(words(), **options)
    widget.example = 1
    return widget


def test_words_are_light_and_the_largest_stays_under_the_bar() -> None:
    assert 40_000 < weight(TranslationExplorer.of(words())) <= 100_000
    assert 60_000 < weight(TranslationExplorer.of(large())) <= 175_000
    assert weight(TranslationExplorer.of([large()] * 3)) <= 350_000


@pytest.mark.parametrize("sample", [word, large])
def test_it_publishes_a_picture_and_words(sample: Any) -> None:
    widget = TranslationExplorer.of(sample())
    widget.step = 2
    assert isinstance(widget.still(), Figure)
    bundle, _ = widget._repr_mimebundle_()
    assert set(bundle) >= {"text/plain", "text/html", "image/png", "application/vnd.jupyter.widget-view+json"}
    png = base64.b64decode(bundle["image/png"])
    assert len(png) <= 15_000 and Image.open(io.BytesIO(png)).size[0] > 400
    assert bundle["text/plain"] == widget.describe()
    assert 'alt="' in bundle["text/html"]
    json.dumps(encode(state_of(widget)))


def test_the_sentence_says_what_numpy_says() -> None:
    widget = explorer()
    widget.layer, widget.head, widget.step, widget.column = 1, 2, 3, 5
    it, said = widget.translation, widget.describe()
    row = it.weights[1, 2, 3]
    best = np.argsort(-row)[:3]
    looks = ", ".join(f"“{it.source[s]}” ({s}) {int(100 * row[s] + 0.5)}%" for s in best)
    assert f"Layer 1, head 2, looks at {looks}. Selected: “c” (5) {int(100 * row[5] + 0.5)}%." in said
    (first, p), (second, q) = it.candidates[3][:2]
    start = f"Step 4 of 7, after “F IH Z”: “{first}” {int(100 * p + 0.5)}% is chosen, beside “{second}” "
    assert said.startswith(f"{start}{int(100 * q + 0.5)}%")
    assert "The truth is “IH”." in said
    total = sum(np.log(dict(it.candidates[t])[it.target[t]]) for t in range(4))
    assert f"Hypothesis “F IH Z IH”: log-probability −{-total:.2f}, rank 1 of 8, kept, on the greedy path" in said


def test_the_average_is_that_of_the_heads() -> None:
    widget = explorer()
    widget.head, widget.step = -1, 2
    row = widget.translation.weights[1].mean(0)[2]
    strongest = int(row.argmax())
    assert f"average of the heads, looks at “{widget.translation.source[strongest]}” ({strongest})" in widget.describe()
    assert np.allclose(widget.translation.maps[:, 0], widget.translation.weights.mean(1))
    assert np.allclose(widget.translation.maps[:, 1:], widget.translation.weights)


def test_the_truth_is_told_until_the_output_leaves_it() -> None:
    widget = explorer()
    assert (list(widget.translation.target), widget.translation.truth) == (
        ["F", "IH", "Z", "IH", "IH", "S", "end"],
        ["F", "IH", "Z", "IH", "K", "S", "end"],
    )
    widget.step = 4
    assert "“IH” " in widget.describe() and "The truth is “K”." in widget.describe()
    widget.step = 5
    assert "The truth is" not in widget.describe() and "The output left the truth at step 5." in widget.describe()
    notes = [row[3] for row in widget.data["examples"][1]["choices"][4]]
    assert sorted(filter(None, notes)) == ["chosen", "true"]


def test_a_step_brings_its_hypothesis_and_a_hypothesis_its_step() -> None:
    widget = explorer()
    tree = widget.translation.tree
    for step in (4, 6, 0, 3):
        widget.step = step
        assert tree.labels(widget.node) == widget.translation.target[: step + 1]
    off = next(i for i in range(len(tree.nodes)) if tree.column[i] == 5 and i not in tree.best)
    widget.node = off
    assert widget.step == 5 and widget.node == off  # the step follows and does not pull the choice back
    widget.set_state({"step": 2, "node": tree.column.index(2) + 1})
    assert (widget.step, widget.node) == (2, tree.column.index(2) + 1)


def test_a_tree_longer_or_shorter_than_the_output_still_goes_with_it() -> None:
    it = word()
    short = TranslationExplorer.of(Translation(**{**vars_of(it), "beam": it.beam[:3]}))
    short.step = 6
    assert short.translation.tree.column[short.node] == 2
    long = TranslationExplorer.of(word(best=1))
    assert len(long.translation.tree.sizes) >= len(long.translation.target)
    long.node = len(long.translation.tree.nodes) - 1
    assert long.step == len(long.translation.target) - 1
    none = TranslationExplorer.of(Translation(**{**vars_of(it), "beam": ()}))
    none.step = 4
    assert none.node == -1 and "Hypothesis" not in none.describe() and none.data["examples"][0]["tree"] is None
    none.still()


def vars_of(it: Translation) -> dict[str, Any]:
    return {name: value for name, value in vars(it).items() if name[0] != "_"}


def test_predicting_hides_the_answer_until_the_guess() -> None:
    widget = explorer()
    widget.step, widget.predict = 3, True
    hidden = widget.describe()
    assert "after “F IH Z”: what comes next? “IH”, “IY”, “K”, “T”, “Y”." in hidden  # in the order of the alphabet
    assert "chosen" not in hidden and "truth" not in hidden and "Hypothesis" not in hidden
    assert "%" not in widget.table().split("next")[1]
    bars = widget.still().axes[1]
    assert not bars.patches and "40%" not in [text.get_text() for text in bars.texts]
    labels = [label.get_text() for label in widget.still().axes[0].get_yticklabels()]
    assert labels == ["F", "IH", "Z", "·", "·", "·", "·"]
    widget.guesses = {"1:3": 1}
    assert "Your guess “K” 26% was not chosen." in widget.describe() and "is chosen" in widget.describe()
    widget.guesses = {"1:3": 0}
    assert "Your guess was right." in widget.describe()
    widget.guesses = {"1:3": 99}  # a guess on an older result
    assert widget.describe() == hidden
    widget.predict = False
    assert "is chosen" in widget.describe() and "guess" not in widget.describe()


def test_a_guess_that_is_true_though_not_chosen_is_told_so() -> None:
    widget = explorer()
    widget.step, widget.predict = 4, True
    rank = [label for label, _ in widget.translation.candidates[4]].index("K")
    widget.guesses = {"1:4": rank}
    assert "Your guess “K” " in widget.describe() and "is true, but was not chosen." in widget.describe()


@pytest.mark.parametrize(
    ("name", "value"),
    [("example", 4), ("layer", 2), ("head", -2), ("step", 7), ("column", 7), ("node", 10_000), ("node", -2)],
)
def test_a_choice_that_does_not_exist_is_refused_kindly(name: str, value: int) -> None:
    widget = explorer()
    with pytest.raises(traitlets.TraitError, match=rf"{name} {value} does not exist; choose .* to \d+"):
        setattr(widget, name, value)


def test_another_example_brings_its_own_sizes() -> None:
    widget = explorer()
    widget.step, widget.column, widget.node = 6, 6, len(widget.translation.tree.nodes) - 1
    widget.example = 0  # "knight": four steps, six letters
    assert (widget.step, widget.column) == (3, 5)
    assert widget.translation.tree.labels(widget.node) == ["N", "AY", "T", "end"]
    widget.set_state({"step": 30, "node": 3000, "layer": 9})  # chosen on the page before it heard
    assert widget.step == 3 and widget.layer == 1 and widget.node < len(widget.translation.tree.nodes)


def test_asking_adds_an_example_and_asking_again_replaces_it() -> None:
    widget = explorer(ask=word)
    widget.step, widget.guesses = 6, {"1:2": 0}
    widget.try_text("cat")
    assert (widget.example, widget.step, widget.column, widget.guesses) == (4, 0, -1, {})
    assert widget.data["examples"][4]["source"] == ["c", "a", "t"] and widget.answered == widget.request == 1
    widget.step = 3
    widget.try_text("no")
    assert len(widget.data["examples"]) == 5 and widget.translation.source == ["n", "o"]
    assert (widget.step, widget.trouble) == (0, "")
    assert widget.translation.tree.labels(widget.node) == widget.translation.target[:1]


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (lambda text: 1 / 0, "ZeroDivisionError: division by zero"),
        (lambda text: "weights", "ask gave str back; it should return a Translation(...)"),
        (lambda text: Translation([text], ["a"], torch.full((1, 1, 1, 1), 3.0), [[("a", 1.0)]]), "sums to 3"),
    ],
)
def test_trouble_in_ask_is_told_and_the_last_result_stays(answer: Any, told: str) -> None:
    widget = explorer(ask=answer)
    before = widget.describe()
    widget.try_text("cat")
    assert told in widget.trouble and widget.answered == 1
    assert widget.describe() == before


def test_the_table_holds_every_letter_and_candidate() -> None:
    widget = explorer()
    widget.step, widget.head = 4, 0
    lines = [" ".join(line.split()) for line in widget.table().splitlines()]
    row = widget.translation.weights[1, 0, 4]
    assert lines[1:8] == [f"{s} {label} {percent(to_levels(row)[s])}" for s, label in enumerate("physics")]
    rest = [
        " ".join([label, percent(to_levels(np.array([p]))[0]), *{"IH": ["chosen"], "K": ["true"]}.get(label, [])])
        for label, p in widget.translation.candidates[4]
    ]
    assert lines[8:] == ["next probability note", *rest] and len(rest) == 5


def test_a_row_of_empty_examples_or_other_things_is_refused() -> None:
    with pytest.raises(BadTranslation, match="give at least one"):
        TranslationExplorer.of([])
    with pytest.raises(BadTranslation, match="an example is a str"):
        TranslationExplorer.of(["physics"])


def test_labels_that_stand_without_a_gap_keep_the_end_mark_apart() -> None:
    widget = TranslationExplorer.of(large())
    widget.step = len(widget.translation.target) - 1
    assert widget.data["examples"][0]["target"][-1] == "⟨end⟩" and "⟨end⟩”: log-probability" in widget.describe()


LISTS = [[("N", 0.7), ("end", 0.1)], [("AY", 0.5)], [("end", 0.9)]]
BEAM = [[Node(-1, "N", -0.4, True), Node(-1, "K", -2.0, False)], [Node(0, "AY", -1.0, True)]]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"weights": weights_of(2, 3, 3, 5, 0)[0]}, r"weights have shape \(3, 3, 5\); this picture needs 4 axes"),
        ({"source": list("abc")}, "3 source labels for 5 source positions"),
        ({"target": ["N", "AY"]}, "2 target labels for 3 target positions"),
        ({"weights": weights_of(2, 3, 3, 5, 0) * 2}, r"weights\[0, 0, 0\] sums to 2"),
        ({"layer_names": ["one"]}, "1 layer names for 2 layers"),
        ({"candidates": LISTS[:2]}, "2 lists of candidates for 3 steps"),
        ({"candidates": [[("K", 0.7)], *LISTS[1:]]}, r"candidates\[0\] lacks 'N', which was written there"),
        ({"candidates": [[("N", 0.7), ("N", 0.1)], *LISTS[1:]]}, r"candidates\[0\] names 'N' twice"),
        ({"candidates": [[("N", -0.7)], *LISTS[1:]]}, r"candidates\[0\] gives 'N' -0.7; a probability lies"),
        ({"candidates": [[("N", float("nan"))], *LISTS[1:]]}, r"candidates\[0\] gives 'N' nan"),
        ({"candidates": [[("N", 0.7), ("K", 0.6)], *LISTS[1:]]}, r"candidates\[0\] adds up to 1.3"),
        ({"beam": [[]]}, "step 0 of the beam has no hypotheses"),
        ({"beam": [[Node(0, "N", -0.4, True)]]}, r"beam\[0\]\[0\] \('N'\) has parent 0; in step 0 it should be -1"),
        ({"beam": [*BEAM[:1], [Node(2, "T", -3.0, True)]]}, r"has parent 2; in step 1 it should be 0 to 1"),
        ({"beam": [*BEAM[:1], [Node(1, "T", -3.0, True)]]}, r"grows from beam\[0\]\[1\] \('K'\), which was dropped"),
        ({"beam": [[Node(-1, "end", -1.0, True, True)], [Node(0, "T", -3.0, True)]]}, "which has ended"),
        ({"beam": [*BEAM[:1], [Node(0, "T", -0.3, True)]]}, "has total -0.3 after -0.4; log-probabilities only fall"),
    ],
)
def test_bad_input_is_named_with_what_would_be_right(change: dict[str, Any], message: str) -> None:
    good: dict[str, Any] = {
        "source": list("night"),
        "target": ["N", "AY", "end"],
        "weights": weights_of(2, 3, 3, 5, 0),
        "candidates": LISTS,
        "beam": BEAM,
        "truth": ["N", "AY", "T"],
    }
    assert Translation(**good).truth == ["N", "AY", "T", "end"]
    with pytest.raises(BadTranslation, match=message) as caught:
        Translation(**(good | change))
    assert isinstance(caught.value, CourseError) and isinstance(caught.value, ValueError)
