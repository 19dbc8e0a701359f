"""The denoising explorer without a browser: choices, sentences, stills, what is sent and how exact it is."""

import base64
import io
import json
from typing import Any

import numpy as np
import pytest
import torch
import traitlets
from PIL import Image

from course_lib.layers.diffusion import q_sample
from course_lib.layers.noise_schedule import cosine, linear
from course_lib.models.diffusion import Journey
from course_lib.viz.denoising import as_image, chosen_stops, draw_journey, draw_schedule
from course_lib.widgets.denoising import BadDenoisings, DenoisingExplorer, Denoisings
from course_lib.widgets.denoising.pack import LARGEST, Fineness, encode, hold
from tests.browser.decode_denoising import decode
from tests.browser.harness import encode as as_json
from tests.browser.harness import state_of, weight
from tests.browser.samples_denoising import KINDS, colours, digit_data, digits, exact, guidance, points


def explorer(kind: str = "digits", **choice: Any) -> DenoisingExplorer:
    widget = DenoisingExplorer.of(KINDS[kind]())
    for name, value in choice.items():
        setattr(widget, name, value)
    return widget


def random_journey(stops: int = 51, count: int = 64, side: int = 28, seed: int = 0) -> Journey:
    """The hardest there is to shorten: fresh noise at every stop."""
    rng = torch.Generator().manual_seed(seed)
    noisy = torch.randn(stops, count, 1, side, side, generator=rng)
    noisy[0] = torch.randn(count, 1, side, side, generator=torch.Generator().manual_seed(99))
    return Journey(list(range(stops - 1, -1, -1)), noisy, noisy.clamp(-1, 1))


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_sent_is_as_near_as_the_page_says(kind: str) -> None:
    widget = explorer(kind)
    it, bundle = widget.denoisings, widget.data["bundles"][0]
    ways, given, start = decode(bundle)
    of_noise, of_clean = bundle["fineness"]
    assert (
        f"clean by at most {of_clean:.3f}" in bundle["html"]
        and f"noisy by at most {of_noise / 2:.3f}" in bundle["html"]
    )
    for name, way in it.ways.items():
        noisy, clean = ways[name]
        wanted = way.clean if it.points else way.clean.clip(-1, 1)
        assert np.abs(clean - wanted).max() <= of_clean + 1e-9
        spread = np.sqrt(1 - it.alpha_bars[way.stops])[:, None, None]
        allowed = np.maximum(of_noise * spread, of_clean / 2) / 2
        allowed[0] = 1 / 64
        assert (np.abs(noisy - way.noisy) <= allowed + 1e-6).all(), name  # at the last stop too: errors do not add up
    assert (
        np.abs(given - it.clean.clip(-1, 1) if not it.points else given - it.clean).max() <= bundle["unit"] / 2 + 1e-9
    )
    assert np.abs(start - next(iter(it.ways.values())).noisy[0]).max() <= 1 / 64 + 1e-9


def test_a_deterministic_way_needs_no_noisy_pictures() -> None:
    ddpm, ddim, _ = explorer().data["bundles"][0]["ways"]
    assert len(ddpm["stops"]) == len(ddim["stops"]) == 26
    assert len(ddim["noisy"]) < len(ddpm["noisy"]) / 8  # its next stop follows from this one and the prediction


def test_changes_smaller_than_a_step_wait() -> None:
    clean = np.array([0.0, 0.06, 0.12, 0.14, 0.3])[:, None, None]
    assert hold(clean, 0.125).ravel().tolist() == [0, 0, 0, 1, 2]
    sent, begin = encode(clean, clean, np.ones(5), Fineness(0.1, 0.125))
    assert len(sent["mix"]) == 4 and np.abs(begin - clean[0]).max() <= 1 / 64


def test_more_than_a_page_takes_is_refused_with_its_size() -> None:
    many = {name: random_journey(17, 64, 32, seed=seed) for seed, name in enumerate("abcd")}
    message = rf"64 samples x 68 stops make \d+\.\d MB, and a page takes {LARGEST / 1e6:.1f} MB; show fewer"
    with pytest.raises(BadDenoisings, match=message):
        DenoisingExplorer.of(Denoisings("noise", many, cosine(16)))


