"""One end of a conversation: whole messages over a socket, in time."""

import socket
import time
from typing import Any

from course_lib.grading.protocol.frames import HEAD, Sizes, lengths, pack, unpack
from course_lib.grading.protocol.values import Find, Keep, WireError, nobody

READ = 2**14  # bytes at least: most messages come in one piece


class HungUp(Exception):
    """The other end is gone."""


class TooSlow(Exception):
    """The other end did not answer, or did not listen, in time."""


class Line:
    """Messages both ways over one connected stream socket. `until` is a moment of time.monotonic(), or None."""

    def __init__(self, end: socket.socket, sizes: Sizes = Sizes(), trusts: bool = False) -> None:  # noqa: B008 (frozen)
        self.end, self.sizes, self.trusts = end, sizes, trusts
        self.until: float | None = None
        self.held = bytearray()  # read, and not asked for yet

    def say(self, message: dict[str, Any], keep: Keep = nobody) -> None:
        """Send a message. Raises WireError when it cannot be sent, HungUp, TooSlow."""
        self.send(pack(message, keep, self.sizes))

    def send(self, packed: bytes) -> None:
        """Send one or more frames. Raises HungUp, TooSlow."""
        frame = memoryview(packed)
        try:
            while frame:
                self.wait()
                frame = frame[self.end.send(frame) :]
        except TimeoutError:
            raise TooSlow from None
        except OSError:
            raise HungUp from None

    def hear(self, find: Find | None = None) -> dict[str, Any]:
        """The next message. Raises WireError for what is none, HungUp, TooSlow."""
        return self.read(self.receive(), find)

    def receive(self) -> tuple[bytes, bytes]:
        """The next frame as it came: its text, and its arrays in one piece. Raises WireError, HungUp, TooSlow."""
        text, arrays = lengths(self.take(HEAD.size), self.sizes)
        return self.take(text), self.take(arrays)

    def read(self, frame: tuple[bytes, bytes], find: Find | None = None) -> dict[str, Any]:
        """The message of a frame. Raises WireError for what is none."""
        return unpack(*frame, find, self.sizes, self.trusts)

    def take(self, count: int) -> bytes:
        """Exactly so many bytes."""
        while len(self.held) < count:
            self.wait()
            try:
                piece = self.end.recv(min(max(count - len(self.held), READ), 2**20))
            except TimeoutError:
                raise TooSlow from None
            except OSError:
                raise HungUp from None
            if not piece:
                raise HungUp
            self.held += piece
        found = bytes(self.held[:count])
        del self.held[:count]
        return found

    def wait(self) -> None:
        """Allow the next step only the time that is left."""
        if self.until is None:
            self.end.settimeout(None)
            return
        left = self.until - time.monotonic()
        if left <= 0:
            raise TooSlow
        self.end.settimeout(left)

    def close(self) -> None:
        """Hang up."""
        self.end.close()


__all__ = ["HungUp", "Line", "TooSlow", "WireError"]
