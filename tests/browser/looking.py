"""What tests look at on the page of an explorer: whether it has drawn, what it says, its pixels, its names and keys."""

import base64
import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

STATUS = "[role=status]"
EVERY_THEME = pytest.mark.parametrize(
    ("theme", "system", "grey"), [("light", "dark", 255), ("dark", "light", 17), ("system", "dark", 18)]
)


def drawn(page: Any, after: int = 0) -> None:
    """Wait in the page's own time until it has drawn, however busy the machine is."""
    frames = "requestAnimationFrame(() => requestAnimationFrame(done))"
    page.evaluate(f"new Promise((done) => setTimeout(() => {frames}, {after}))")


def agrees(page: Any, widget: Any) -> None:
    """The page says what Python says, and its choice has reached Python."""
    drawn(page, 130)  # it saves 100 ms after the last choice
    page.wait_for_timeout(20)
    assert page.inner_text(STATUS) == widget.describe()


def pixels(page: Any, selector: str, nth: int = 0, mode: str = "RGB") -> np.ndarray:
    """A canvas as painted, (H, W, 3) bytes; with mode RGBA four."""
    url = page.locator(selector).nth(nth).evaluate("(canvas) => canvas.toDataURL()")
    return np.array(Image.open(io.BytesIO(base64.b64decode(url.split(",")[1]))).convert(mode))


def cells_of(page: Any, selector: str) -> list[list[str]]:
    """The texts of a table, row by row."""
    return page.eval_on_selector_all(selector, "all => all.map((r) => [...r.children].map((c) => c.textContent))")


def shows_table(page: Any, selector: str, table: str) -> None:
    """The table there is the one in Python, line by line, whatever white space is between the words."""
    rows = cells_of(page, f"{selector} tr")
    assert [" ".join(" ".join(row).split()) for row in rows] == [" ".join(line.split()) for line in table.splitlines()]


def stands_out(page: Any, root: str, grey: int, wanted: list[tuple[str, str, float]]) -> None:
    """The page's ground is that grey, and each (selector, css property) has at least that contrast."""
    ground = f"rgb({grey}, {grey}, {grey})"
    assert page.evaluate(f"getComputedStyle(document.querySelector('{root}')).backgroundColor") == ground
    for selector, what, least in wanted:
        colour = page.evaluate(f"getComputedStyle(document.querySelector({selector!r})).{what}")
        assert colour.startswith("rgba(0, 0, 0, 0.87") or contrast(colour, ground) >= least, (selector, colour)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two css colours."""

    def light(colour: str) -> float:
        numbers = [
            float(part) for part in colour.split("(")[1].rstrip(")").replace(",", " ").replace("srgb", " ").split()[:3]
        ]
        scale = 1 if colour.startswith("color(") else 255
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (n / scale for n in numbers)]
        return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def sharing_keys(page: Any) -> list[str]:
    """What takes the focus, yet lets its keys through to the notebook: should be nothing."""
    return page.evaluate(
        """() => [...document.querySelectorAll("button, input, [tabindex], a[href], select, textarea")]
            .filter((node) => node.dataset.lmSuppressShortcuts !== "true").map((node) => node.outerHTML)"""
    )


def nameless(page: Any) -> list[str]:
    """What a screen reader could not name: should be nothing."""
    roles = "button, input, select, [role=img], [role=radiogroup], [role=list], [role=region]"
    return page.evaluate(
        """(roles) => [...document.querySelectorAll(roles)]
            .filter((node) => !(node.ariaLabel || node.labels?.length || (node.textContent.trim() && !node.options)))
            .map((node) => node.outerHTML)""",
        roles,
    )
