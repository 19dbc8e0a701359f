"""Pages opened from files, as a visitor opens them; whatever fails on one, or leaves this machine, fails its test."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HERE = ("file:", "data:", "blob:")
Open = Callable[..., Any]


@contextmanager
def visiting(browser: Any, root: Path) -> Iterator[Open]:
    """`open("w07_attention/lecture.html", width=390, theme="dark")` -> a page; all are closed at the end."""
    opened: list[Any] = []
    offences: list[str] = []

    def open_page(name: str, width: int = 1280, height: int = 800, theme: str = "light", **options: Any) -> Any:
        context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=theme, **options)
        page = context.new_page()
        opened.append(context)
        page.on("pageerror", lambda error: offences.append(f"{name}: {error}"))
        page.on("console", lambda said: offences.append(f"{name}: {said.text}") if said.type == "error" else None)
        page.on("request", lambda asked: offences.append(asked.url) if not asked.url.startswith(HERE) else None)
        page.goto((root / name).resolve().as_uri())
        return page

    try:
        yield open_page
        assert not offences, offences
    finally:
        for context in opened:
            context.close()


def come_alive(page: Any, count: int) -> Any:
    """Scroll to every explorer until all of them are live. -> the live ones"""
    places = page.locator(".explorer")
    assert places.count() == count
    for number in range(count):
        places.nth(number).scroll_into_view_if_needed()
        page.wait_for_function("(n) => document.querySelectorAll('.explorer')[n].matches('.is-live')", arg=number)
    page.wait_for_timeout(200)
    return page.locator(".explorer.is-live")
