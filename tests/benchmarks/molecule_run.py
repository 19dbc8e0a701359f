"""One training run of a graph network that predicts one number a molecule, shared by the measurements beside this file.

Sizes   B molecules of a batch
"""

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from course_lib.data.graphs import Graph, batch
from course_lib.data.molecules import ATOM_FEATURES, BOND_FEATURES
from course_lib.data.split import Split
from course_lib.models.gnn import GraphNet, GraphNetConfig
from course_lib.train.fit import History, fit


@dataclass(frozen=True)
class Recipe:
    """How a model is made and trained. The values were chosen by validation error, on seeds that are not reported."""

    kind: str = "mpnn"
    width: int = 64
    rounds: int = 3
    steps: int = 1000
    molecules: int = 32
    rate: float = 0.002
    look_every: int = 25

    def sizes(self) -> GraphNetConfig:
        """The model's sizes."""
        edge_features = len(BOND_FEATURES) if self.kind == "mpnn" else 0
        residual = self.kind != "mpnn"
        return GraphNetConfig(
            len(ATOM_FEATURES), 1, self.width, self.rounds, self.kind, edge_features, residual=residual
        )


@dataclass
class Trained:
    """A trained model, and the mean and spread of the training targets that turn its answers into units."""

    model: GraphNet
    mean: float
    spread: float
    history: History = field(default_factory=History)
    cpu_seconds: float = 0.0

    def predict(self, graphs: Sequence[Graph]) -> Tensor:
        """What the model says of each graph, in the units of the targets. -> (M,)"""
        return torch.cat([self.answer(graphs[i : i + 512]) for i in range(0, len(graphs), 512)])

    @torch.no_grad()
    def answer(self, graphs: Sequence[Graph]) -> Tensor:
        """The same for one batch. -> (B,)"""
        self.model.eval()
        return scores(self.model, graphs) * self.spread + self.mean

    def facts(self) -> dict[str, Any]:
        """What a notebook needs to use the weights, and what is known of their training."""
        return {
            "sizes": asdict(self.model.sizes),
            "mean": self.mean,
            "spread": self.spread,
            "cpu_seconds": round(self.cpu_seconds, 1),
            "threads": torch.get_num_threads(),
            "validation": [[step, round(score, 4)] for step, score in self.history.scores],
        }


def scores(model: nn.Module, graphs: Sequence[Graph]) -> Tensor:
    """The model's raw answers. -> (B,)"""
    b = batch(graphs)
    answers: Tensor = model(b.nodes, b.edges, b.edge_features, b.owner, len(b))[:, 0]
    return answers


def train(graphs: Sequence[Graph], parts: Split[int], recipe: Recipe, seed: int, title: str, **more: Any) -> Trained:
    """Learn from `parts.train`, keep the weights that are best on `parts.valid`; `parts.test` is not looked at.

    The targets are scaled by the mean and spread of the training part alone.
    """
    torch.manual_seed(seed)
    learn, valid = [graphs[row] for row in parts.train], [graphs[row] for row in parts.valid]
    targets = torch.stack([graph.target for graph in learn if graph.target is not None])
    model = GraphNet(recipe.sizes())
    run = Trained(model, float(targets.mean()), float(targets.std()))
    optimiser = torch.optim.AdamW(model.parameters(), lr=recipe.rate, weight_decay=0.0)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, recipe.rate, total_steps=recipe.steps, pct_start=0.1)

    def draw(chance: torch.Generator) -> tuple[list[Graph], Tensor]:
        rows = torch.randint(len(learn), (recipe.molecules,), generator=chance)
        return [learn[row] for row in rows], (targets[rows] - run.mean) / run.spread

    def loss_of(model: nn.Module, given: tuple[list[Graph], Tensor]) -> Tensor:
        return nn.functional.mse_loss(scores(model, given[0]), given[1])

    begun = time.process_time()
    run.history = fit(
        model,
        draw,
        loss_of,
        recipe.steps,
        optimiser,
        schedule=schedule,
        clip=1.0,
        val_metric=lambda _: rmse(run.predict(valid), valid),
        eval_every=recipe.look_every,
        seed=seed,
        title=title,
        **more,
    )
    run.cpu_seconds = time.process_time() - begun
    return run


def rmse(predicted: Tensor, graphs: Sequence[Graph]) -> float:
    """Root mean square error against the targets of the graphs, in their units."""
    truth = torch.stack([graph.target for graph in graphs if graph.target is not None])
    return float((predicted - truth).square().mean().sqrt())


def mae(predicted: Tensor, graphs: Sequence[Graph]) -> float:
    """Mean absolute error against the targets of the graphs, in their units."""
    truth = torch.stack([graph.target for graph in graphs if graph.target is not None])
    return float((predicted - truth).abs().mean())
