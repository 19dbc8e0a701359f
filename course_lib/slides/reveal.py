"""The files of reveal.js: they come inside the installed package sphinx-revealjs, nothing of them is kept here."""

from importlib import resources
from importlib.util import find_spec

from course_lib.errors import CourseError

WANTED = {
    "reveal.js": "dist/reveal.js",
    "reveal.css": "dist/reveal.css",
    "notes.js": "plugin/notes/notes.js",
    "LICENSE": "LICENSE",
}
PACKAGE = "sphinx_revealjs"


def reveal_files() -> dict[str, bytes]:
    """reveal.js, its style sheet, the window with the speaker's notes and the licence, by name.

    Raises CourseError when the package is missing or does not hold them.
    """
    if find_spec(PACKAGE) is None:
        raise CourseError(
            "slides need reveal.js, which comes with sphinx-revealjs: run `make grader` in the course's folder "
            "(teachers), or pip install -e '.[site]'"
        )
    top = resources.files(PACKAGE) / "_static" / "revealjs"
    try:
        return {name: (top / path).read_bytes() for name, path in WANTED.items()}
    except OSError as error:
        raise CourseError(
            f"the installed sphinx-revealjs does not hold reveal.js as expected ({error}); "
            "install a version from 3.2 on, below 4"
        ) from error
