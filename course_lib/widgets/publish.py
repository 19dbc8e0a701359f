"""What every explorer shares: beside the live view it publishes a still picture and a sentence.

Code hosts, printed pages, mail and screen readers show those where no widget can live.
"""

import html
from pathlib import Path
from typing import Any

import anywidget
from matplotlib.figure import Figure

from course_lib.viz.show import bundle, png_of

LARGEST_PNG = 14_000  # bytes; a notebook holds a dozen of them, twice, in at most 400 kB


def style(name: str) -> str:
    """The style sheet of one explorer, after what all of them share."""
    here = Path(__file__).parent
    return (here / "base.css").read_text(encoding="utf-8") + (here / f"{name}.css").read_text(encoding="utf-8")


class Explorer(anywidget.AnyWidget):
    """An anywidget with a still picture and words. Subclasses give `still` and `describe`."""

    def still(self) -> Figure:
        """A matplotlib picture of what the explorer shows now."""
        raise NotImplementedError(f"{type(self).__name__} needs a still picture")

    def describe(self) -> str:
        """One or two sentences that say what the explorer shows now."""
        raise NotImplementedError(f"{type(self).__name__} needs a description")

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """The live view with its stand-ins. A stand-in that fails says so in words; it never takes the view away."""
        published = super()._repr_mimebundle_(**kwargs)
        data, metadata = published if isinstance(published, tuple) else (published or {}, {})
        return {**data, **self.stand_ins()}, metadata

    def stand_ins(self) -> dict[str, str]:
        """text/plain, text/html and image/png of the present view; after a failure only words that name it."""
        try:
            words = self.describe()
            return bundle(small_png(self.still()), words)
        except Exception as error:  # noqa: BLE001  whatever fails here must not hide the widget; it is told in words
            told = f"{type(self).__name__}: no still picture, because of {type(error).__name__}: {error}"
            return {"text/plain": told, "text/html": f"<p>{html.escape(told)}</p>"}


def small_png(fig: Figure) -> bytes:
    """The figure as a PNG of at most LARGEST_PNG bytes where fewer dots can bring it there, 60 to an inch at least."""
    dots, png = 96.0, png_of(fig)
    while len(png) > LARGEST_PNG and dots > 60:  # size grows a little more slowly than the number of dots
        dots = max(60, 0.97 * dots * (LARGEST_PNG / len(png)) ** 0.5)
        png = png_of(fig, dots)
    return png
