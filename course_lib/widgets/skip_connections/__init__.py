"""The skip-connections explorer: switch each skip of a U-Net, and the mask answers at once."""

from course_lib.widgets.skip_connections.bundle import BadSkips, Skips
from course_lib.widgets.skip_connections.explorer import SkipExplorer
from course_lib.widgets.skip_connections.passes import skips_of

__all__ = ["BadSkips", "SkipExplorer", "Skips", "skips_of"]
