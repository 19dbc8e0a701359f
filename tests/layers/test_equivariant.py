"""The E(n)-equivariant layer: laws of turning, mirroring, shifting, renaming, and the equations pair by pair."""

from collections.abc import Iterator
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from course_lib.layers.equivariant import EquivariantLayer, coordinate_update, zero_centre
from tests.layers.graphs import random_graph

ALL = {"gated": True, "bounded": True, "deep": False, "mean": False}
OPTIONS: list[dict[str, Any]] = [{}, {"gated": True}, {"bounded": True}, {"deep": False}, {"mean": False}, ALL]
PRECISION = [(torch.float32, 1e-5), (torch.float64, 1e-10)]


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """The tensors are tiny: threads would only wait for each other."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def scene(dtype: torch.dtype = torch.float64) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    """Nodes (23, 5), positions (23, 3), edges (2, 61), edge features (61, 3), velocities (23, 3)."""
    nodes, edges, features = random_graph()
    return nodes.to(dtype), torch.randn(23, 3, dtype=dtype), edges, features.to(dtype), torch.randn(23, 3, dtype=dtype)


def lively(layer: nn.Module, dtype: torch.dtype = torch.float64) -> nn.Module:
    """The layer with weights that move the points as far as they lie apart, so that a test has something to see."""
    with torch.no_grad():
        for part in layer.modules():
            if isinstance(part, nn.Linear) and part.out_features == 1 and part.bias is None:
                part.weight.normal_()
    return layer.to(dtype)


def motion(mirror: bool, dtype: torch.dtype) -> Tensor:
    """A random rotation (3, 3), or one with a mirror in it."""
    q, r = torch.linalg.qr(torch.randn(3, 3, dtype=torch.float64))
    q = q * r.diagonal().sign()
    q[:, 0] *= q.det().sign() * (-1 if mirror else 1)
    assert q.det().item() == pytest.approx(-1 if mirror else 1)
    return q.to(dtype)


def breach(layer: Any, mirror: bool, dtype: torch.dtype) -> float:
    """The largest difference between moving first and moving last, of features and of positions."""
    nodes, positions, edges, features, _ = scene(dtype)
    turn, shift = motion(mirror, dtype), torch.randn(3, dtype=dtype)
    with torch.no_grad():
        before = layer(nodes, positions @ turn.T + shift, edges, features)
        after = layer(nodes, positions, edges, features)
    return max(float((before[0] - after[0]).abs().max()), float((before[1] - after[1] @ turn.T - shift).abs().max()))


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("mirror", [False, True])
@pytest.mark.parametrize(("dtype", "tolerance"), PRECISION)
def test_turn_mirror_and_shift_pass_through(
    options: dict[str, Any], mirror: bool, dtype: torch.dtype, tolerance: float
) -> None:
    layer = lively(EquivariantLayer(5, 3, **options), dtype)
    nodes, positions, edges, features, _ = scene(dtype)
    assert (layer(nodes, positions, edges, features)[1] - positions).abs().max() > 0.1  # the points do move
    assert breach(layer, mirror, dtype) < tolerance


class SeesPlaces(EquivariantLayer):
    """Broken: the nodes are told where they lie."""

    def forward(self, nodes: Tensor, positions: Tensor, *more: Any) -> tuple[Tensor, ...]:
        return super().forward(nodes + positions.sum(1, keepdim=True), positions, *more)


class MovesByAxis(EquivariantLayer):
    """Broken: all points drift along the first axis by what their nodes say."""

    def forward(self, nodes: Tensor, positions: Tensor, *more: Any) -> tuple[Tensor, ...]:
        changed, moved = super().forward(nodes, positions, *more)
        return changed, moved + torch.eye(3, dtype=moved.dtype)[0] * changed[:, :1]


class KnowsLeftFromRight(EquivariantLayer):
    """Broken for mirrors alone: points move along a cross product, which points the other way in a mirror."""

    def forward(self, nodes: Tensor, positions: Tensor, *more: Any) -> tuple[Tensor, ...]:
        changed, moved = super().forward(nodes, positions, *more)
        return changed, moved + torch.linalg.cross(positions - positions[0], positions - positions[1])


@pytest.mark.parametrize("mirror", [False, True])
@pytest.mark.parametrize("broken", [SeesPlaces, MovesByAxis])
def test_a_broken_layer_is_found_out(broken: type[EquivariantLayer], mirror: bool) -> None:
    assert breach(lively(broken(5, 3)), mirror, torch.float64) > 0.01


def test_a_layer_that_knows_left_from_right_is_found_out_by_the_mirror() -> None:
    layer = lively(KnowsLeftFromRight(5, 3))
    assert breach(layer, False, torch.float64) < 1e-10
    assert breach(layer, True, torch.float64) > 0.01


@pytest.mark.parametrize(("dtype", "tolerance"), PRECISION)
def test_velocities_turn_along(dtype: torch.dtype, tolerance: float) -> None:
    layer = lively(EquivariantLayer(5, 3, velocities=True), dtype)
    nodes, positions, edges, features, speeds = scene(dtype)
    turn, shift = motion(True, dtype), torch.randn(3, dtype=dtype)
    before = layer(nodes, positions @ turn.T + shift, edges, features, speeds @ turn.T)
    after = layer(nodes, positions, edges, features, speeds)
    torch.testing.assert_close(before[0], after[0], atol=tolerance, rtol=0)
    torch.testing.assert_close(before[1], after[1] @ turn.T + shift, atol=tolerance, rtol=0)
    torch.testing.assert_close(before[2], after[2] @ turn.T, atol=tolerance, rtol=0)


@pytest.mark.parametrize("options", OPTIONS)
def test_new_names_for_the_nodes_change_nothing_else(options: dict[str, Any]) -> None:
    layer = lively(EquivariantLayer(5, 3, **options))
    nodes, positions, edges, features, _ = scene()
    order, mixed = torch.randperm(23), torch.randperm(61)  # the edges may come in any order as well
    renamed = order.argsort()[edges][:, mixed]
    before = layer(nodes[order], positions[order], renamed, features[mixed])
    for new, old in zip(before, layer(nodes, positions, edges, features), strict=True):
        torch.testing.assert_close(new, old[order], atol=1e-10, rtol=0)


@pytest.mark.parametrize("options", [*OPTIONS, {"velocities": True}])
def test_every_equation_pair_by_pair(options: dict[str, Any]) -> None:
    layer = lively(EquivariantLayer(5, 3, **options))
    assert isinstance(layer, EquivariantLayer)
    nodes, positions, edges, features, speeds = scene()
    whole = nn.Linear(14, 5).double()  # the first layer of phi_e as one matrix
    parts = [layer.from_receiver.weight, layer.from_sender.weight, layer.from_edge.weight]
    whole.weight.data, whole.bias.data = torch.cat(parts, dim=1).data, layer.from_receiver.bias.data
    heard, moves, senders = torch.zeros(23, 5).double(), torch.zeros(23, 3).double(), [0] * 23
    for e, (j, i) in enumerate(edges.T.tolist()):
        line = positions[i] - positions[j]
        seen = torch.cat([nodes[i], nodes[j], line.square().sum()[None], features[e]])
        sent = layer.message(whole(seen))  # equation 3
        if options.get("bounded"):
            line = line / (line.norm() + 1)
        moves[i] += line * layer.line_weight(sent)  # equation 4
        heard[i] += sent if layer.gate is None else sent * layer.gate(sent)  # equations 5 and 8
        senders[i] += 1
    if options.get("mean", True):
        moves /= torch.tensor(senders).clamp(min=1)[:, None]
    changed = nodes + layer.update(torch.cat([nodes, heard], dim=1))  # equation 6
    given = layer(nodes, positions, edges, features, *([speeds] if layer.speed else []))
    torch.testing.assert_close(given[0], changed)
    if layer.speed:  # equation 7
        moves = layer.speed(nodes) * speeds + moves
        torch.testing.assert_close(given[2], moves)
    torch.testing.assert_close(given[1], positions + moves, atol=1e-7, rtol=1e-7)


def test_lengths_alone_when_edges_say_nothing() -> None:
    nodes, positions, edges, *_ = scene()
    layer = lively(EquivariantLayer(5))
    nothing = torch.zeros(61, 0, dtype=torch.float64)
    torch.testing.assert_close(layer(nodes, positions, edges), layer(nodes, positions, edges, nothing))


def test_velocities_must_be_given_where_they_are_wanted() -> None:
    nodes, positions, edges, *_ = scene()
    with pytest.raises(ValueError, match="wants velocities"):
        EquivariantLayer(5, velocities=True).double()(nodes, positions, edges)


def test_coordinate_update_traced_by_hand() -> None:
    positions = torch.tensor([[0.0, 0, 0], [2, 0, 0], [0, 3, 0]])
    edges = torch.tensor([[1, 2, 0], [0, 0, 1]])
    weights = torch.tensor([0.5, -1.0, 2.0])
    moved = torch.tensor([[-1.0, 3, 0], [6, 0, 0], [0, 3, 0]])  # pushed away from 1, drawn towards 2; 2 hears nobody
    torch.testing.assert_close(coordinate_update(positions, edges, weights, mean=False), moved)
    half = torch.tensor([[-0.5, 1.5, 0], [6, 0, 0], [0, 3, 0]])
    torch.testing.assert_close(coordinate_update(positions, edges, weights), half)


def test_every_object_is_centred_on_its_own() -> None:
    positions, owner = torch.randn(11, 3), torch.tensor([2, 0, 0, 2, 2, 0, 3, 0, 2, 2, 2])
    centred = zero_centre(positions, owner, 4)
    for one in (0, 2, 3):
        torch.testing.assert_close(centred[owner == one], positions[owner == one] - positions[owner == one].mean(0))
    torch.testing.assert_close(zero_centre(centred, owner, 4), centred)  # doing it twice changes nothing


def test_gradients_reach_every_weight() -> None:
    nodes, positions, edges, features, speeds = scene()
    layer = lively(EquivariantLayer(5, 3, velocities=True, gated=True))
    changed, moved, _ = layer(nodes, positions, edges, features, speeds)
    (changed.square().sum() + moved.square().sum()).backward()
    assert all(p.grad is not None and p.grad.abs().max() > 0 for p in layer.parameters())
