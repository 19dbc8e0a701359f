"""The denoising explorer: samples on their way out of noise and back in, two ways side by side."""

from course_lib.widgets.denoising.bundle import BadDenoisings, Denoisings
from course_lib.widgets.denoising.explorer import DenoisingExplorer

__all__ = ["BadDenoisings", "DenoisingExplorer", "Denoisings"]
