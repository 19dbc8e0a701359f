"""Records as plain values, and back: what goes to JSON comes back as the same record, or is refused by name."""

import functools
import types
import typing
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar

from course_lib.errors import CourseError

Record = TypeVar("Record")


def as_json(record: Any) -> dict[str, Any]:
    """A record as plain values; what `dataclasses.asdict` gives, in a fraction of the time."""
    return {name: _plain(value) for name, value in fields_of(record).items()}


def _plain(value: Any) -> Any:
    if type(value) in (str, float, int, bool):
        return value
    if isinstance(value, (tuple, list)):
        return type(value)(_plain(item) for item in value)
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return as_json(value) if is_dataclass(value) else value


def fields_of(record: Any) -> dict[str, Any]:
    """The values of a record by name, as they are."""
    return {name: getattr(record, name) for name in hints_of(record.__class__)}


def from_json(kind: type[Record], data: Any) -> Record:
    """The record these values came from. Raises CourseError for what is no such record."""
    if not is_dataclass(kind) or not isinstance(data, dict):
        raise CourseError(f"a {kind.__name__} is kept as an object of named values; got {type(data).__name__}")
    hints = hints_of(kind)
    if unknown := data.keys() - hints.keys():
        known = ", ".join(sorted(hints))
        raise CourseError(f"a {kind.__name__} has no {', '.join(sorted(unknown))}; it has {known}")
    try:
        return kind(**{name: v if type(v) is (hint := hints[name]) else _value(hint, v) for name, v in data.items()})
    except TypeError as error:
        raise CourseError(f"this is no complete {kind.__name__}: {error}") from None


@functools.cache
def hints_of(kind: type) -> dict[str, Any]:
    """The type of each field, by its name; looked up once, since Python takes its time over it."""
    hints = typing.get_type_hints(kind)
    return {each.name: hints[each.name] for each in fields(kind)}


def _value(hint: Any, value: Any) -> Any:
    origin, inner = _shape(hint)
    if origin is tuple:
        return tuple([item if type(item) is inner else _value(inner, item) for item in value])
    if origin is dict:
        return dict(value)
    if origin is Record:
        return from_json(hint, value)
    if isinstance(hint, type) and not isinstance(hint, types.GenericAlias) and value is not None:
        if hint is float and type(value) is int:
            return float(value)
        if not isinstance(value, hint):
            raise CourseError(f"{value!r} should be of type {hint.__name__}")
    return value


@functools.cache
def _shape(hint: Any) -> tuple[Any, Any]:
    """What a type is made of: (tuple, its items' type), (dict, None), (Record, None), or (None, None)."""
    if is_dataclass(hint):
        return Record, None
    origin = typing.get_origin(hint)
    return origin, typing.get_args(hint)[0] if origin is tuple else None
