"""`course site`: every lesson as a page that opens from a file, with working explorers and without a kernel."""

import json
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any

import jinja2

from course_lib import __version__
from course_lib.authoring.build import read
from course_lib.authoring.places import Place, checkout, choose
from course_lib.site.executed import executed
from course_lib.site.files import Folder
from course_lib.site.front import begin_of, chooser_of, front_of, table_of_weeks
from course_lib.site.lessons import Lesson, lesson
from course_lib.site.states import script_of_kind, script_of_state
from course_lib.site.weekmap import drawing

COURSE = "Neural Architectures in Bite-Sized Pieces"
PAGES = resources.files("course_lib.site") / "pages"
STATIC = ("site.css", "site.js", "host.js", "guesses.js", "math.woff2", "math-OFL.txt")
LECTURE = {"href": "lecture.html", "text": "The lecture"}
HOMEWORK = {"href": "homework.html", "text": "The homework"}
FRONT_PARTS = [  # of the first page, for the search
    {"page": "index.html", "lesson": "The first page", "id": id, "title": title, "text": text}
    for id, title, text in (
        ("install", "Take it home", "Install, download: Python version 3.11 or newer, make lab, Windows."),
        ("choose", "Which week do I need?", "Choose what fits your data: how to start, where to begin."),
        ("map", "The map", "All weeks, what each builds on, and which are planned."),
    )
]
SEARCHED = 4000  # letters of a part that the search looks at


def build_site(
    out: Path | None = None,
    names: list[str] | None = None,
    force: bool = False,
    say: Callable[[str], None] = print,
    root: Path | None = None,
) -> tuple[Path, list[str]]:
    """Make the site of the named weeks (all, without names). -> its folder, and the files that changed

    Notebooks are run where something they stand on changed since their last run, all of them with `force`.
    Raises CourseError for a notebook that does not run, a formula that is none, or a folder that cannot be written.
    """
    top = checkout(root)
    folder = Folder(out or top / "build" / "site")
    lessons = [load(place, top, say, force) for place in choose(top / "solutions", names)]
    for name, content in site(lessons).items():
        folder.put(name, content)
    return folder.root, folder.write()


def load(place: Place, top: Path, say: Callable[[str], None], force: bool = False) -> Lesson:
    """A notebook as a lesson; homework is shown as it is handed out, and need not be run."""
    store = top / "build" / "executed"
    return lesson(place, read(place) if place.kind == "homework" else executed(place, store, say, force))


def site(lessons: list[Lesson]) -> dict[str, str | bytes]:
    """Every file of the site by its name."""
    pages, files = environment(), dict[str, str | bytes]()
    weeks = table_of_weeks(lessons)
    shared = {"course": COURSE, "version": __version__, "weeks": weeks}
    order = [each for each in lessons if not each.name.endswith("/homework")]
    for each in lessons:
        files[each.page] = _page(pages, each, order, shared)
        files |= beside(each)
    ready = [week for week in weeks if week["page"]]
    home: dict[str, Any] = {
        "title": COURSE,
        "about": "Networks that science runs on, built from nothing.",
        "up": "",
        "kind": "front",
    }
    home |= {"page": "index.html", "front": front_of(lessons), "drawing": drawing(weeks), "ready": ready}
    home |= {"begin": begin_of(weeks), "guide": any(each.name == "start_here" for each in lessons)}
    home["chooser"], chooser = chooser_of({week["id"] for week in ready})
    files["static/states/chooser.js"] = script_of_state("chooser", chooser)
    files["index.html"] = pages.get_template("home.html.j2").render(**shared, **home)
    for kind in {chooser.kind, *(each.kind for made in lessons for each in made.files.explorers.values())}:
        files[f"static/explorers/{kind}.js"] = script_of_kind(kind)
    files |= {f"static/{name}": (PAGES / name).read_bytes() for name in STATIC}
    files["static/index.js"] = f"course.index = {json.dumps(FRONT_PARTS + index(lessons), ensure_ascii=False)};\n"
    return files


def beside(made: Lesson) -> dict[str, str | bytes]:
    """The pictures and the states of the explorers of one lesson."""
    files: dict[str, str | bytes] = {f"{made.folder}images/{name}": png for name, png in made.files.images.items()}
    for model, shown in made.files.explorers.items():
        name = made.states[model]
        files[f"{made.folder}states/{name}.js"] = script_of_state(name, shown)
    return files


def index(lessons: list[Lesson]) -> list[dict[str, str]]:
    """What the search looks at: every part of every lesson. A lecture's beginning is found by its week's name, too."""
    names = {week["page"]: week["name"] for week in table_of_weeks(lessons) if week["page"]}
    return [
        {
            "page": each.page,
            "lesson": each.title,
            "id": part.id,
            "title": part.title,
            "text": " ".join(" ".join(part.words).split())[:SEARCHED],
        }
        | ({"name": names[each.page]} if part is each.sections[0] and each.page in names else {})
        for each in lessons
        for part in each.sections
    ]


def _page(pages: jinja2.Environment, made: Lesson, order: list[Lesson], shared: dict[str, Any]) -> str:
    up = "../" * made.page.count("/")
    homework = made.name.endswith("/homework")
    week = next((each for each in shared["weeks"] if made.page in (each["page"], each["homework"])), None)
    link = LECTURE if homework else HOMEWORK
    at = order.index(made) if made in order else -1
    return pages.get_template("lesson.html.j2").render(
        **shared,
        title=made.title,
        about=f"{made.title}: a lesson of {COURSE}",
        up=up,
        kind="lesson",
        page=made.page,
        lesson=made,
        homework=homework,
        beside=link if week and week["page"] and week["homework"] else None,
        place={"up": up, "folder": made.folder, "states": made.states},
        before=order[at - 1] if at > 0 else None,
        after=order[at + 1] if 0 <= at < len(order) - 1 else None,
    )


def environment() -> jinja2.Environment:
    """The templates."""
    return jinja2.Environment(
        loader=jinja2.PackageLoader("course_lib.site", "pages"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
