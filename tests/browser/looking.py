"""What tests look at on the page of an explorer: whether it has drawn, what it says, its pixels, its names and keys."""

import base64
import io
from typing import Any

import numpy as np
from PIL import Image

STATUS = "[role=status]"


def drawn(page: Any, after: int = 0) -> None:
    """Wait in the page's own time until it has drawn, however busy the machine is."""
    frames = "requestAnimationFrame(() => requestAnimationFrame(done))"
    page.evaluate(f"new Promise((done) => setTimeout(() => {frames}, {after}))")


def agrees(page: Any, widget: Any) -> None:
    """The page says what Python says, and its choice has reached Python."""
    drawn(page, 130)  # it saves 100 ms after the last choice
    page.wait_for_timeout(20)
    assert page.inner_text(STATUS) == widget.describe()


def pixels(page: Any, selector: str, nth: int = 0) -> np.ndarray:
    """A canvas as painted, (H, W, 3) bytes."""
    url = page.locator(selector).nth(nth).evaluate("(canvas) => canvas.toDataURL()")
    return np.array(Image.open(io.BytesIO(base64.b64decode(url.split(",")[1]))).convert("RGB"))


def cells_of(page: Any, selector: str) -> list[list[str]]:
    """The texts of a table, row by row."""
    return page.eval_on_selector_all(selector, "all => all.map((r) => [...r.children].map((c) => c.textContent))")


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