def as_large_as_the_lectures() -> list[Denoisings]:
    """The two sets of walks of lecture 14 by count, size and stops, around an exact denoiser of 200 blurred digits.

    The blur makes them about as hard to shorten as the lecture's own, weighed by `tests.benchmarks.diffusion_payload`.
    """
    data, labels = (each[:200] for each in digit_data())
    schedule = cosine(1000)
    network, memory = (exact(data, labels, schedule, width) for width in (0.3, 0.0))
    chance = torch.Generator().manual_seed(14)
    noise = torch.randn(64, 1, 28, 28, generator=chance)
    ways = {
        "DDPM, 200 steps": network.sample(noise, few=200, method="ddpm", generator=chance, keep=50),
        "DDIM, 50 steps": network.sample(noise, few=50, method="ddim", keep=51),
        "memory, 50 steps": memory.sample(noise, few=50, method="ddim", keep=51),
    }
    asked, noise = torch.arange(10).repeat_interleave(4), torch.randn(40, 1, 28, 28, generator=chance)
    scaled = {
        f"guidance {scale}": network.sample(noise, few=20, method="ddim", label=asked, guidance=scale, keep=21)
        for scale in (0, 1, 2, 4, 8)
    }
    return [Denoisings("Sixty-four", ways, schedule.alpha_bars), Denoisings("Forty", scaled, schedule.alpha_bars)]


def test_walks_as_large_as_the_lectures_fit_a_page() -> None:
    sent = weight(DenoisingExplorer.of(as_large_as_the_lectures()))
    assert 2_200_000 < sent < LARGEST  # 2.31 MB; far less would not stand for the lecture's 2.15


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_picture_a_sentence_and_a_table(kind: str) -> None:
    widget = explorer(kind, sample=7, t=30)
    for forward in (False, True) if kind in ("points", "colours") else (False,):
        widget.forward = forward
        bundle, _ = widget._repr_mimebundle_()
        assert set(bundle) >= {"text/plain", "text/html", "image/png", "application/vnd.jupyter.widget-view+json"}
        png = base64.b64decode(bundle["image/png"])
        assert len(png) <= 22_000 and Image.open(io.BytesIO(png)).size[0] > 450
        assert bundle["text/plain"] == widget.describe()
        assert len(widget.table().splitlines()) == 1 + len(widget.denoisings.times)
    json.dumps(as_json(state_of(widget)))


def test_the_sentence_says_the_schedule_and_how_far_each_way_is() -> None:
    widget = explorer(t=40, sample=12, right="DDIM in 10 steps")
    it = widget.denoisings
    kept = float(it.alpha_bars[40])
    wanted = f"t = 40 of 100: ᾱ {kept:.3f}, log-SNR {np.log(kept / (1 - kept)):.2f}.".replace("-1", "−1")
    assert widget.describe().startswith(wanted)
    for name in ("DDPM", "DDIM in 10 steps"):
        way = it.ways[name]
        far = np.sqrt(((way.clean[way.stops.index(40), 12] - way.noisy[-1, 12]) ** 2).mean())
        assert f"{name} ({way.labels[12]}) {far:.2f}" in widget.describe()
    widget.t = 44
    assert widget.describe().count("waiting at t = 50") == 1  # ten steps have no stop at 44


def test_points_are_measured_by_their_distance() -> None:
    widget = explorer("points", t=0)
    assert "DDPM" in widget.describe() and " 0.00 and " in widget.describe()
    way = widget.denoisings.ways["DDPM"]
    stop = 20
    widget.t = way.stops[stop]
    far = np.linalg.norm(way.clean[stop, 0] - way.noisy[-1, 0])
    assert f"DDPM ({way.labels[0]}) {far:.2f}" in widget.describe() and "point 0" in widget.describe()


def test_halfway_is_where_the_prediction_stays_near() -> None:
    way = digits().ways["DDPM"]
    for n in range(25):
        at = way.stops.index(int(way.halfway[n]))
        assert (2 * way.far[at:, n] <= way.far[0, n]).all() and 2 * way.far[at - 1, n] > way.far[0, n]
    still = np.zeros((3, 4, 1, 5, 5))
    assert Denoisings("", {"a": ([2, 1, 0], still, still)}, cosine(2)).ways["a"].halfway.tolist() == [2] * 4


def test_noise_goes_in_by_the_closed_form() -> None:
    it = digits()
    clean, start = (torch.tensor(one.reshape(25, 1, 28, 28)) for one in (it.clean, it.ways["DDIM"].noisy[0]))
    wanted = q_sample(clean, start, 60, linear(100, 0.001, 0.2))
    assert np.allclose(it.noised(60), wanted.reshape(25, -1).numpy(), atol=1e-6)
    words = explorer(forward=True, t=60).describe()
    kept = float(it.alpha_bars[60])
    assert f"adding noise: {kept**0.5:.3f} × clean + {(1 - kept) ** 0.5:.3f} × noise; ᾱ {kept:.3f}" in words
    assert explorer("guidance").denoisings.given is False and it.given is True


