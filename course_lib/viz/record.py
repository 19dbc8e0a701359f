"""Catch the tensors that were really computed, so that a picture never shows anything else."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from course_lib.former_names import tell

FORMER = {"listen": "cross_attention", "remember": "self_attention", "look": "self_attention"}  # parts of models


@dataclass(frozen=True)
class Recorded:
    """What one call of one module gave: its output, and the attention weights if it returned any."""

    name: str
    output: Tensor
    weights: Tensor | None


@dataclass
class Recording:
    """Every call that was caught, in the order in which the calls finished."""

    calls: list[Recorded] = field(default_factory=list)

    def __getitem__(self, name: str) -> Recorded:
        """The last call of the module with this name. Raises KeyError with the names there are."""
        for call in reversed(self.calls):
            if call.name == name:
                return call
        raise KeyError(f"no call of {name!r} was recorded; there are {sorted({call.name for call in self.calls})}")

    def weights(self, where: str = "") -> list[tuple[str, Tensor]]:
        """The attention weights (B, H, T, S) of every module whose name contains `where`, in order."""
        found = [(c.name, c.weights) for c in self.calls if c.weights is not None and where in c.name]
        if not found and where in FORMER:
            tell(f"the part {where!r}", repr(FORMER[where]))
            return self.weights(FORMER[where])
        return found

    def stack(self, where: str = "", item: int = 0) -> Tensor:
        """The weights of one sequence of the batch from all those layers.   -> (L, H, T, S)

        Raises ValueError when nothing matches or the layers have different sizes.
        """
        found = self.weights(where)
        sizes = {tuple(weights.shape[1:]) for _, weights in found}
        if len(sizes) != 1:
            every = [f"{name} {tuple(weights.shape)}" for name, weights in self.weights()]
            raise ValueError(f"{where!r} should match layers of one size; recorded were: {', '.join(every) or 'none'}")
        return torch.stack([weights[item] for _, weights in found])


@contextmanager
def record(model: nn.Module) -> Iterator[Recording]:
    """Watch every part of a model while the block runs; the hooks are gone afterwards, also after an error.

    A part counts as attention when it returns `(output, weights)` with weights (B, H, T, S). A call that says
    `weights=False`, to be fast while nobody watches, is asked for its weights all the same.
    Tensors are detached copies: what the model does next cannot change them.
    """
    seen = Recording()

    def hook(name: str) -> Any:
        def keep(module: nn.Module, inputs: Any, output: Any) -> None:
            first, second = output if isinstance(output, tuple) and len(output) == 2 else (output, None)
            if not isinstance(first, Tensor):
                return  # a part that returns something else has no picture
            weights = second.detach().clone() if isinstance(second, Tensor) and second.dim() == 4 else None
            seen.calls.append(Recorded(name, first.detach().clone(), weights))

        return keep

    def ask(module: nn.Module, inputs: Any, named: dict[str, Any]) -> Any:
        return (inputs, {**named, "weights": True}) if named.get("weights") is False else None

    parts = [(name, module) for name, module in model.named_modules() if name]
    handles = [module.register_forward_hook(hook(name)) for name, module in parts]
    handles += [module.register_forward_pre_hook(ask, with_kwargs=True) for _, module in parts]
    try:
        yield seen
    finally:
        for handle in handles:
            handle.remove()
