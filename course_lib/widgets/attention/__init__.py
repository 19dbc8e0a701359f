"""The attention explorer: all heads of a model, one head in detail, and its answers on the text or picture itself."""

from course_lib.widgets.attention.bundle import Attention, BadAttention
from course_lib.widgets.attention.explorer import AttentionExplorer

__all__ = ["Attention", "AttentionExplorer", "BadAttention"]
