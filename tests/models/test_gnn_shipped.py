"""The trained graph networks that come with the course do what the file beside each of them says."""

import json

import pytest
import torch

from course_lib.data import connectome, freesolv, qm9, solubility
from course_lib.data.catalogue import ARCHIVES
from course_lib.data.graphs import batch
from course_lib.data.molecules import molecule_graphs
from course_lib.data.scaffolds import random_split
from course_lib.models.gnn import GraphNet, GraphNetConfig
from course_lib.train.shipped import ASSETS, shipped
from tests.benchmarks.connectome_scores import graphs as both_sides
from tests.benchmarks.connectome_scores import share
from tests.benchmarks.qm9_gap import COUNTS, pick

NAMES = ("freesolv", "solubility", "qm9_gap", "connectome")


def network(name: str) -> tuple[GraphNet, dict]:
    state, facts = shipped(f"w12/{name}")
    model = GraphNet(GraphNetConfig(**facts["sizes"]))
    model.load_state_dict(state)
    return model.eval(), facts


def errors(name: str, smiles: list[str], truth: torch.Tensor) -> torch.Tensor:
    """What the network says of each molecule minus the truth, in the units of the data."""
    model, facts = network(name)
    b = batch(molecule_graphs(smiles))
    with torch.no_grad():
        said = model(b.nodes, b.edges, b.edge_features, b.owner, len(b))[:, 0]
    return said * facts["spread"] + facts["mean"] - truth


@pytest.mark.parametrize("name", NAMES)
def test_the_facts_say_how_it_was_made(name: str) -> None:
    _, facts = shipped(f"w12/{name}")
    assert facts["command"].startswith("python -m tests.benchmarks.")
    assert any(facts["data"] == f"{archive.file} sha256 {archive.sha256}" for archive in ARCHIVES)
    assert facts["cpu_seconds"] > 0
    assert (ASSETS / "w12" / f"{name}.pt").stat().st_size <= 300_000


def test_hydration_is_as_good_as_the_file_says() -> None:
    molecules = freesolv.load()
    tested = [molecules[row] for row in random_split(len(molecules), seed=0).test]
    wrong = errors("freesolv", [m.smiles for m in tested], torch.tensor([m.measured for m in tested]))
    said = shipped("w12/freesolv")[1]["test_rmse"]["by chance"]["graph network"][0]
    assert float(wrong.square().mean().sqrt()) == pytest.approx(said, abs=1e-3)


def test_solubility_is_as_good_as_the_file_says() -> None:
    tested = solubility.load().test
    wrong = errors("solubility", [m.smiles for m in tested], torch.tensor([m.measured for m in tested]))
    said = shipped("w12/solubility")[1]["test_rmse"]["the files' split"]["graph network"][0]
    assert float(wrong.square().mean().sqrt()) == pytest.approx(said, abs=1e-3)


def test_the_gap_is_as_good_as_the_file_says() -> None:
    everything = qm9.load()
    tested = everything.take(pick(everything.split().test, COUNTS.test[0]))
    wrong = errors("qm9_gap", list(tested.smiles), tested.values("gap").float())
    said = shipped("w12/qm9_gap")[1]["test_mae_meV"]["graph network"]
    assert 1000 * float(wrong.abs().mean()) == pytest.approx(said, abs=0.5)


def test_neurons_are_named_as_often_as_the_file_says() -> None:
    model, facts = network("connectome")
    _, right = both_sides(*connectome.load())
    assert share(model, right) == pytest.approx(facts["test_accuracy"][0], abs=1e-3)
    assert facts["test_accuracy"][0] > 0.93, "more than degrees alone"


def test_the_table_of_over_smoothing_holds_together() -> None:
    table = json.loads((ASSETS / "w12" / "over_smoothing.json").read_text(encoding="utf-8"))
    plain = {row["rounds"]: row for row in table["rows"] if not row["residual"]}
    kept = {row["rounds"]: row for row in table["rows"] if row["residual"]}
    assert plain.keys() == kept.keys()
    assert max(plain) >= 16
    assert min(plain[16]["untrained"]) > 0.98 > max(plain[16]["before"])
    assert min(plain[1]["held out"]) > max(plain[16]["held out"])
    assert min(kept[2]["held out"]) > max(plain[16]["held out"])
