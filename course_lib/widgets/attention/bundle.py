"""One bundle of attention to look at: the weights, who asks, who answers, and what the positions are part of.

Sizes   L layers   H heads   T target positions   S source positions
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from course_lib.errors import CourseError
from course_lib.former_names import former_attributes, former_keywords
from course_lib.viz.attention import as_array, check_labels

KINDS = ("text", "smiles", "alignment", "image")
LOOSE = 0.01  # how far a row may be from 1: half precision loses this much


class BadAttention(CourseError, ValueError):
    """Something in a bundle does not fit; the message says what, and what would."""


@former_attributes(asking="target", answering="source")
@dataclass(frozen=True)
class Attention:
    """Everything an explorer shows at once.

    weights   (L, H, T, S), rows sum to 1: tensor or array, from a real pass
    target    T labels        source  S labels; the target ones when left out and T = S
    kind      "text", or "smiles" (context: the string), "alignment" (context: its rows), "image" (context: the array)
    unmasked  (L, H, T, S) from the same pass without its mask, or None
    masks     name -> (T, S), True = may look
    """

    weights: Any
    target: Sequence[str]
    source: Sequence[str] | None = None
    kind: str = "text"
    unmasked: Any = None
    masks: Mapping[str, Any] | None = None
    layer_names: Sequence[str] | None = None
    context: Any = None
    title: str = ""

    def __post_init__(self) -> None:
        try:
            self._check()
        except ValueError as error:
            raise BadAttention(str(error)) from error

    def _check(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"kind {self.kind!r} is not known; choose one of {', '.join(KINDS)}")
        weights = as_array(self.weights, "LHTS")
        layers, _, rows, columns = weights.shape
        target = check_labels(self.target, rows, "target")
        source = self.source if self.source is not None else (target if rows == columns else None)
        if source is None:
            raise ValueError(f"{rows} positions ask and {columns} answer, so the source labels are needed too")
        masks = {name: check_mask(name, mask, (rows, columns)) for name, mask in (self.masks or {}).items()}
        check_rows(weights, "weights")
        for name, mask in masks.items():
            check_hidden(weights, name, mask)
        names = list(self.layer_names or [f"Layer {layer}" for layer in range(layers)])
        if len(names) != layers:
            raise ValueError(f"{len(names)} layer names for {layers} layers")
        unmasked = None if self.unmasked is None else as_array(self.unmasked, "LHTS")
        if unmasked is not None:
            if unmasked.shape != weights.shape:
                raise ValueError(f"unmasked has shape {unmasked.shape}, weights have {weights.shape}; they must agree")
            check_rows(unmasked, "unmasked")
        if self.kind != "text" and self.context is None:
            wanted = {"smiles": "the SMILES string", "alignment": "its rows, a list of strings", "image": "the array"}
            raise ValueError(f"kind {self.kind!r} needs context={wanted[self.kind]}")
        tidy = {"weights": weights, "target": target, "source": check_labels(source, columns, "source")}
        for field, value in {**tidy, "masks": masks, "layer_names": names, "unmasked": unmasked}.items():
            object.__setattr__(self, field, value)

    def shown(self, masked: bool) -> np.ndarray:
        """The weights on show: with the mask, or without where those were given."""
        return self.weights if masked or self.unmasked is None else self.unmasked


# the names of before, so that a learner's notebook goes on working; a dataclass writes its own __init__
Attention.__init__ = former_keywords(asking="target", answering="source")(Attention.__init__)  # type: ignore[method-assign]


def check_rows(weights: np.ndarray, name: str) -> None:
    """Each row is a share-out: no nan, nothing below 0, sum 1."""
    if weights.size == 0:
        raise ValueError(f"{name} of shape {weights.shape} are empty; there is nothing to show")
    sums = weights.sum(-1)
    wrong = ~(np.abs(sums - 1) < LOOSE) | (weights < -1e-6).any(-1)  # written so that nan counts as wrong
    if wrong.any():
        layer, head, row = np.argwhere(wrong)[0]
        found = f"{name}[{layer}, {head}, {row}] sums to {sums[layer, head, row]:.4g}"
        if np.isnan(sums[layer, head, row]):
            raise ValueError(f"{found}: a mask that hides every answer from a row turns its softmax into nan")
        if (weights[layer, head, row] < -1e-6).any():
            raise ValueError(f"{found} and goes below 0; these look like scores: pass them through softmax(dim=-1)")
        raise ValueError(f"{found}, and each row should sum to 1; is the softmax over the last axis, the answers?")


def check_mask(name: str, mask: Any, shape: tuple[int, int]) -> np.ndarray:
    """A mask as a (T, S) array of True = may look."""
    array = np.asarray(mask.detach().cpu() if hasattr(mask, "detach") else mask)
    if array.dtype != bool:
        raise ValueError(f"mask {name!r} holds {array.dtype}, not True and False; True means may look")
    if array.shape == shape[1:]:
        array = np.broadcast_to(array, shape)  # a padding mask says the same to every target position
    if array.shape != shape:
        raise ValueError(f"mask {name!r} has shape {array.shape}; {shape} (target, source) would fit")
    return array


def check_hidden(weights: np.ndarray, name: str, mask: np.ndarray) -> None:
    """Where a mask forbids looking there is no weight; otherwise the mask may be upside down."""
    leak = np.where(mask, 0, weights)
    if leak.max() > 1e-3:
        place = [int(i) for i in np.unravel_index(leak.argmax(), leak.shape)]
        raise ValueError(
            f"mask {name!r} forbids target {place[2]} to look at answer {place[3]}, yet weights{place} is "
            f"{leak.max():.3g}. True means may look: invert the mask, or pass the weights of the masked pass"
        )
