"""Values cross the line unchanged, and nothing else crosses it."""

import json
import math
import socket
import struct
import threading
import time
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from course_lib.exercises.engine.compare import same
from course_lib.grading.protocol.connection import HungUp, Line, TooSlow
from course_lib.grading.protocol.frames import HEAD, MAGIC, Sizes, lengths, pack, unpack
from course_lib.grading.protocol.values import DTYPES, Opaque, WireError
from course_lib.layers.noise_schedule import linear


def through(value: Any, **more: Any) -> Any:
    """A value there and back."""
    frame = pack({"value": value})
    text, arrays = lengths(frame[: HEAD.size])
    assert len(frame) == HEAD.size + text + arrays
    body = frame[HEAD.size :]
    return unpack(body[:text], body[text:], **more)["value"]


plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**200), 2**200)
    | st.floats(allow_nan=False)
    | st.complex_numbers(allow_nan=False)
    | st.text()
    | st.binary(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.lists(inner, max_size=4).map(tuple) | st.dictionaries(st.text(), inner)
    ),
    max_leaves=12,
)


@given(plain)
def test_plain_values_come_back_as_they_were(value: Any) -> None:
    back = through(value)
    assert back == value
    assert repr(back) == repr(value)  # True is not 1, (1,) is not [1], 1.0 is not 1


@pytest.mark.parametrize("dtype", DTYPES.values(), ids=DTYPES)
@pytest.mark.parametrize("shape", [(), (0, 3), (5,), (2, 3, 7)])
def test_tensors_keep_shape_type_and_every_bit(dtype: torch.dtype, shape: tuple[int, ...]) -> None:
    value = (
        (torch.randn(shape, dtype=torch.complex128) * 50).to(dtype)
        if dtype.is_complex
        else (torch.randn(shape) * 50).to(dtype)
    )
    back = through(value)
    assert back.dtype is dtype
    assert same(back, value, tolerance=0.0)
    assert not back.requires_grad


def test_strides_views_and_gradients() -> None:
    value = torch.arange(12.0).view(3, 4).T[1:].requires_grad_()
    back = through(value)
    assert torch.equal(back, value)
    assert back.requires_grad
    assert back.is_leaf


def test_special_numbers() -> None:
    assert math.isnan(through(math.nan))
    assert through(-math.inf) == -math.inf
    assert through(range(5, 0, -2)) == range(5, 0, -2)
    assert through({1, "a", (2, 3)}) == {1, "a", (2, 3)}
    array = np.arange(6, dtype=np.int16).reshape(2, 3)[:, ::-1]
    assert np.array_equal(through(array), array)
    assert through(array).dtype == array.dtype


@pytest.mark.parametrize(
    "value", [object(), len, torch.nn.Linear(1, 1), np.array([object()]), torch.empty(3, device="meta")]
)
def test_what_is_no_plain_value_is_refused(value: object) -> None:
    with pytest.raises(WireError, match="cannot be sent"):
        pack({"value": value})


def test_functions_cross_by_number_only() -> None:
    frame = pack({"value": [len]}, keep=lambda thing: Opaque(7, "counts", "function"))
    text, _ = lengths(frame[: HEAD.size])
    body = frame[HEAD.size :]
    assert unpack(body[:text], body[text:], find=lambda what: what)["value"] == [Opaque(7, "counts", "function")]
    with pytest.raises(WireError):  # a marker that lends nothing finds nothing
        unpack(body[:text], body[text:])


def test_only_a_sandbox_builds_dataclasses_and_only_the_layers() -> None:
    schedule = linear(5)
    assert torch.equal(through(schedule, trusts=True).betas, schedule.betas)
    with pytest.raises(WireError):
        through(schedule)
    evil = json.dumps([["d", ["value", ["o", "subprocess:Popen", ["d", ["args", "true"]]]]], []]).encode()
    with pytest.raises(WireError):
        unpack(evil, b"", trusts=True)


def frame_of(node: Any, arrays: tuple[bytes, ...] = (), sized: Any = None) -> tuple[bytes, bytes]:
    """A frame made by hand, with whatever lies."""
    text = json.dumps([["d", ["value", node]], [len(each) for each in arrays] if sized is None else sized])
    return text.encode(), b"".join(arrays)


