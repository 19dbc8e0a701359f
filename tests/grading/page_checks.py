"""What every page that grading writes must be: whole, closed in itself, in order, and readable in both themes."""

import base64
import hashlib
import itertools
import re
from html.parser import HTMLParser

VOID = {"meta", "br", "img", "link", "input", "hr"}
DRAWN = {"rect", "line"}  # closed by themselves in SVG


class Outline(HTMLParser):
    """The tags of a page in order; fails on one that is not closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(page)
        self.close()
        assert not self.open, f"not closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        assert len(dict(attrs)) == len(attrs), f"an attribute twice on {tag}"
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in DRAWN | VOID
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-1:]}"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.words.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())


def assert_good_page(page: str) -> Outline:
    """Closed in itself, with landmarks, headings in order, tables that say what they are."""
    outline = Outline(page)
    names = [name for name, _ in outline.tags]
    assert page.startswith("<!DOCTYPE html>")
    assert outline.all("html") == [{"lang": "en"}]
    for landmark in ("header", "main", "footer", "h1", "title"):
        assert names.count(landmark) == 1, landmark
    assert {"width=device-width, initial-scale=1", "light dark"} <= {
        meta.get("content") for meta in outline.all("meta")
    }
    levels = [int(name[1]) for name in names if re.fullmatch(r"h[1-6]", name)]
    assert levels[0] == 1 and all(b - a <= 1 for a, b in itertools.pairwise(levels)), levels
    assert names.count("table") == names.count("caption") == names.count("thead")
    assert all(cell.get("scope") in ("row", "col") for cell in outline.all("th"))
    assert all(drawing.get("aria-label") and drawing.get("role") == "img" for drawing in outline.all("svg"))
    ids = [attrs["id"] for _, attrs in outline.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert {attrs["aria-labelledby"] for _, attrs in outline.tags if "aria-labelledby" in attrs} <= set(ids)
    assert_closed(page, outline)
    return outline


def assert_closed(page: str, outline: Outline) -> None:
    """No script, no request, no form, and a policy that allows the page's own style and nothing else."""
    assert not {"script", "iframe", "object", "embed", "form", "base", "link", "img"} & {
        name for name, _ in outline.tags
    }
    for name, attrs in outline.tags:
        assert not any(key.startswith("on") or key in ("style", "src", "srcdoc", "action") for key in attrs), (
            name,
            attrs,
        )
        assert attrs.get("href", "#main") == "#main"
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    assert "url(" not in style and "@import" not in style
    known = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policies = [m["content"] for m in outline.all("meta") if m.get("http-equiv") == "Content-Security-Policy"]
    assert policies == [f"default-src 'none'; style-src 'sha256-{known}'; base-uri 'none'; form-action 'none'"]


def contrast(one: str, other: str) -> float:
    """The contrast of two #rrggbb colours, WCAG 2.2: 4.5 for text, 3 for what is drawn."""

    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)
