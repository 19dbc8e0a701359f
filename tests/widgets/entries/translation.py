"""Samples of the translation explorer for the contract tests."""

from collections.abc import Sequence

from course_lib.widgets.kit.explorer import Explorer
from course_lib.widgets.translation import TranslationExplorer
from tests.browser import samples_translation
from tests.widgets.entry import Entry


def _translation(labels: Sequence[str]) -> Explorer:
    made = samples_translation.translate(
        list(labels), [samples_translation.SOUNDS[0]] * 3, samples_translation.SOUNDS, title=labels[0]
    )
    return TranslationExplorer.of(made)


ENTRY = Entry(
    "translation",
    lambda: TranslationExplorer.of(samples_translation.word()),
    _translation,
    {"layer": [0, 1], "head": [-1, 2], "step": [0, 3], "column": [-1, 0, 6], "predict": [False, True]},
    several=lambda: TranslationExplorer.of(samples_translation.words()),
    which="example",
    plays="step",
    asks=lambda ask: TranslationExplorer.of(samples_translation.word(), ask=ask),
    answer=samples_translation.word,
    root="translation-explorer",
)
