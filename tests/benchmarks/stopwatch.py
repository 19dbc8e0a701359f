"""Fair timing of the same work done in several ways: one thread, CPU time, taking turns, medians."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class Case:
    """One piece of work, and the ways to do it; the first way is the library's, which counts as 1.00."""

    name: str
    ways: dict[str, Callable[[], object]]


def compare(case: Case, rounds: int = 15) -> dict[str, float]:
    """Median CPU milliseconds of each way.

    The ways take turns, so that whatever else the machine does falls on all of them alike; the first turn warms up.
    """
    torch.set_num_threads(1)
    spent: dict[str, list[float]] = {name: [] for name in case.ways}
    for turn in range(rounds + 1):
        for name, way in case.ways.items():
            begun = time.process_time()
            way()
            if turn:
                spent[name].append(1000 * (time.process_time() - begun))
    return {name: statistics.median(each) for name, each in spent.items()}


def row(case: Case, medians: dict[str, float]) -> str:
    """One line of a table: the library's milliseconds, then every way as a multiple of them."""
    library, *_ = medians.values()
    shown = "   ".join(f"{name} {milliseconds / library:.2f}" for name, milliseconds in medians.items())
    return f"{case.name:<38}{library:>8.1f} ms   {shown}"
