"""An explorer's files as the page wants them: one ES module, one style sheet, and markup out of templates.

anywidget and pages opened from a file load one module and cannot follow imports, so the base and an explorer's own
file are joined as text: the base becomes one constant, `kit`, and the import of it takes names out of that. Comments
that fill lines of their own stay behind, since a notebook keeps the module of each explorer that it shows.
"""

import re
from functools import cache
from pathlib import Path
from typing import Any

KIT = Path(__file__).parent
EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const|class)\b)", re.MULTILINE)
COMMENT = re.compile(r"^ *(?:/\*\*.*?\*/|//[^\n]*)\n", re.MULTILINE | re.DOTALL)
NAME = re.compile(r"^export (?:async )?(?:function|const|class) (\w+)", re.MULTILINE)
IMPORT = re.compile(r'^import \{([^}]*)\} from "\.\./kit/kit\.js";$', re.MULTILINE)


class CannotJoin(ValueError):
    """An explorer's module imports something that a joined module cannot have; the message says what."""


@cache
def module(folder: Path) -> str:
    """Join the base and the explorer's own file into one ES module. Raises CannotJoin for any other import."""
    base = (KIT / "kit.js").read_text(encoding="utf-8")
    own = (folder / "explorer.js").read_text(encoding="utf-8")
    names = NAME.findall(base)
    imported = IMPORT.findall(own)
    for wanted in (name for found in imported for name in _names(found)):
        if wanted not in names:
            raise CannotJoin(f"{folder.name}/explorer.js imports {wanted}; kit.js exports {', '.join(names)}")
    own = IMPORT.sub(lambda found: f"const {{ {', '.join(_names(found[1]))} }} = kit;", own)
    if left := re.search(r"^import\b.*", own, re.MULTILINE):
        raise CannotJoin(f"{folder.name}/explorer.js says {left[0]!r}; only names of ../kit/kit.js can be imported")
    if not imported:
        return COMMENT.sub("", own)
    joined = f"const kit = (() => {{\n{EXPORT.sub('', base)}return {{ {', '.join(names)} }};\n}})();\n{own}"
    return COMMENT.sub("", joined)


@cache
def sheet(folder: Path) -> str:
    """Join the style sheet that all explorers share and the explorer's own."""
    files = (KIT / "kit.css", folder / "explorer.css")
    return "".join(file.read_text(encoding="utf-8") for file in files)


def frame(folder: Path, **values: Any) -> str:
    """Fill the explorer's template, `frame.html.j2`; what is not marked as markup is escaped."""
    return str(_templates(folder).get_template("frame.html.j2").render(**values))


@cache
def _templates(folder: Path) -> Any:
    """The explorer's own templates, and the controls of the kit."""
    import jinja2  # only when an explorer is made

    return jinja2.Environment(
        loader=jinja2.FileSystemLoader([folder, KIT]),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _names(listed: str) -> list[str]:
    """The names between the braces of an import."""
    return [name.strip() for name in listed.split(",") if name.strip()]
