"""The trained U-Nets of week 4 do what the file beside each of them says."""

import pytest
import torch

from course_lib.data import nuclei
from course_lib.data.catalogue import MNI152, NUCLEI
from course_lib.models.unet import Sizes, UNet
from course_lib.train.shipped import ASSETS, shipped
from training.brain import RECIPES, scores
from training.nuclei import RECIPE, figures, instances, instances_as_one, otsu

ALL = {**RECIPES, "nuclei": RECIPE}
NEAR = 2e-3  # of Dice: a pixel between two classes may fall to the other side on another machine


def network(name: str) -> tuple[UNet, dict]:
    state, facts = shipped(f"w04/{name}")
    net = UNet(Sizes(**facts["sizes"]))
    net.load_state_dict(state)
    return net.eval(), facts


@pytest.mark.parametrize("name", ALL)
def test_the_facts_say_how_it_was_made(name: str) -> None:
    net, facts = network(name)
    assert facts["command"] == f"python -m tests.benchmarks.train_{name.split('-')[0]}"
    assert facts["data"]["sha256"] == (NUCLEI if name == "nuclei" else MNI152).sha256
    assert facts["parameters"] == sum(p.numel() for p in net.parameters())
    recipe = ALL[name]
    assert facts["sizes"] == recipe.sizes.__dict__
    assert {each: facts[each] for each in ("steps", "rate", "skip_drop")} == {
        each: getattr(recipe, each) for each in ("steps", "rate", "skip_drop")
    }
    assert len(facts["curve"]) >= 50 and facts["curve"][-1][1] < facts["curve"][0][1] / 2
    assert (ASSETS / "w04" / f"{name}.pt").stat().st_size <= 300_000


@pytest.mark.parametrize("name", RECIPES)
def test_tissue_is_found_as_well_as_the_file_says(name: str) -> None:
    """Dice of every class on the test slabs, as scanned and clean."""
    net, facts = network(name)
    found = scores(net)
    assert found.keys() == facts["test_dice"].keys()
    for how, said in facts["test_dice"].items():
        assert found[how] == pytest.approx(said, abs=NEAR), how


@pytest.mark.parametrize("use", ["000", "100", "011"])
def test_without_some_skips_it_is_as_good_as_the_file_says(use: str) -> None:
    net, facts = network("brain-drop")
    found = scores(net, use=tuple(each == "1" for each in use))["as scanned"]
    assert found == pytest.approx(facts["test_dice_by_skips"][use], abs=NEAR)


def test_the_kinds_are_in_the_order_that_the_lecture_says() -> None:
    """Tissues as scanned: skips are worth more than 0.15; dropping them while learning costs less than that."""
    mean = {name: sum(shipped(f"w04/{name}")[1]["test_dice"]["as scanned"][1:]) / 3 for name in RECIPES}
    assert mean["brain"] > mean["brain-drop"] > mean["brain-no-skips"] + 0.15


def test_nuclei_are_found_and_counted_as_the_file_says() -> None:
    """The corner that fold 0 tests; a nucleus more or less would be a pixel that fell to the other side."""
    net, facts = network("nuclei")
    parts = nuclei.fold(0)
    [corner] = parts.test
    ways = {
        "U-Net with a rim class": instances(net, corner),
        "the same, rim as nucleus": instances_as_one(net, corner),
        "Otsu, connected pieces": otsu(parts.train, corner),
    }
    for name, predicted in ways.items():
        found, said = figures(predicted, corner.instances), facts["corners"][corner.name][name]
        assert found["dice"] == pytest.approx(said["dice"], abs=NEAR), name
        for what in ("counted", "hits", "extra", "missed"):
            assert abs(found[what] - said[what]) <= 1, (name, what)
        assert found["true"] == said["true"]


def test_the_four_corners_add_up_to_what_the_readme_says() -> None:
    corners = shipped("w04/nuclei")[1]["corners"]
    total = {
        way: {what: sum(abs(corner[way][what]) for corner in corners.values()) for what in ("error", "hits", "missed")}
        for way in next(iter(corners.values()))
    }
    assert len(corners) == 4 and sum(c["U-Net with a rim class"]["true"] for c in corners.values()) == 115
    assert total["U-Net with a rim class"] == {"error": 16, "hits": 91, "missed": 27}
    assert total["Otsu, connected pieces"] == {"error": 43, "hits": 50, "missed": 68}


def test_a_spoilt_network_would_be_noticed() -> None:
    net, facts = network("brain")
    with torch.no_grad():
        net.to_scores.bias += torch.tensor([0.0, 0.3, 0.0, 0.0])
    assert scores(net)["as scanned"] != pytest.approx(facts["test_dice"]["as scanned"], abs=NEAR)
