"""One section of a lesson cut into slides: each fills up, and the next begins where the lesson or the room says so."""

import re
from dataclasses import replace
from html import escape
from itertools import pairwise
from typing import Any

from course_lib.site.lessons import Section
from course_lib.site.markdown import plain
from course_lib.slides.asking import exercise_slides, prediction, quiz_slide
from course_lib.slides.pieces import HIGH, Piece, of_output, of_prose, of_sources
from course_lib.slides.slide import Code, Slide
from course_lib.slides.words import GAP, elements, inside, without_links

PREDICT = re.compile(r"\b(?:before you run|guess before)\b", re.IGNORECASE)
QUIZ = re.compile(r'quiz\("([\w.]+)"\)')
NEW = ("slide", "subslide")


def cut(section: Section) -> list[Slide]:
    """The slides of a section."""
    cutter = _Cutter()
    for item in section.items:
        cutter.take(item)
    cutter.settle()
    slides = list(_without_empty(cutter.slides))
    for slide, after in pairwise(slides):
        if slide.kind == "explorer" and after.kind == "prose":  # what to try is told behind it, and known before
            slide.notes += [piece.html for piece in after.pieces if piece.kind == "words"]
    for slide in slides:
        slide.running = slide.running or section.title
    return slides


class _Cutter:
    """Goes through a section and fills slides."""

    def __init__(self) -> None:
        self.slides: list[Slide] = []
        self.waiting: list[Code] = []  # of cells that show nothing: it goes with the next output, or the last words
        self.fresh = True  # the next piece begins a slide
        self.sources = False  # below the heading "References"

    def take(self, item: dict[str, Any]) -> None:
        """One block of the lesson."""
        if item["slide"] in NEW:
            self.fresh = True
        if item["kind"] == "prose":
            self._prose(without_links(item["html"]), item)
        elif item["kind"] == "exercise":
            self.settle()
            self._add(*exercise_slides(item | {"html": without_links(item["html"])}))
        elif item["kind"] == "code":
            self._code(item)

    def settle(self) -> None:
        """Code that waits goes with the last slide."""
        if self.slides:
            self.slides[-1].codes += self.waiting
            self.waiting = []

    def _prose(self, html: str, item: dict[str, Any]) -> None:
        if not (self.slides and self.slides[-1].kind == "predict"):
            self.settle()
        told = ""
        for tag, element in elements(html):
            if tag == "p" and PREDICT.search(plain(element)):
                self._words(told, item)
                self._add(prediction(inside(element), item["id"], PREDICT))
                told = ""
            elif re.fullmatch("h[1-6]", tag):
                self._words(told, item)
                told = ""
                self._heading(int(tag[1]), inside(element), item["id"])
            else:
                told += element
        self._words(told, item)

    def _heading(self, level: int, title: str, id: str) -> None:
        self._add(Slide("title" if level == 1 else "prose", title, id, level))
        self.sources = plain(title) == "References"
        self.fresh = False

    def _words(self, html: str, item: dict[str, Any]) -> None:
        if not html:
            return
        pieces = of_sources(html) if self.sources else of_prose(html)
        step = 0
        if item["slide"] == "fragment" and self.slides and not self.fresh:
            step = 1 + max((piece.step for piece in self.slides[-1].pieces), default=0)
        first = self._put([replace(piece, step=step) for piece in pieces], item["id"])
        if any(GAP.strip() in piece.html for piece in pieces):
            first.notes.append(html)

    def _code(self, item: dict[str, Any]) -> None:
        if quiz := QUIZ.fullmatch(plain(item["code"])):
            self.settle()
            self._add(quiz_slide(quiz[1], item["id"]))
            return
        if item["guess"]:
            self._guess(item)
            return
        self.waiting.append(Code(item["id"], item["code"]))
        for out in item["outputs"]:
            piece = of_output(out)
            if out.kind in ("explorer", "picture", "diagram"):
                told = [f"<p><strong>What it shows.</strong> {escape(out.alt)}</p>"] if out.alt else []
                self._add(Slide(out.kind, id=item["id"], pieces=[piece], notes=told))
            else:
                self._put([piece], item["id"])
        if item["outputs"]:
            self.settle()

    def _guess(self, item: dict[str, Any]) -> None:
        """A field for the room's guess: on the slide that asks, else on one of its own."""
        if not (self.slides and self.slides[-1].kind == "predict" and "guess" not in self.slides[-1].more):
            self.settle()
            self._add(Slide("predict", "Predict", item["id"], more={"lead": 0}))
        self.slides[-1].more["guess"] = item["guess"]

    def _add(self, *slides: Slide) -> None:
        """Slides that stand alone."""
        self.slides += slides
        self.fresh = True

    def _put(self, pieces: list[Piece], id: str) -> Slide:
        """Fill the open slide, and new ones where it is full. -> the first that took a piece

        What leads to a formula or a list stays with it.
        """
        first: Slide | None = None
        for place, piece in enumerate(pieces):
            after = pieces[place + 1] if place + 1 < len(pieces) else None
            tied = after and (after.kind == "formula" or plain(piece.html).endswith(":"))
            need = piece.high + (min(after.high, HIGH / 2) if after and tied else 0)
            if self.fresh or self.slides[-1].high + need > self.slides[-1].room:
                self.slides.append(Slide("prose", id=id))
                pieces = [replace(each, step=0) for each in pieces]
                self.fresh = False
            self.slides[-1].pieces.append(pieces[place])
            first = first or self.slides[-1]
        return first or self.slides[-1]


def _without_empty(slides: list[Slide]) -> list[Slide]:
    """A heading with nothing below it becomes the running line of the slide that follows."""
    kept: list[Slide] = []
    heading = ""
    for place, slide in enumerate(slides):
        if slide.kind == "prose" and not slide.pieces and place + 1 < len(slides):
            heading = plain(slide.title)
            slides[place + 1].codes = slide.codes + slides[place + 1].codes
        else:
            slide.running, heading = heading, ""
            kept.append(slide)
    return kept
