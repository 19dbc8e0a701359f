"""A lesson's page: the blocks of a notebook as a template takes them, in sections, with hints and answers folded."""

import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from nbformat import NotebookNode

from course_lib.authoring.places import Place
from course_lib.site.lesson import Block, blocks
from course_lib.site.markdown import plain, prose, slug
from course_lib.site.shown import HIDDEN, Files, code, shown
from course_lib.site.states import explorers

PREDICT = re.compile(r"""predict\(["'](w\d\d\.\d+[a-z]?)["']\)""")
TEACHER = re.compile(r"^\*\*For the teacher\.\*\*\s*")
NO_TABLE = '<p class="soft">In the notebook your own table stands here; this page knows nothing about you.</p>'


@dataclass
class Section:
    """A part of a lesson below one heading of the second level; the first has the title's."""

    id: str
    title: str  # plain text
    level: int
    items: list[dict[str, Any]]
    words: list[str]  # plain text, for the search


@dataclass
class Lesson:
    """One page."""

    name: str  # w07_attention/lecture
    title: str
    sections: list[Section]
    files: Files

    @property
    def page(self) -> str:
        """The page's path in the site."""
        return f"{self.name}.html"

    @property
    def folder(self) -> str:
        """Where its pictures and states lie: a folder of their own beside the page."""
        return f"{self.name}-files/"

    @property
    def states(self) -> dict[str, str]:
        """By model id a name for each explorer's state, the same in every run, though the ids are new each time."""
        short = self.name.replace("/", "-")
        return {model: f"{short}-{number}" for number, model in enumerate(self.files.explorers, start=1)}


def lesson(place: Place, made: NotebookNode) -> Lesson:
    """Take an executed source notebook apart. Homework is shown as it is handed out, without outputs and answers."""
    files = Files(explorers(made))
    name = place.name.removesuffix(".ipynb")
    sections: list[Section] = []

    def link(url: str) -> str:
        return to_page(url, name)

    for block in blocks(made, place.name, answers=place.kind != "homework"):
        if block.kind == "code" and block.text.strip() in HIDDEN:
            if place.kind == "guide":
                sections[-1].items.append({"kind": "prose", "html": NO_TABLE, "id": block.id, "slide": "-"})
            continue
        html, headings = prose(block.text, link) if is_words(block) else ("", [])
        top = next(((id, words) for level, id, words in headings if level <= 2), None)
        if top or not sections:
            id, words = top or ("start", name)
            sections.append(Section(_unique(id, sections), words, headings[0][0] if headings else 2, [], []))
        here = sections[-1]
        here.items.append(item(block, html, files, link) | {"subsections": [h for h in headings if h[0] == 3]})
        here.words.append(plain(html) if html else "")
    return Lesson(name, sections[0].title, sections, files)


def item(block: Block, html: str, files: Files, link: Callable[[str], str]) -> dict[str, Any]:
    """A block as a template takes it."""
    made: dict[str, Any] = {"kind": block.kind, "id": block.id, "slide": block.slide, "html": html}
    made |= {"claim": prose(block.claim, link)[0], "show": block.show} if block.claim else {}
    if block.kind in ("code", "setup"):
        made |= {"code": code(block.text), "outputs": shown(block.outputs, files, link), "guess": guess(block.text)}
    if block.kind == "exercise":
        made |= {"hints": hints(block.exercise), "exercise": block.exercise, "code": code(block.blank)}
        made |= {"check": code(block.check), "answer": code(block.answer) if block.answer else ""}
    if block.kind == "teacher":
        made["html"] = prose(TEACHER.sub("", block.text), link)[0]
    return made


def hints(exercise: str) -> list[str]:
    """The hints of an exercise as HTML, first the gentlest."""
    from course_lib.exercises.engine.registry import find
    from course_lib.exercises.feedback.display import paragraph

    return [paragraph(words) for words in find(exercise).hints] if exercise else []


def guess(source: str) -> dict[str, Any] | None:
    """What a page needs to take a guess, for a cell that is one: a page keeps it and shows it beside what came out."""
    from course_lib.exercises.predictions.declare import find_prediction

    found = PREDICT.fullmatch(source.strip())
    if not found:
        return None
    this = find_prediction(found[1])
    return {"id": this.id, "about": this.about, "options": getattr(this.kind, "options", {})}


def is_words(block: Block) -> bool:
    """Is the block's text Markdown?"""
    return block.kind in ("prose", "teacher", "exercise", "written")


def to_page(url: str, name: str) -> str:
    """A link in the notebook `name`, to a notebook or a heading as JupyterLab writes it, as a link between pages."""
    path, mark, rest = url.partition("#")
    if "://" in url or (path and not path.endswith(".ipynb")):
        return url
    rest = slug(unquote(rest)) if rest else ""
    if not path:
        return mark + rest
    target = posixpath.normpath(posixpath.join(posixpath.dirname(name), path.removesuffix(".ipynb") + ".html"))
    return posixpath.relpath(target, posixpath.dirname(name) or ".") + mark + rest


def _unique(id: str, sections: list[Section]) -> str:
    taken = {each.id for each in sections}
    return next(each for each in (id, *(f"{id}-{n}" for n in range(2, 99))) if each not in taken)
