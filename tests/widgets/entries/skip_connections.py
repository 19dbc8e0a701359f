"""Samples of the skip-connections explorer for the contract tests."""

from collections.abc import Sequence

from course_lib.widgets.kit.explorer import Explorer
from course_lib.widgets.skip_connections import SkipExplorer
from tests.browser import samples_skips
from tests.widgets.entry import Entry


def _skips(labels: Sequence[str]) -> Explorer:
    made = samples_skips.heads(1, 31, 29, 2, names=list(labels[:4]), titles=[labels[0]])
    return SkipExplorer.of(made)


ENTRY = Entry(
    "skip_connections",
    lambda: SkipExplorer.of(samples_skips.small()),
    _skips,
    {
        "skips": [["on"] * 3, ["off", "on", "swapped"]],
        "node": [6, 0],
        "channel": [1, 0],
        "row": [-1, 30],
        "column": [-1, 20],
        "predict": [False, True],
    },
    several=lambda: SkipExplorer.of(samples_skips.small()),
    which="image",
    slow=True,
)
