"""Neural Architectures in Bite-Sized Pieces.

`import course_lib` costs nothing beyond Python: each name below is fetched from its module when it is first used.
"""

import importlib
import sys
from typing import Any

from course_lib.former_names import FormerModules

__version__ = "0.1.0"

_WHERE = {
    "start": "course_lib.session",
    "check": "course_lib.exercises",
    "hint": "course_lib.exercises",
    "solution": "course_lib.exercises",
    "progress": "course_lib.exercises",
    "quiz": "course_lib.exercises",
    "points": "course_lib.exercises",
    "predict": "course_lib.exercises",
    "outcome": "course_lib.exercises",
}

__all__ = ["__version__", "check", "hint", "outcome", "points", "predict", "progress", "quiz", "solution", "start"]


if FormerModules not in sys.meta_path:  # notebooks from before import some modules by their old names
    sys.meta_path.insert(0, FormerModules)


def __getattr__(name: str) -> Any:
    """Fetch a public name on first use, so that importing the package stays free."""
    if name in _WHERE:
        return getattr(importlib.import_module(_WHERE[name]), name)
    raise AttributeError(f"course_lib has no {name!r}; it offers {', '.join(sorted(_WHERE))}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_WHERE})
