"""Predictions: a guess that is written down before a cell is run, and stands beside what came out of it.

Each name is fetched from its module on first use, so importing this package loads no front end.
"""

import importlib
from typing import Any

_WHERE = {
    "predict": "calls",
    "outcome": "calls",
    "Prediction": "declare",
    "prediction": "declare",
    "Number": "kinds",
    "Choice": "kinds",
    "Order": "kinds",
    "Curve": "kinds",
}

__all__ = ["Choice", "Curve", "Number", "Order", "Prediction", "outcome", "predict", "prediction"]


def __getattr__(name: str) -> Any:
    """Fetch a public name from the module that defines it."""
    if name in _WHERE:
        value = globals()[name] = getattr(importlib.import_module(f"{__name__}.{_WHERE[name]}"), name)
        return value
    raise AttributeError(f"course_lib.exercises.predictions has no {name!r}; it offers {', '.join(sorted(_WHERE))}")
