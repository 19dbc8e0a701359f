"""Samples of the message-passing explorer for the contract tests."""

from collections.abc import Sequence

import numpy as np

from course_lib.widgets.kit.explorer import Explorer
from course_lib.widgets.message_passing import MessagePassingExplorer, Messages
from tests.browser import samples_messages
from tests.widgets.entry import Entry


def _messages(labels: Sequence[str]) -> Explorer:
    size = len(labels)
    edges = [list(range(size)), [*range(1, size), 0]]
    features = np.random.default_rng(3).normal(size=(3, size, 3))
    channels = list(labels[:3])
    return MessagePassingExplorer.of(
        Messages(features, edges, np.ones((2, size)), labels=labels, channels=channels, name=labels[0])
    )


def _two_messages() -> Explorer:
    return MessagePassingExplorer.of([samples_messages.molecule(), samples_messages.karate()])


ENTRY = Entry(
    "message_passing",
    lambda: MessagePassingExplorer.of(samples_messages.molecule()),
    _messages,
    {
        "round": [0, 2, 4],
        "node": [0, 12],
        "other": [-1, 5],
        "head": [-1, 2],
        "colour": [-2, -1],
        "predict": [False, True],
    },
    several=_two_messages,
    which="graph",
    plays="round",
)
