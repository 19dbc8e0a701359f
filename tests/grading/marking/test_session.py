"""What the marker does with an end of the line that does not play by the rules."""

import socket
import threading
from collections.abc import Callable
from typing import Any

import pytest

from course_lib.grading.marking.session import Lost, Session
from course_lib.grading.protocol.connection import Line

FACTS = {"there": True, "callable": True, "class": False, "blank": False, "takes": []}


def against(far: Callable[[Line], None]) -> tuple[Session, threading.Thread]:
    """A session whose other end does what `far` does."""
    ours, theirs = socket.socketpair()
    other = threading.Thread(target=far, args=(Line(theirs),), daemon=True)
    other.start()
    return Session(Line(ours)), other


def answering(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[[Line], None]:
    """An end that answers the first question with facts, changed in some way."""

    def far(line: Line) -> None:
        asked = line.hear()
        line.say(change(FACTS | {"nonce": asked["nonce"]}))

    return far


def early(line: Line) -> None:
    """An end that answers before it is asked."""
    line.say(FACTS | {"nonce": "0" * 16})
    line.hear()


def test_an_honest_answer_is_taken() -> None:
    session, _ = against(answering(dict))
    assert session.look("banded", [])["there"] is True


CHEATS = {
    "another nonce": answering(lambda said: said | {"nonce": "0" * 16}),
    "no nonce": answering(lambda said: {name: each for name, each in said.items() if name != "nonce"}),
    "an answer before the question": early,
}


@pytest.mark.parametrize("cheat", CHEATS)
def test_an_answer_to_no_question_ends_the_session(cheat: str) -> None:
    session, other = against(CHEATS[cheat])
    with pytest.raises(Lost, match="not asked"):
        session.look("banded", [])
    assert session.lost is not None
    assert session.lost.why == "protocol"
    with pytest.raises(Lost):  # and nothing is asked of it again
        session.look("relative_bias", [])
    other.join(5)
    assert not other.is_alive()


def babble(line: Line) -> None:
    """An end that speaks another language."""
    line.hear()
    line.end.sendall(b"GET / HTTP/1.1\r\n\r\n")
    line.end.recv(1)


def test_bytes_that_are_no_message_end_the_session() -> None:
    session, _ = against(babble)
    with pytest.raises(Lost):
        session.look("banded", [])
    assert session.lost is not None
    assert session.lost.why == "protocol"


def test_hanging_up_is_a_crash() -> None:
    session, _ = against(Line.close)
    with pytest.raises(Lost):
        session.look("banded", [])
    assert session.lost is not None
    assert session.lost.why == "crash"
