"""Prose as HTML: nbconvert's own Markdown, with formulas set here and now, and links that lead from page to page."""

import re
from collections.abc import Callable
from html import escape
from typing import Any

from nbconvert.filters.markdown_mistune import HTMLRenderer, MarkdownWithMath  # type: ignore[attr-defined]

from course_lib.site.formulas import formula

COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
TAG = re.compile(r"<annotation.*?</annotation>|<[^>]+>", re.DOTALL)


class Prose(HTMLRenderer):
    """How each piece of Markdown becomes HTML; remembers the headings it met."""

    def __init__(self, link: Callable[[str], str]) -> None:
        super().__init__(escape=True)
        self.link_to = link
        self.headings: list[tuple[int, str, str]] = []  # level, id, text

    def inline_math(self, text: str) -> str:
        """$...$"""
        return formula(text)

    def block_math(self, text: str) -> str:
        """$$...$$"""
        return formula(text, display=True)

    def latex_environment(self, name: str, body: str) -> str:
        r"""\\begin{align}...\\end{align}"""
        return formula(f"\\begin{{{name}}}{body}\\end{{{name}}}", display=True)

    def heading(self, text: str, level: int, **attributes: Any) -> str:
        """A heading with a place to link to."""
        words = plain(text)
        id = slug(words)
        self.headings.append((level, id, words))
        link = f'<a class="anchor" href="#{id}" aria-label="link to {escape(words)}">#</a>'
        return f'<h{level} id="{id}">{text} {link}</h{level}>\n'

    def link(self, text: str, url: str, title: str | None = None) -> str:
        """A link; one to a notebook leads to its page."""
        return str(super().link(text, self.link_to(url), title))

    def table(self, text: str) -> str:
        """A table that scrolls by itself where the page is narrow."""
        return f'<div class="wide" tabindex="0" role="group" aria-label="table"><table>\n{text}</table></div>\n'


def prose(source: str, link: Callable[[str], str] = lambda url: url) -> tuple[str, list[tuple[int, str, str]]]:
    """Markdown -> HTML, and the headings in it as (level, id, text)."""
    renderer = Prose(link)
    told = COMMENT.sub("", source)  # marks for `course build --check`
    return str(MarkdownWithMath(renderer=renderer).render(told)), renderer.headings


def plain(html: str) -> str:
    """The words of a piece of HTML; a formula keeps its symbols."""
    import html as entities

    return " ".join(entities.unescape(TAG.sub("", html)).split())


def slug(words: str) -> str:
    """What a heading is called in a link: `7.2 Whom should you listen to?` -> `7-2-whom-should-you-listen-to`."""
    return re.sub(r"[^\w]+", "-", words.lower()).strip("-") or "section"
