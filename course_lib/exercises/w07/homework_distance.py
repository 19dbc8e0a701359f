"""Homework, questions 1 and 2: a band, and a bias for distance."""

from typing import Any

import torch
from torch import Tensor

from course_lib.exercises.author import *
from course_lib.layers import masks, positions


def _back(size: int) -> Tensor:
    return torch.arange(size)[:, None] - torch.arange(size)


def both_sides(size: int, reach: int) -> Tensor:
    return _back(size).abs() <= reach


def one_step_short(size: int, reach: int) -> Tensor:
    return (_back(size) >= 0) & (_back(size) < reach)


def ahead_instead(size: int, reach: int) -> Tensor:
    return (_back(size) <= 0) & (_back(size) >= -reach)


def all_the_past(size: int, reach: int) -> Tensor:
    return _back(size) >= 0


def itself_left_out(size: int, reach: int) -> Tensor:
    return (_back(size) > 0) & (_back(size) <= reach)


def bias_with(by_distance: Tensor, distance: Tensor) -> Tensor:
    reach = (by_distance.shape[-1] - 1) // 2
    return by_distance[:, distance.clamp(-reach, reach) + reach]


def backwards(by_distance: Tensor, targets: int, sources: int) -> Tensor:
    return bias_with(by_distance, torch.arange(targets)[:, None] - torch.arange(sources))


def without_sign(by_distance: Tensor, targets: int, sources: int) -> Tensor:
    return bias_with(by_distance, (torch.arange(sources) - torch.arange(targets)[:, None]).abs())


def not_clamped(by_distance: Tensor, targets: int, sources: int) -> Tensor:
    reach = (by_distance.shape[-1] - 1) // 2
    distance = torch.arange(sources) - torch.arange(targets)[:, None]
    return by_distance[:, (distance + reach) % by_distance.shape[-1]]


def transposed(by_distance: Tensor, targets: int, sources: int) -> Tensor:
    return bias_with(by_distance, torch.arange(sources)[:, None] - torch.arange(targets))


def silent_beyond_reach(by_distance: Tensor, targets: int, sources: int) -> Tensor:
    reach = (by_distance.shape[-1] - 1) // 2
    distance = torch.arange(sources) - torch.arange(targets)[:, None]
    return bias_with(by_distance, distance) * (distance.abs() <= reach)


@law("nobody looks ahead")
def nothing_ahead(call: Call) -> Broken | None:
    """Above the diagonal everything is False."""
    ahead = call.yours.triu(1)
    if not bool(ahead.any()):
        return None
    t, s = (int(i) for i in ahead.nonzero()[0])
    return Broken(f"Position {t} may look at position {s}, which comes later.", call.yours, call.expected, (t, s))


@law("everybody sees itself")
def sees_itself(call: Call) -> Broken | None:
    """The diagonal is True."""
    blind = (~call.yours.diagonal()).nonzero()
    return Broken(f"Position {int(blind[0])} does not see itself.", call.yours, call.expected) if len(blind) else None


@exercise(
    "w07.banded", title="A band", notebook="homework", section="1", points=3, minutes=8, difficulty=2, importance=4
)
class Banded:
    """A position sees itself and at most `reach` steps back."""

    reference = masks.banded_mask

    def inputs(self, draw: Draw) -> dict[str, Any]:
        reach = draw.size(1, draw.integer(2, 5))
        return {"size": draw.size(4, 4 + 2 * reach), "reach": reach}

    laws = [nothing_ahead, sees_itself, equals_reference]
    mistakes = {
        "both sides": mistake(both_sides, "Your band also reaches ahead. Which side of the diagonal is the past?"),
        "one step short": mistake(one_step_short, "With reach 1 a position sees two positions. How many see yours?"),
        "ahead instead of back": mistake(ahead_instead, "Row 0 should see only itself. What does yours see?"),
        "all of the past": mistake(all_the_past, "The last row sees everything. Where does the reach come in?"),
        "itself left out": mistake(itself_left_out, "Row 0 has nobody to listen to."),
    }
    hints = [
        "Write the number of steps from t back to s as a table, then say which numbers are allowed.",
        "torch.arange(size)[:, None] - torch.arange(size) is that table; two comparisons make the mask.",
    ]


@exercise("w07.relative", function="relative_bias", title="A bias for distance", notebook="homework", section="2",
          points=5, minutes=12, difficulty=3, importance=4)  # fmt: skip
class Relative:
    """One number for every head and signed distance."""

    reference = positions.relative_bias

    def inputs(self, draw: Draw) -> dict[str, Any]:
        heads, reach = draw.size(1, 3), draw.size(1, 2)
        return {
            "by_distance": draw.normal(heads, 2 * reach + 1),
            "targets": draw.size(3, 5),
            "sources": draw.size(4, 7),
        }

    @law("the same distance has the same number")
    def depends_on_distance(call: Call) -> Broken | None:
        """Moving both positions on by one changes nothing."""
        off = (call.yours[:, 1:, 1:] != call.yours[:, :-1, :-1]).nonzero()
        if not len(off):
            return None
        h, t, s = (int(i) for i in off[0])
        return Broken(f"In head {h} the entries ({t}, {s}) and ({t + 1}, {s + 1}) have the same distance and differ.")

    laws = [depends_on_distance, equals_reference]
    mistakes = {
        "distance backwards": mistake(
            backwards, "An answer to the right has distance s - t above 0. Which sign has yours?"
        ),
        "sign lost": mistake(without_sign, "One step back and one step ahead share a number. Should they?"),
        "ends that wrap around": mistake(
            not_clamped, "A far position gets the number of a near one. What happens at the ends?"
        ),
        "targets and sources exchanged": mistake(
            transposed, "Rows belong to those who ask. Which size has your first axis?"
        ),
        "far positions get 0": mistake(
            silent_beyond_reach, "Beyond the reach the outermost number is shared, not dropped."
        ),
    }
    hints = [
        "First a table (T, S) of signed distances s - t; then a way from a distance to a column of by_distance.",
        "Distance -R belongs to column 0. clamp keeps far distances inside -R to R.",
        "Indexing by_distance[:, table] with an integer table (T, S) gives (H, T, S) at once.",
    ]