def test_a_guess_hides_the_answer_and_is_then_told() -> None:
    widget = explorer(predict=True, sample=3)
    way = widget.denoisings.ways["DDPM"]
    assert (
        widget.describe()
        == "t = 100 of 100. Predict first: watch picture 3 of DDPM; when can you tell what it becomes?"
    )
    assert {len(line.split()) for line in widget.table().splitlines()[1:]} == {5}  # no distances
    hidden = [image.get_array() for axes in widget.still().axes for image in axes.images][1]
    assert np.ptp(hidden) == 0  # the prediction is not in the still either
    widget.guess = {"about": [0, "DDPM", 3], "t": 40, "label": "7"}
    assert widget.describe().endswith(
        f" You could tell at t = 40: 7, and it became {way.labels[3]}; the prediction of DDPM was half-way there "
        f"at t = {way.halfway[3]}."
    )
    widget.sample = 4  # another question: the old guess does not count
    assert "Predict first: watch picture 4" in widget.describe()
    plain = explorer("colours", predict=True, guess={"about": [0, "DDPM", 0], "t": 7, "label": ""})
    assert " You could tell at t = 7; the prediction" in plain.describe()


def test_the_table_has_every_stop() -> None:
    widget = explorer(sample=5)
    it = widget.denoisings
    lines = [line.split() for line in widget.table().splitlines()]
    assert lines[0] == ["t", "ᾱ", "log-SNR", "√ᾱ", "√(1−ᾱ)", "DDPM", "DDIM"]
    for t, line in zip(it.times, lines[1:], strict=True):
        assert line[0] == str(t)
        assert float(line[1]) == pytest.approx(it.alpha_bars[t], abs=6e-4)
        assert float(line[3]) ** 2 + float(line[4]) ** 2 == pytest.approx(1, abs=2e-3)
        assert float(line[6]) == it.ways["DDIM"].far[it.ways["DDIM"].stop_at(t), 5] / 100
    assert lines[-1][2] == "∞" and lines[-1][5:] == ["0.00", "0.00"]


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("sample", 25, "sample 25 does not exist; choose 0 to 24"),
        ("bundle", 1, "bundle 1 does not exist; choose 0 to 0"),
        ("t", 101, "t 101 does not exist; choose 0, clean, to 100, noise"),
        ("left", "DDXM", "there is no way 'DDXM'; choose DDPM, DDIM, DDIM in 10 steps"),
        ("right", "", "there is no way ''; choose DDPM"),
    ],
)
def test_a_choice_that_does_not_exist_is_refused_kindly(name: str, value: Any, message: str) -> None:
    with pytest.raises(traitlets.TraitError, match=message.replace("(", r"\(")):
        explorer(**{name: value})


def test_a_time_goes_to_the_nearest_stop() -> None:
    assert explorer(t=41).t == 40 and explorer(t=99).t == 100


def test_another_bundle_keeps_what_still_exists() -> None:
    widget = DenoisingExplorer.of([digits(), colours(), guidance()])
    widget.sample, widget.t, widget.right = 20, 90, "DDIM in 10 steps"
    widget.bundle = 1
    assert (widget.sample, widget.left, widget.right, widget.t) == (8, "DDPM", "", 40)
    widget.bundle = 2
    assert (widget.left, widget.right, widget.t) == ("guidance 1", "guidance 2", 40)


def test_a_late_choice_of_the_page_is_brought_into_range() -> None:
    widget = DenoisingExplorer.of([digits(), colours()])
    widget.set_state({"bundle": 1, "sample": 24, "t": 100, "left": "DDIM", "right": "DDIM"})
    assert (widget.bundle, widget.sample, widget.left, widget.right) == (1, 8, "DDPM", "")
    widget.set_state({"bundle": 0, "left": "DDIM", "sample": 3})
    assert (widget.bundle, widget.left, widget.sample) == (0, "DDIM", 3)


def test_only_bundles_are_shown() -> None:
    with pytest.raises(BadDenoisings, match="not str"):
        DenoisingExplorer.of("digits")
    with pytest.raises(BadDenoisings, match="not nothing"):
        DenoisingExplorer.of([])


def one_way(noisy: Any = None, stops: Any = (4, 2, 0), clean: Any = None) -> tuple[Any, Any, Any]:
    """Three pictures of 5 x 5, three stops."""
    noisy = torch.zeros(3, 3, 1, 5, 5) if noisy is None else noisy
    return stops, noisy, noisy if clean is None else clean


