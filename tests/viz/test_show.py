"""A small picture is still the picture."""

import base64
import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from course_lib.viz.show import FINER, bundle, png_of, show
from course_lib.viz.style import new_figure


def test_the_palette_keeps_every_colour() -> None:
    """A colour map that lost its rare bright end would say something else than the numbers do."""
    fig = new_figure(4, 3)
    shades = np.linspace(0, 1, 64 * 64).reshape(64, 64) ** 4  # most of it dark, the bright end rare
    fig.subplots().imshow(shades, cmap="viridis")
    exact = io.BytesIO()
    fig.savefig(exact, format="png", dpi=96, bbox_inches="tight", pad_inches=0.1, facecolor="white")
    wanted = np.asarray(Image.open(exact).convert("RGB")).astype(int)
    got = np.asarray(Image.open(io.BytesIO(png_of(fig))).convert("RGB")).astype(int)
    assert got.shape == wanted.shape
    assert np.abs(got - wanted).max() <= 24
    assert len(png_of(fig)) < len(exact.getvalue())


def test_a_finer_picture_has_more_dots_and_says_so() -> None:
    fig = new_figure(4, 3)
    fig.subplots().plot([0, 1], [1, 0])
    usual, fine = Image.open(io.BytesIO(png_of(fig))), Image.open(io.BytesIO(png_of(fig, 192)))
    assert "dpi" not in usual.info and round(fine.info["dpi"][0]) == 192
    assert abs(fine.width - 2 * usual.width) <= 2 and abs(fine.height - 2 * usual.height) <= 2


def test_a_shown_figure_is_as_fine_as_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[Any] = []
    monkeypatch.setattr("IPython.display.display", lambda data, raw: sent.append(data["image/png"]))
    fig = new_figure(4, 3)
    show(fig, "nothing")
    monkeypatch.setenv(FINER, "192")
    show(fig, "nothing")
    usual, fine = (Image.open(io.BytesIO(base64.b64decode(each))) for each in sent)
    assert fine.width > 1.9 * usual.width


def test_the_words_travel_with_the_picture() -> None:
    both = bundle(b"png", 'a "curve" & more')
    assert 'alt="a &quot;curve&quot; &amp; more"' in both["text/html"]
    assert both["text/plain"] == 'a "curve" & more'


def test_a_picture_without_words_is_refused() -> None:
    with pytest.raises(ValueError, match="alt"):
        show(new_figure(2, 2), "  ")
