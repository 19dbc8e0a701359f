"""Parts of a reply, which is not to be trusted: what is not of the right kind counts as nothing."""

from typing import Any


def text(said: dict[str, Any], name: str) -> str:
    """A text of a reply, or "" where something else stands."""
    found = said.get(name)
    return found[:2000] if type(found) is str else ""


def number(said: dict[str, Any], name: str) -> int:
    """A whole number of a reply, or 0."""
    found = said.get(name)
    return found if type(found) is int else 0
