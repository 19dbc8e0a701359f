"""The files of reveal.js: set-up fetches them with the data, out of a published package; none is kept here."""

from course_lib.data.archive import read_member
from course_lib.data.catalogue import REVEAL, REVEAL_FOLDER

WANTED = {
    "reveal.js": "dist/reveal.js",
    "reveal.css": "dist/reveal.css",
    "notes.js": "plugin/notes/notes.js",
    "LICENSE": "LICENSE",
}


def reveal_files() -> dict[str, bytes]:
    """Read reveal.js, its style sheet, the window with the speaker's notes and the licence, by name.

    Raises DataMissing when they were not fetched, CourseError when a cached file was damaged.
    """
    return {name: read_member(REVEAL, f"{REVEAL_FOLDER}/{path}") for name, path in WANTED.items()}
