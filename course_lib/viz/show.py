"""Show a figure together with the words that say what it shows."""

import base64
import html
import io
import os
from typing import Any

from matplotlib.figure import Figure
from PIL import Image

USUAL = 96  # dots an inch: a dot of the picture is a pixel of the page
FINER = "COURSE_PICTURE_DPI"  # set by who makes pages for projectors; a notebook keeps its pictures small


def png_of(fig: Figure, dpi: float = USUAL) -> bytes:
    """The figure as PNG bytes, trimmed to what is drawn; a palette of its own makes it a third of the size.

    A picture with more dots than usual says so itself, so that it is not shown larger.
    """
    drawn, small = io.BytesIO(), io.BytesIO()
    fig.savefig(drawn, format="png", dpi=dpi, bbox_inches="tight", pad_inches=0.1, facecolor="white")
    few = Image.open(drawn).convert("RGB").quantize(96, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(small, format="png", optimize=True, **({"dpi": (dpi, dpi)} if dpi > USUAL else {}))
    return small.getvalue()


def bundle(png: bytes, alt: str) -> dict[str, str]:
    """One picture in three forms: HTML that carries the alt text, PNG for code hosts, and the words alone.

    The alt text has to stand in HTML: Jupyter drops it from the metadata of a PNG.
    """
    data = base64.b64encode(png).decode()
    words = html.escape(alt, quote=True)
    picture = f'<img src="data:image/png;base64,{data}" alt="{words}" style="max-width: 100%; height: auto">'
    return {
        "text/html": f'<figure style="margin: 0">{picture}</figure>',
        "image/png": data,
        "text/plain": alt,
    }


def show(fig: Figure, alt: str) -> None:
    """Display a figure with its alternative text: one or two sentences that say what a reader would see.

    Raises ValueError when alt is empty: a picture without words shuts some readers out.
    """
    if not alt.strip():
        raise ValueError("show needs alt text: say in a sentence or two what the picture shows")
    from IPython.display import display

    publish: Any = display
    publish(bundle(png_of(fig, float(os.environ.get(FINER, USUAL))), alt.strip()), raw=True)
