"""The skip-connections explorer without a browser: passes, choices, sentences, stills, what is sent and refused."""

import base64
import io
import json
import zlib
from dataclasses import fields
from itertools import product
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
import traitlets
from matplotlib.figure import Figure
from PIL import Image

from course_lib.errors import CourseError
from course_lib.models.unet import UNet, UNetConfig
from course_lib.train.overlap import dice_score
from course_lib.widgets.skip_connections import BadSkips, SkipExplorer, Skips, skips_of
from course_lib.widgets.skip_connections.bundle import WORDS, Maps
from course_lib.widgets.skip_connections.passes import skips_of_one
from course_lib.widgets.skip_connections.words import TOP
from tests.browser.harness import encode, state_of, weight
from tests.browser.samples_skips import GREYS, KINDS, NAMES, Pyramid, head, heads, small


def explorer(kind: str = "small", **choice: Any) -> SkipExplorer:
    widget = SkipExplorer.of(KINDS[kind]())
    for name, value in choice.items():
        setattr(widget, name, value)
    return widget


def words(*kinds: int) -> list[str]:
    return [WORDS[kind] for kind in kinds]


def test_four_pictures_of_the_size_of_brain_slices_stay_under_the_bar() -> None:
    assert 150_000 < weight(explorer("large")) <= 350_000
    assert weight(explorer("small")) <= 150_000


def test_masks_are_those_of_the_model_for_every_state() -> None:
    it, (image, _), (other, _) = small()[0], head(61, 53, 0), head(61, 53, 1)
    model = Pyramid()
    own, lent = model.encode(image[None]), model.encode(other[None])
    assert it.masks.shape == (3, 3, 3, 61, 53)
    for state in product(range(3), repeat=3):
        mixed = [lent[i] if kind == 2 else own[i] for i, kind in enumerate(state)]
        scores = model.decode([*mixed, own[3]], tuple(kind > 0 for kind in state))
        assert (it.masks[state] == scores.argmax(1)[0].numpy()).all()
    whole = ((image[0] - GREYS[:, None, None]) ** 2).argmin(0)  # with all skips on, nothing is lost
    assert (it.masks[1, 1, 1] == whole.numpy()).all()
    assert (it.masks[0, 0, 0] != it.masks[1, 1, 1]).mean() > 0.1


def test_a_real_u_net_with_its_decoder_watched() -> None:
    torch.manual_seed(3)
    net = UNet(UNetConfig(1, 3, width=5, depth=2))
    images = torch.rand(2, 1, 23, 29)
    net.train()
    found = skips_of(net, images, None, ["a", "b", "c"])
    assert net.training  # as it was
    net.eval()
    with torch.no_grad():
        own = net.encode(images)
        masks = net.decode(own, (False, True)).argmax(1)
        assert (found[1].masks[0, 1] == masks[1].numpy()).all()
        swapped = [own[0], own[1].flip(0), own[2]]
        assert (found[0].masks[1, 2] == net.decode(swapped, (True, True)).argmax(1)[0].numpy()).all()
    fine, rough = found[0].decoder
    assert fine.values.shape == (3, 3, 2, 23, 29) and rough.values.shape == (3, 3, 11, 14)
    assert fine.shape == (5, 23, 29) and rough.shape == (10, 11, 14) and found[0].encoder[2].shape == (20, 5, 7)
    shown = found[0].encoder[0]
    assert np.allclose(shown.values, own[0][0, list(shown.channels)].numpy(), atol=1e-6)
    spread = own[0][0].flatten(1).std(1)
    assert sorted(spread.topk(4).indices.tolist()) == list(shown.channels)


def test_the_decoders_maps_are_those_of_each_state() -> None:
    it = small()[0]
    model = Pyramid()
    own = model.encode(head(61, 53, 0)[0][None])
    x = own[3][:, :1]
    for level, on in ((2, True), (1, False), (0, True)):
        detail = own[level][:, :1]
        x = F.interpolate(x, size=detail.shape[2:], mode="bilinear", align_corners=False) + detail * on
        state = (1, 0, 1)[level:]
        assert np.allclose(it.decoder[level].values[state][0], x[0, 0].numpy(), atol=1e-6)