LIES = {
    "too few bytes": (["t", "float32", [3], 0, False], (b"1234",)),
    "a negative size": (["t", "float32", [-1], 0, False], (b"",)),
    "a huge shape of nothing": (["t", "float32", [2**40, 0], 0, False], (b"",)),
    "too many axes": (["t", "uint8", [1] * 40, 0, False], (b"1",)),
    "an array that was not sent": (["t", "uint8", [1], 3, False], (b"1",)),
    "a bool for a number": (["t", "uint8", [1], True, False], (b"1", b"2")),
    "an unknown dtype": (["t", "object", [1], 0, False], (b"1",)),
    "an object array": (["n", "O", [1], 0], (b"12345678",)),
    "an unhashable key": (["d", [["l"], 1]], ()),
    "half an entry": (["d", ["a"]], ()),
    "no kind": ([1, 2], ()),
    "an unknown kind": (["pickle", "x"], ()),
    "an endless range": (["r", 0, 1, 0], ()),
    "a bare object": ({"a": 1}, ()),
    "a huge whole number": (["i", "f" * 5000], ()),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_message_that_does_not_add_up_is_refused(lie: str) -> None:
    node, arrays = LIES[lie]
    with pytest.raises(WireError):
        unpack(*frame_of(node, arrays))


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[",
        b"[1]",
        b"[[],[]]",
        b'[null,["a"]]',
        b"[" * 100_000,
        b"[[" + b'["l",' * 5000 + b"1" + b"]" * 5000 + b"],[]]",
        b"\xff",
        b"1" * 10_000,
    ],
    ids=[
        "empty",
        "broken",
        "one part",
        "no dictionary",
        "lengths that are none",
        "deep",
        "deep and closed",
        "no text",
        "a long number",
    ],
)
def test_unreadable_text_is_refused(text: bytes) -> None:
    with pytest.raises(WireError):
        unpack(text, b"")


def test_many_values_and_depth_are_counted() -> None:
    with pytest.raises(WireError, match="too many"):
        unpack(*frame_of(["l", *[1] * 300_000]))
    deep: Any = 1
    for _ in range(40):
        deep = [deep]
    with pytest.raises(WireError, match="deep"):
        pack({"value": deep})


def test_a_head_that_promises_too_much_is_not_waited_for() -> None:
    with pytest.raises(WireError, match="no message"):
        lengths(HEAD.pack(b"HTTP", 10, 10))
    with pytest.raises(WireError, match="too much"):
        lengths(HEAD.pack(MAGIC, 10, 2**60))
    with pytest.raises(WireError, match="too much"):
        pack({"value": torch.zeros(100)}, sizes=Sizes(arrays=100))
    assert lengths(struct.pack(">4sIQ", MAGIC, 3, 4)) == (3, 4)


def test_a_line_ends_by_hanging_up_or_by_the_clock() -> None:
    ours, theirs = socket.socketpair()
    line = Line(ours)
    line.until = time.monotonic() + 0.05
    with pytest.raises(TooSlow):
        line.hear()
    theirs.sendall(pack({"half": 1})[:9])
    line.until = time.monotonic() + 0.05
    with pytest.raises(TooSlow):
        line.hear()
    theirs.close()
    line.until = None
    with pytest.raises(HungUp):
        line.hear()


def test_who_does_not_listen_is_too_slow() -> None:
    ours, theirs = socket.socketpair()
    line = Line(ours)
    line.until = time.monotonic() + 0.2
    with pytest.raises(TooSlow):
        line.say({"value": torch.zeros(4 * 2**20)})
    theirs.close()


def test_large_messages_cross_in_pieces() -> None:
    ours, theirs = socket.socketpair()
    value = torch.randn(1_000_003)
    heard: list[Any] = []
    other = threading.Thread(target=lambda: heard.append(Line(theirs).hear()))
    other.start()
    Line(ours).say({"value": value})
    other.join()
    assert torch.equal(heard[0]["value"], value)
