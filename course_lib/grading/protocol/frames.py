"""How the marker and a sandbox talk: a frame is a short JSON text and raw arrays, each with its length, nothing else.

Nothing that arrives is ever executed or unpickled. What is too long, too deep or does not add up raises WireError, and
whoever sent it has nothing more to say.
"""

import json
import struct
from typing import Any, NamedTuple

from course_lib.grading.protocol.reader import Reader
from course_lib.grading.protocol.values import Find, Keep, WireError, nobody
from course_lib.grading.protocol.writer import Writer

MAGIC = b"NAW1"
HEAD = struct.Struct(">4sIQ")  # magic, bytes of JSON, bytes of arrays


class Sizes(NamedTuple):
    """How much one message may hold."""

    text: int = 4 * 2**20
    arrays: int = 64 * 2**20
    values: int = 200_000


def pack(message: dict[str, Any], keep: Keep = nobody, sizes: Sizes = Sizes()) -> bytes:  # noqa: B008 (it is frozen)
    """A message as one frame. Raises WireError when it cannot be sent or is too long."""
    writer = Writer(keep)
    try:
        node = writer.node(message)
    except (RecursionError, ValueError) as error:
        raise WireError(f"it cannot be written down ({type(error).__name__})") from None
    return seal(node, writer.arrays, sizes)


def seal(node: Any, arrays: list[bytes], sizes: Sizes = Sizes()) -> bytes:  # noqa: B008
    """The frame of what a Writer has written. Raises WireError when it is too long."""
    try:
        text = json.dumps([node, [len(each) for each in arrays]], separators=(",", ":")).encode()
    except (RecursionError, ValueError) as error:
        raise WireError(f"it cannot be written down ({type(error).__name__})") from None
    total = sum(len(each) for each in arrays)
    if len(text) > sizes.text or total > sizes.arrays:
        raise WireError(f"{(len(text) + total) / 2**20:.0f} MB are too much for one message")
    return b"".join([HEAD.pack(MAGIC, len(text), total), text, *arrays])


def lengths(head: bytes, sizes: Sizes = Sizes()) -> tuple[int, int]:  # noqa: B008
    """How many bytes follow a frame's head: of text, and of arrays. Raises WireError when that is no head of ours."""
    magic, text, arrays = HEAD.unpack(head)
    if magic != MAGIC:
        raise WireError("this is no message")
    if text > sizes.text or arrays > sizes.arrays:
        raise WireError(f"{(text + arrays) / 2**20:.0f} MB are too much for one message")
    return text, arrays


def unpack(
    text: bytes,
    body: bytes,
    find: Find | None = None,
    sizes: Sizes = Sizes(),  # noqa: B008
    trusts: bool = False,
) -> dict[str, Any]:
    """The message of a frame. Raises WireError when it does not add up."""
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise WireError(f"unreadable ({type(error).__name__})") from None
    if type(whole) is not list or len(whole) != 2 or type(whole[1]) is not list:
        raise WireError("a frame without its two parts")
    node, sized = whole
    if not all(type(n) is int and n >= 0 for n in sized) or sum(sized) != len(body):
        raise WireError("arrays whose lengths do not add up")
    arrays, place = [], 0
    for size in sized:
        arrays.append(body[place : place + size])
        place += size
    try:
        message = Reader(arrays, sizes.values, find, trusts).value(node)
    except (RecursionError, OverflowError, ValueError, RuntimeError) as error:
        raise WireError(f"unreadable ({type(error).__name__})") from None
    if type(message) is not dict:
        raise WireError("a message that is no dictionary")
    return message