def test_dice_is_the_trainers_dice() -> None:
    it = small()[1]
    for state in ((1, 1, 1), (0, 1, 1), (2, 0, 1)):
        truth, mask = torch.tensor(it.truth).long(), torch.tensor(it.masks[state]).long()
        assert np.allclose(it.dice[state], dice_score(mask, truth, 4).numpy(), atol=1e-6, equal_nan=True)


def test_without_truth_all_skips_on_counts_as_right_and_an_absent_class_has_no_dice() -> None:
    it = KINDS["deep"]()[0]
    assert (it.dice[1, 1, 1, 1] == 1).all() and it.kinds == 2
    assert "Dice against all skips on: ground 1.00" in SkipExplorer.of(it).describe()
    masks = np.zeros((2, 5, 7), int)
    masks[1, 2:, 3:] = 2
    plain = Skips(np.zeros((5, 7)), masks, ["a", "b", "c"], [maps(5, 7), maps(2, 3)], truth=masks[1])
    assert np.isnan(plain.dice[1, 1]) and plain.dice[0, 2] == 0
    assert "Dice: a 1.00, b -, c 1.00; mean 1.00." in SkipExplorer.of(plain).describe()


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_picture_a_sentence_and_a_table(kind: str) -> None:
    depth = KINDS[kind]()[0].depth
    widget = explorer(kind, skips=["off"] + ["on"] * (depth - 1), node=depth + 1, row=20, column=11)
    assert isinstance(widget.still(), Figure)
    bundle, _ = widget._repr_mimebundle_()
    assert set(bundle) >= {"text/plain", "text/html", "image/png", "application/vnd.jupyter.widget-view+json"}
    png = base64.b64decode(bundle["image/png"])
    assert len(png) <= 16_000 and Image.open(io.BytesIO(png)).size[0] > 450
    assert bundle["text/plain"] == widget.describe()
    assert len(widget.table().splitlines()) == 1 + 2**depth + (depth if widget.shown.kinds > 2 else 0)
    json.dumps(encode(state_of(widget)))


def test_the_still_shows_the_arrays() -> None:
    widget = explorer(skips=["off", "on", "on"], node=1, channel=2)
    it = widget.shown
    above, below = widget.still().subfigs
    image, truth, mask, enlarged = (axes.images[0].get_array() for axes in above.axes)
    assert (truth == it.truth).all() and (mask == it.masks[0, 1, 1]).all()
    assert np.allclose(image / 255, head(61, 53, 0)[0][0].numpy()[..., None], atol=0.003)
    values = it.encoder[1].values[2]
    assert np.abs(enlarged / TOP - (values - values.min()) / np.ptp(values)).max() <= 0.5 / TOP + 1e-6
    assert np.allclose([bar.get_width() for bar in below.axes[1].patches], it.dice[0, 1, 1])
    widget.difference = True
    shown = widget.still().subfigs[0].axes[2].images[0].get_array()
    wrong = it.masks[0, 1, 1] != it.truth
    assert wrong.any() and ((shown == [0xD5, 0x5E, 0x00]).all(-1) == wrong).all()


def test_the_sentence_adds_up() -> None:
    widget = explorer(skips=words(0, 1, 2))
    it = widget.shown
    now, before = (np.floor(100 * it.dice[state] + 0.5).astype(int) for state in ((0, 1, 2), (1, 1, 1)))
    mean = [int(100 * it.dice[state].mean() + 0.5) for state in ((0, 1, 2), (1, 1, 1))]
    most = int((before - now).argmax())
    scores = ", ".join(f"{name} {value / 100:.2f}" for name, value in zip(NAMES, now, strict=True))
    assert widget.describe() == (
        f"Skips, finest first: off, on, swapped; swapped means features of head 1. Dice: {scores}; mean "
        f"{mean[0] / 100:.2f}, {(mean[1] - mean[0]) / 100:.2f} below all skips on. Most is lost by {NAMES[most]} "
        f"({before[most] / 100:.2f} to {now[most] / 100:.2f}). Enlarged: encoder level 1, channel 0 of 3."
    )
    widget.skips = words(1, 1, 1)
    assert widget.describe().startswith("All 3 skips on. Dice: ") and "Most" not in widget.describe()
    widget.skips = words(0, 0, 0)
    assert widget.describe().startswith("All 3 skips off. Dice: ")