def row_of(value: float) -> torch.Tensor:
    return torch.full((3, 3, 1, 5, 5), value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"ways": {}}, "ways are a dictionary of name -> Journey"),
        ({"ways": {"a": 3}}, "way 'a' is int; give a Journey, or"),
        ({"ways": {"a": one_way(stops=(0, 2, 4))}}, r"the stops of a begin \[0, 2, 4\]; they must fall"),
        ({"ways": {"a": one_way(stops=(4, 2, 1))}}, "go from 4 to 1; they must end at 0"),
        ({"ways": {"a": one_way(stops=(9, 2, 0))}}, "go from 9 to 0; they must end at 0 and begin at 5"),
        ({"ways": {"a": one_way(stops=(4, 0))}}, r"a has 2 stops, noisy \(3, 3, 1, 5, 5\)"),
        ({"ways": {"a": one_way(torch.zeros(3, 3, 2, 5, 5))}}, "pictures are .* with 1 or 3 channels"),
        ({"ways": {"a": one_way(torch.zeros(3, 3, 1, 40, 40))}}, "pictures of 40 x 40 are too large; at most 32"),
        ({"ways": {"a": one_way(torch.zeros(3, 65, 1, 5, 5))}}, "a has 65 pictures; show 1 to 64"),
        ({"ways": {"a": one_way(torch.zeros(3, 513, 2))}}, "a has 513 points; show 1 to 512"),
        ({"ways": {"a": one_way(row_of(torch.nan))}}, r"noisy of a\[0, 0, 0, 0, 0\] is nan"),
        ({"ways": {"a": one_way(), "b": one_way(row_of(0.5))}}, "b and a start up to 0.5 apart; compare ways from"),
        ({"ways": {"a": one_way(), "b": one_way(torch.zeros(3, 4, 1, 5, 5))}}, "they must agree"),
        ({"alpha_bars": cosine(5).alpha_bars[1:]}, r"t = 0 is clean, so it must be 1 \(put a 1 before"),
        ({"alpha_bars": [1, 0.5, 0.6]}, r"alpha_bars\[2\] is 0.6; the table must fall"),
        ({"alpha_bars": torch.ones(2, 3)}, "give one number for each t"),
        ({"labels": ["a"]}, "1 labels for 3 samples of a"),
        ({"labels": {"b": ["x"] * 3}}, "labels are given for b; the ways are a"),
        ({"clean": torch.zeros(4, 25)}, r"clean has shape \(4, 25\)"),
    ],
)
def test_a_bundle_that_does_not_fit_is_refused_kindly(change: dict[str, Any], message: str) -> None:
    good = {"title": "", "ways": {"a": one_way()}, "alpha_bars": cosine(5)}
    Denoisings(**good)
    with pytest.raises(BadDenoisings, match=message):
        Denoisings(**(good | change))


def test_a_strip_has_both_ends_and_the_time_looked_at() -> None:
    stops = [100, 90, 70, 60, 50, 31, 20, 10, 0]
    assert [stops[i] for i in chosen_stops(stops, 4)] == [100, 70, 31, 0]
    places = chosen_stops(stops, 4, t=50)
    assert {0, 4, 8} <= set(places) and len(places) == 4
    assert chosen_stops([5, 0], 9, t=5) == [0, 1]


def test_a_journey_on_paper_shows_the_pictures() -> None:
    way = digits().ways["DDIM"]
    pictures = [one.reshape(-1, 25, 28, 28) for one in (way.noisy, way.clean)]
    fig = draw_journey(way.stops, *pictures, samples=(2, 7), columns=5)
    shown = [np.asarray(axes.images[0].get_array()) for axes in fig.axes]
    assert len(shown) == 2 * 2 * 5
    assert np.abs(shown[-1] - (pictures[1][-1, 7].clip(-1, 1) + 1) / 2).max() <= 1 / 30 + 1e-9  # 16 shades
    assert np.allclose(as_image(pictures[1][0, 0]), (pictures[1][0, 0] + 1) / 2, atol=1 / 500)
    labels = [axes.get_xlabel() for axes in fig.axes if axes.get_xlabel()]
    assert labels[0] == "t = 100" and labels[-1] == "0"
    cloud = points().ways["DDPM"]
    assert len(draw_journey(cloud.stops, cloud.noisy, cloud.clean, columns=3).axes) == 6


def test_schedules_on_paper_run_from_noise_to_clean() -> None:
    fig = draw_schedule({"linear": linear(100, 0.001, 0.2), "cosine": cosine(100)}, t=30)
    left, right = fig.axes
    assert left.get_xlim() == (100, 0) == right.get_xlim()
    assert np.allclose(left.lines[0].get_ydata(), linear(100, 0.001, 0.2).alpha_bars)
    assert np.allclose(right.lines[3].get_ydata()[:99], torch.log(cosine(100).snr[1:100]), atol=1e-6)
