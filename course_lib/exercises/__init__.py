"""Checks that teach: exercises, their laws and known mistakes, hints, progress, quizzes and marks.

Each name is fetched from its module on first use, so importing this package loads no torch and no IPython.
"""

import importlib
from typing import Any

_WHERE = {
    "exercise": "engine.registry",
    "judge": "feedback.judge",
    "Verdict": "engine.verdict",
    "check": "feedback.check",
    "hint": "feedback.hints",
    "solution": "feedback.hints",
    "progress": "feedback.progress_board",
    "quiz": "feedback.quiz",
    "predict": "predictions",
    "outcome": "predictions",
    "points": "feedback.points",
}

__all__ = [
    "Verdict", "check", "exercise", "hint", "judge", "outcome", "points", "predict", "progress", "quiz", "solution",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """Fetch a public name from the module that defines it."""
    if name in _WHERE:
        value = globals()[name] = getattr(importlib.import_module(f"{__name__}.{_WHERE[name]}"), name)
        return value
    raise AttributeError(f"course_lib.exercises has no {name!r}; it offers {', '.join(sorted(_WHERE))}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_WHERE})