def test_the_sentence_reads_the_pixel_and_the_map() -> None:
    widget = explorer(skips=words(0, 1, 1), node=5, row=30, column=17)
    it = widget.shown
    values = it.decoder[1].values[1, 1, 0]
    step = (values[30 * 30 // 61, 17 * 26 // 53] - values_low(it)) / values_range(it)
    said = widget.describe()
    assert f"Row 30, column 17: predicted {NAMES[it.masks[0, 1, 1, 30, 17]]}, truth {NAMES[it.truth[30, 17]]}." in said
    percent = int(said.split("there at ")[1].split("%")[0])
    assert abs(percent - 100 * step) <= 50 / TOP + 0.5
    assert "Enlarged: decoder level 2, channel 0 of 1" in said
    widget.node = 3
    assert "Enlarged: bottleneck, channel 0 of 5" in widget.describe()


def values_low(it: Skips) -> float:
    return float(it.decoder[1].values.min())


def values_range(it: Skips) -> float:
    return float(np.ptp(it.decoder[1].values))


def test_a_prediction_hides_the_answer_and_is_then_told() -> None:
    widget = explorer(predict=True, row=9, column=8)
    assert widget.skips == words(0, 1, 1)  # with all skips on there is nothing to guess
    it = widget.shown
    assert widget.describe().startswith("Skips, finest first: off, on, on. Which class loses most Dice against all")
    assert "predicted" not in widget.describe() and "truth" in widget.describe()
    assert len(widget.table().splitlines()) == 2 and widget.choice.shown == (1, 1, 1)
    most = int((it.dice[1, 1, 1] - it.dice[0, 1, 1]).argmax())
    widget.guess = {"about": "0:off,on,on", "class": most}
    assert f"Your guess, {NAMES[most]}, is right." in widget.describe()
    assert len(widget.table().splitlines()) == 12
    other = (most + 1) % 4
    widget.guess = {"about": "0:off,on,on", "class": other}
    before, now = it.dice[1, 1, 1, other], it.dice[0, 1, 1, other]
    assert f"Your guess, {NAMES[other]}, is wrong: it goes from {before:.2f} to {now:.2f}." in widget.describe()
    widget.guess = {"about": "0:off,on,on", "class": -1}
    assert "Your guess, none of them, is wrong." in widget.describe()
    widget.skips = words(1, 0, 1)  # another question: the old guess does not count
    assert "Guess first." in widget.describe()
    widget.skips = words(1, 1, 1)
    assert "Guess" not in widget.describe() and "Dice: " in widget.describe()


def test_the_table_has_every_number() -> None:
    widget = explorer(skips=words(2, 2, 0))
    it = widget.shown
    lines = widget.table().splitlines()
    assert " ".join(lines[0].split()) == "skip 1 skip 2 skip 3 ground fluid grey matter white matter mean"
    seen = []
    for line in lines[1:]:
        cells = line.split()
        state = tuple(WORDS.index(word) for word in cells[:3])
        assert np.allclose([float(x) for x in cells[3:]], [*it.dice[state], it.dice[state].mean()], atol=0.0051)
        seen.append(state)
    assert seen[0] == (1, 1, 1) and set(product((0, 1), repeat=3)) < set(seen) and len(set(seen)) == 12
    assert seen[-1] == (2, 2, 0) and {(2, 1, 1), (1, 2, 1), (1, 1, 2)} < set(seen)


@pytest.mark.parametrize(
    ("name", "value"), [("image", 2), ("node", 7), ("channel", 3), ("row", 61), ("column", 53), ("row", -2)]
)
def test_a_choice_that_does_not_exist_is_refused_kindly(name: str, value: int) -> None:
    with pytest.raises(traitlets.TraitError, match=rf"{name} {value} does not exist; choose .* to \d+"):
        explorer(**{name: value})


def test_skips_that_do_not_fit_are_refused() -> None:
    with pytest.raises(traitlets.TraitError, match="do not fit; there are 3, each off, on, swapped"):
        explorer(skips=["on", "on"])
    with pytest.raises(traitlets.TraitError, match="do not fit; there are 4, each off, on"):
        explorer("deep", skips=["on", "on", "swapped", "on"])
    with pytest.raises(traitlets.TraitError):
        explorer(skips=["on", "on", "half"])


def test_a_late_choice_of_the_page_is_brought_into_range() -> None:
    sizes = [(61, 53), (31, 37)]
    one, two = (heads(1, *size)[0] for size in sizes)
    widget = SkipExplorer.of([one, two])
    widget.row, widget.column, widget.node, widget.channel = 60, 50, 3, 4
    widget.set_state({"row": 60, "column": 52, "image": 1, "node": 6, "channel": 4})
    assert (widget.image, widget.row, widget.column, widget.node, widget.channel) == (1, 30, 36, 6, 0)
    widget.image = 0
    widget.row = 60
    widget.image = 1
    assert widget.row == 30


def test_the_block_is_the_arrays() -> None:
    widget = explorer()
    sent, it = widget.data["images"][0], widget.shown
    block = np.frombuffer(zlib.decompress(sent["block"]), np.uint8)
    pixels = 61 * 53
    masks = block[: 27 * pixels].reshape(pixels, 27)
    assert (masks[:, 2 * 9 + 0 * 3 + 1] == it.masks[2, 0, 1].ravel()).all()
    assert (block[27 * pixels : 28 * pixels] == it.truth.ravel()).all()
    assert len(block) == 28 * pixels + sum(int(np.prod(level)) for level in sent["levels"])
    picture = zlib.decompress(widget.data["pictures"][sent["other"]])
    assert np.abs(np.frombuffer(picture, np.uint8) / 255 - head(61, 53, 1)[0].ravel().numpy()).max() < 0.003
    assert len(widget.data["pictures"]) == 2  # each is the other's lender, and goes once


def test_what_would_be_too_much_or_of_two_models_is_refused() -> None:
    many = KINDS["large"]() * 2
    with pytest.raises(BadSkips, match=r"pictures of 116 x 98, .* make \d+ kB, and a page takes 320 kB; show fewer"):
        SkipExplorer.of(many)
    with pytest.raises(BadSkips, match="show one model at a time"):
        SkipExplorer.of([small()[0], KINDS["deep"]()[0]])
    with pytest.raises(BadSkips, match="not str"):
        SkipExplorer.of("unet")
    with pytest.raises(BadSkips, match="not nothing"):
        SkipExplorer.of([])


def maps(high: int, wide: int, *front: int, channels: int = 2) -> Maps:
    """Rising numbers as feature maps."""
    shape = (*front, channels, high, wide)
    return Maps(np.arange(np.prod(shape), dtype=float).reshape(shape), tuple(range(channels)), (channels, high, wide))


def bundle(**change: Any) -> Skips:
    """Two skips, on or off, of a picture 11 by 13."""
    rng = np.random.default_rng(0)
    good = {
        "picture": rng.random((11, 13)),
        "masks": rng.integers(0, 3, (2, 2, 11, 13)),
        "names": ["a", "b", "c"],
        "encoder": [maps(11, 13), maps(5, 6), maps(2, 3)],
        "decoder": [maps(11, 13, 2, 2), maps(5, 6, 2)],
        "truth": rng.integers(0, 3, (11, 13)),
    }
    return Skips(**(good | change))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"masks": np.zeros((11, 13), int)}, r"masks have shape \(11, 13\); \(2, 2, 2, H, W\) would be three skips"),
        ({"masks": np.zeros((2, 3, 11, 13), int)}, "masks have shape"),
        ({"masks": np.zeros((2, 2, 11, 13))}, "masks holds float64; class numbers are whole"),
        ({"masks": np.full((2, 2, 11, 13), 3)}, "masks holds class 3; 3 names go from 0 to 2"),
        ({"picture": np.zeros((11, 12))}, r"the picture measures \(11, 12\), the masks \(11, 13\)"),
        ({"picture": np.full((11, 13), 2.0)}, "a picture of floats runs from 0 to 1; this one runs from 2 to 2"),
        ({"truth": np.zeros((13, 11), int)}, r"the truth measures \(13, 11\)"),
        ({"names": list("abcdefghij")}, "10 classes cannot be told apart by colour; show 1 to 9"),
        ({"other": np.zeros((11, 13))}, "a swapped skip needs other="),
        ({"masks": np.zeros((3, 3, 11, 13), int)}, "a swapped skip needs other="),
        ({"encoder": [maps(11, 13)]}, "1 encoder and 2 decoder levels; 2 skips come with 3 and 2"),
        (
            {"decoder": [maps(11, 13, 2), maps(5, 6, 2)]},
            r"decoder level 0 has shape \(2, 2, 11, 13\); \(2, 2, C, h, w\)",
        ),
        (
            {"encoder": [maps(11, 13), maps(5, 6), Maps(np.full((1, 2, 3), np.nan), (0,), (1, 2, 3))]},
            "level 2 holds nan",
        ),
        (
            {"encoder": [maps(11, 13), maps(5, 6), Maps(np.ones((2, 2, 3)), (0,), (2, 2, 3))]},
            "2 maps and 1 channel num",
        ),
    ],
)
def test_a_bundle_that_does_not_fit_is_refused_kindly(change: dict[str, Any], message: str) -> None:
    with pytest.raises(BadSkips, match=message) as caught:
        bundle(**change)
    assert isinstance(caught.value, CourseError | ValueError)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"names": ["a", "b"]}, "2 class names for scores of 4 classes"),
        ({"titles": ["one"]}, "1 titles for 2 images"),
        ({"others": [1]}, "1 others for 2 images"),
        ({"watch": [torch.nn.Identity()]}, "1 modules to watch for 3 decoder levels"),
    ],
)
def test_passes_that_cannot_be_run_are_refused_kindly(change: dict[str, Any], message: str) -> None:
    images = torch.rand(2, 1, 21, 19)
    with pytest.raises(BadSkips, match=message):
        skips_of(Pyramid(), images, **({"names": NAMES} | change))
    with pytest.raises(BadSkips, match=r"images have shape \(1, 21, 19\); \(B, C, H, W\)"):
        skips_of(Pyramid(), images[0], names=NAMES)


