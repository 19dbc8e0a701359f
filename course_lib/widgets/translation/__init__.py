"""The translation explorer: where each step looked, what it might have written, and the beam search as a tree."""

from course_lib.viz.beam_layout import Node
from course_lib.widgets.translation.bundle import BadTranslation, Translation, candidates_of, nodes_of
from course_lib.widgets.translation.explorer import TranslationExplorer

__all__ = ["BadTranslation", "Node", "Translation", "TranslationExplorer", "candidates_of", "nodes_of"]
