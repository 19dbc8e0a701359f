"""A folder of slides on this machine's own address, for browsers that refuse what a file asks for."""

import functools
import http.server
import socketserver
from collections.abc import Callable
from pathlib import Path
from typing import Any


class _Quiet(http.server.SimpleHTTPRequestHandler):
    """Says nothing about each file it sends."""

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the terminal belongs to the person in front of the class."""


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True


def serve(folder: Path, say: Callable[[str], None] = print, port: int = 0) -> None:
    """Send the folder's files to this machine alone until Ctrl-C. `port` 0: any free one."""
    with listen(folder, port) as server:
        say(f"The slides are at http://localhost:{server.server_address[1]}/ as long as this runs; Ctrl-C ends it.")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            say("Ended.")


def listen(folder: Path, port: int = 0) -> socketserver.TCPServer:
    """A server for the folder, not yet serving."""
    return _Server(("127.0.0.1", port), functools.partial(_Quiet, directory=str(folder)))