def test_callables_alone_make_a_bundle() -> None:
    (image, mask), (other, _) = head(31, 27, 4), head(31, 27, 5)
    model = Pyramid(2)
    found = skips_of_one(model.encode, model.decode, image, truth=mask, names=NAMES, other=other, name="mine")
    assert found.decoder == [] and found.masks.shape == (3, 3, 31, 27) and found.other_name == "another picture"
    batch = heads(2, 31, 27, 2)
    assert {field.name for field in fields(Skips)} >= {"masks", "truth", "encoder", "decoder"} and len(batch) == 2
    widget = SkipExplorer.of(found)
    widget.skips, widget.node = words(2, 1), 2
    assert "features of another picture" in widget.describe() and "bottleneck" in widget.describe()
    with pytest.raises(traitlets.TraitError, match="node 3 does not exist; choose 0 to 2"):
        widget.node = 3
    coloured = skips_of_one(model.encode, model.decode, image, names=NAMES)
    assert coloured.kinds == 2 and isinstance(SkipExplorer.of(coloured).still(), Figure)


def test_pictures_of_other_ranges_and_colours() -> None:
    model = Pyramid(1)
    dark = skips_of_one(lambda x: model.encode(x[:, :1]), model.decode, torch.randn(3, 9, 7) * 40, names=NAMES)
    assert dark.picture.shape == (9, 7, 3) and dark.picture.min() == 0 and dark.picture.max() == 255
    flat = skips_of_one(model.encode, model.decode, torch.full((1, 9, 7), 7.0), names=NAMES)
    assert (flat.picture == 0).all()
