"""Samples of the attention explorer for the contract tests."""

from collections.abc import Sequence

from course_lib.widgets.attention import AttentionExplorer
from course_lib.widgets.kit.explorer import Explorer
from tests.browser import samples
from tests.widgets.entry import Entry


def _attention(labels: Sequence[str]) -> Explorer:
    return AttentionExplorer(samples.passes(2, 2, len(labels)), labels, title=labels[0])


ENTRY = Entry(
    "attention",
    lambda: AttentionExplorer.of(samples.text()),
    _attention,
    {"layer": [0, 1], "head": [0, 3], "row": [0, 9, 16], "column": [-1, 0, 16], "masked": [True, False]},
    asks=lambda ask: AttentionExplorer.of(samples.text(), ask=ask),
    answer=samples.letters,
    root="attention-explorer",
)
