"""The archive of reveal.js, which shows the slides. `catalogue` lists it, so that set-up fetches it with the data."""

from course_lib.data.archive import Archive

TOP = "sphinx_revealjs/_static/revealjs"

REVEAL = Archive(
    name="sphinx-revealjs",
    version="3.2.1",
    file="sphinx_revealjs-3.2.1-py3-none-any.whl",
    sha256="805bed3ca459346e0f01967d5ed1c40d6b7b917de1541e1e4566c8341fe7017b",
    size=2_390_529,
    members=tuple(
        f"{TOP}/{name}" for name in ("dist/reveal.js", "dist/reveal.css", "plugin/notes/notes.js", "LICENSE")
    ),
    what="reveal.js, for slides",
    licence="reveal.js is MIT; shipped with sphinx-revealjs (Apache-2.0), of which nothing else is used",
    citation="Hakim El Hattab and reveal.js contributors, reveal.js; package: sphinx-revealjs 3.2.1, Kazuya Takei.",
    needed_by=("core",),
)
