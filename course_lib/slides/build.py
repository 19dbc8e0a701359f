"""`course slides w07`: a lecture as slides in one folder that opens from a file, with live explorers and no kernel."""

from collections.abc import Callable
from importlib import resources
from pathlib import Path

import jinja2

from course_lib.authoring.places import Place, checkout, notebooks
from course_lib.errors import CourseError
from course_lib.site.build import COURSE, PAGES, beside, load
from course_lib.site.files import Folder
from course_lib.site.lessons import Lesson
from course_lib.site.states import script_of_kind
from course_lib.slides.deck import Part, deck
from course_lib.slides.draw import clock, in_lists, step
from course_lib.slides.reveal import reveal_files

OURS = resources.files("course_lib.slides") / "pages"
SHARED = ("site.css", "host.js", "guesses.js", "math.woff2")  # the site's own files, as they are
FILES = ("slides.css", "stage.css", "slides.js", "timer.js", "explorers.js")


def build_slides(
    week: str,
    out: Path | None = None,
    say: Callable[[str], None] = print,
    root: Path | None = None,
) -> tuple[Path, list[Part]]:
    """Write the slides of a week's lecture. -> the folder, and what is in the deck

    The notebook is run where something it stands on changed since its last run.
    Raises CourseError for a week without a lecture, or a folder that cannot be written.
    """
    top = checkout(root)
    lectures = [each for each in notebooks(top / "solutions") if each.kind == "lecture"]
    named = week.removesuffix(".ipynb").rstrip("/")
    place = next((each for each in lectures if named in _names(each)), None)
    if place is None:
        there = ", ".join(str(each.week) for each in lectures)
        raise CourseError(f"there is no lecture {week!r} to make slides of; there are {there}")
    reveal = reveal_files()  # before anything is run, so that what is missing is said at once
    folder = Folder(out or top / "build" / "slides" / place.name.split("/")[0])
    made = load(place, top, say)
    parts = deck(made)
    for name, content in files_of(made, parts, reveal).items():
        folder.put(name, content)
    folder.write()
    return folder.root, parts


def files_of(made: Lesson, parts: list[Part], reveal: dict[str, bytes]) -> dict[str, str | bytes]:
    """Every file of a deck by its name."""
    place = {"up": "", "folder": "", "states": made.states}
    page = environment().get_template("deck.html.j2")
    minutes = sum(part.minutes or 0 for part in parts)
    files: dict[str, str | bytes] = {
        "index.html": page.render(title=made.title, course=COURSE, parts=parts, place=place, minutes=minutes)
    }
    files |= {name.removeprefix(made.folder): content for name, content in beside(made).items()}
    files |= {f"static/explorers/{kind}.js": script_of_kind(kind) for kind in _kinds(made)}
    files |= {f"static/{name}": (PAGES / name).read_bytes() for name in SHARED}
    files |= {f"static/{name}": (OURS / name).read_bytes() for name in FILES}
    files |= {f"static/reveal/{name}": content for name, content in reveal.items()}
    return files


def environment() -> jinja2.Environment:
    """The templates: ours, and those of the site that they share."""
    shared = jinja2.PackageLoader("course_lib.site", "pages")
    made = jinja2.Environment(
        loader=jinja2.ChoiceLoader([jinja2.PackageLoader("course_lib.slides", "pages"), shared]),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"clock": clock, "in_lists": in_lists, "step": step}
    return made


def _names(place: Place) -> tuple[str, str, str]:
    """`w07`, `w07_attention` and `w07_attention/lecture`."""
    return str(place.week), place.name.split("/")[0], place.name.removesuffix(".ipynb")


def _kinds(made: Lesson) -> set[str]:
    return {each.kind for each in made.files.explorers.values()}
