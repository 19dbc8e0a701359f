"""What the cells of a lesson show: text, pictures with captions, notes, explorers; in the form a template takes."""

import base64
import hashlib
import io
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from nbconvert.filters import ansi2html
from PIL import Image
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from course_lib.authoring.outputs import WIDGET, alts
from course_lib.exercises.feedback.display import STYLE
from course_lib.exercises.feedback.quiz import HOW
from course_lib.exercises.predictions.calls import HOW as HOW_TO_GUESS
from course_lib.site.states import Shown
from course_lib.viz.show import USUAL

QUIET = re.compile(r"^(?:# NBVAL_\w+|%matplotlib \w+)\n", re.MULTILINE)
HREF = re.compile(r'href="([^"]*)"')
ALIGNED = re.compile(
    r"\S {2,}\S.*\n(?:.*\n)?.*\S {2,}\S|\S {3,}\S+ {3,}\S"
)  # columns: gaps in neighbouring lines, or two
TOLD = re.compile(rf"<p>(?:{HOW}|{HOW_TO_GUESS}).*?</p>")  # no page can take an answer
DIAGRAM = 'class="course-diagram"'
HIDDEN = {"progress()"}  # cells that show what a learner did; a page has no learner


@dataclass(frozen=True)
class Output:
    """One thing below a cell.  kind: text, html, picture, diagram or explorer"""

    kind: str
    html: str = ""
    alt: str = ""
    picture: str = ""  # the file's name below images/
    size: tuple[int, int] = (0, 0)  # of the picture in CSS pixels
    model: str = ""  # of an explorer
    explorer: str = ""  # its kind
    aligned: bool = False  # a text in columns, which must not be wrapped


@dataclass
class Files:
    """What the pages of a lesson need beside them; filled while outputs are taken apart."""

    explorers: dict[str, Shown] = field(default_factory=dict)  # by model id, all that the notebook holds
    images: dict[str, bytes] = field(default_factory=dict)  # by file name

    def picture(self, png: bytes) -> tuple[str, tuple[int, int]]:
        """Keep a picture -> the name it gets, and its size in CSS pixels, of which an inch has 96."""
        name = hashlib.sha256(png).hexdigest()[:16] + ".png"
        self.images[name] = png
        picture = Image.open(io.BytesIO(png))
        dots = picture.info.get("dpi", (USUAL, USUAL))[0] / USUAL
        return name, (round(picture.width / dots), round(picture.height / dots))


def shown(outputs: Iterable[Any], files: Files, link: Callable[[str], str] = str) -> list[Output]:
    """The outputs of one cell. `link` turns a link to a notebook into one to its page."""
    found = []
    for output in outputs:
        if output.output_type == "stream":
            found.append(_of_text(output.text.rstrip("\n")))
        elif output.output_type in ("display_data", "execute_result"):
            found.append(_of_data(output.data, files))
    return [replace(each, html=HREF.sub(lambda at: f'href="{link(at[1])}"', each.html)) for each in found]


def _of_data(data: Any, files: Files) -> Output:
    words = data.get("text/plain", "")
    if DIAGRAM in data.get("text/html", ""):
        return Output("diagram", data["text/html"], words)
    name, size, alt = "", (0, 0), words
    if "image/png" in data:
        name, size = files.picture(base64.b64decode(data["image/png"]))
        alt = next(iter(alts(data.get("text/html", ""))), words)
    model = data.get(WIDGET, {}).get("model_id", "")
    if model in files.explorers:
        stands_in = "" if name else data.get("text/html", "")
        return Output("explorer", stands_in, alt, name, size, model, files.explorers[model].kind)
    if name:
        return Output("picture", "", alt, name, size)
    if "text/html" in data:
        return Output("html", TOLD.sub("", data["text/html"].replace(STYLE, "")))
    return _of_text(words)


def _of_text(words: str) -> Output:
    return Output("text", ansi2html(words), aligned=bool(ALIGNED.search(words)))


def code(source: str) -> str:
    """Python with its words marked; the lines that only machines read are left out."""
    text = QUIET.sub("", source).strip("\n")
    return str(highlight(text, PythonLexer(), HtmlFormatter(nowrap=True))).rstrip("\n")
