"""What is told of an answer and of what it gave: in a form that can cross the line."""

import inspect
import re
import types
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from course_lib.exercises.feedback import error_text
from course_lib.exercises.runner import blank
from course_lib.exercises.runner.plain_values import NotPlain, plain
from course_lib.exercises.runner.surroundings import TooMuchOutput
from course_lib.grading.inside.alarm import TimeUp
from course_lib.grading.inside.cells import public_name
from course_lib.grading.protocol.values import Opaque, nobody
from course_lib.grading.protocol.writer import Writer

NUMBERS = {int, float, bool}
SAYS = 1000  # characters of an error's message that are passed on


def place_of(error: BaseException, candidate: Any) -> list[int]:
    """[cell, line] where the error left the answer's own code, counted from 1; [] when it did not pass there."""
    found = error_text.their_frame(error, candidate)
    cell = re.fullmatch(r"<cell (\d{1,4})>", found[0].f_code.co_filename) if found is not None else None
    return [int(cell[1]), found[1]] if found is not None and cell is not None else []


def failure(error: BaseException, candidate: Any) -> dict[str, Any]:
    """An error by its public name, with the line it came from."""
    if isinstance(error, TooMuchOutput):
        kind = "output"
    elif isinstance(error, TimeUp):
        kind = "time"
    else:
        kind = public_name(type(error))
    said = str(error)[:SAYS] if type(error).__str__ in (BaseException.__str__, KeyError.__str__) else ""
    stands = "leftover" if blank.left_behind(error, candidate) else ""
    stands = "blank" if blank.still_blank(error, candidate) else stands
    return {"fails": kind, "says": said, "at": place_of(error, candidate), "stands": stands}


def parameters(candidate: Any) -> list[tuple[str, int, bool]] | None:
    """(name, kind, has a default) of each parameter; None where Python cannot tell."""
    try:
        found = inspect.signature(candidate).parameters.values()
    except (TypeError, ValueError):
        return None
    return [(each.name, int(each.kind), each.default is not each.empty) for each in found]


def written(value: Any, whole: bool = False) -> tuple[Any, list[bytes]]:
    """What a value looks like on the line. With `whole`, everything in it has to cross, or WireError is raised."""
    writer = Writer(nobody if whole else lambda thing: Opaque(id(thing), "", ""))
    return writer.node(value), writer.arrays


def changeable(value: Any) -> Any:
    """What an answer could have changed of its inputs; None for the rest."""
    if isinstance(value, list):
        return [changeable(item) for item in value]
    if isinstance(value, dict):
        return {str(key): changeable(item) for key, item in value.items()}
    return value if type(value) in (Tensor, np.ndarray, str, bool, int, float) else None


def readable(value: Any) -> Any:
    """The value as `sendable` makes it, or the reason why it cannot be read."""
    try:
        return sendable(value)
    except NotPlain as reason:
        return reason


def sendable(value: Any) -> Any:
    """Plain containers and dense CPU tensors; gradients stay attached. Raises NotPlain for what no law could read."""
    kind = type(value)
    if kind is nn.Parameter:
        return value * 1
    if kind is Tensor:
        value = value.dequantize() if value.is_quantized else value
        return value.to_dense() if value.layout is not torch.strided else value.cpu()
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, tuple) and not isinstance(value, types.FunctionType):
        return tuple(sendable(tuple.__getitem__(value, n)) for n in range(tuple.__len__(value)))
    if kind is list and set(map(type, value)) <= NUMBERS:  # in C: `steps` of a thousand numbers come often
        return list(value)
    if kind is list:
        return [sendable(item) for item in value]
    if kind is dict:
        return {key: sendable(item) for key, item in value.items()}
    return value if kind in (range, np.ndarray, set, frozenset) else plain(value)
