"""Lines of JSON between the marker and the warm parent, and the socket of a job beside them."""

import json
import socket
from typing import Any


def send(channel: socket.socket, message: dict[str, Any]) -> None:
    """One message, one line."""
    channel.sendall(json.dumps(message).encode() + b"\n")


def receive(channel: socket.socket) -> tuple[bytes, list[int]]:
    """One line, and the file numbers that came with it; an empty line when the other side hung up."""
    line, handed = b"", list[int]()
    while not line.endswith(b"\n"):
        data, numbers, _, _ = socket.recv_fds(channel, 65536, 1)
        if not data:
            return b"", handed
        line += data
        handed += numbers
    return line, handed
