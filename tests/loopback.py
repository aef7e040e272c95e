"""Ports of this machine that are had before they are named: nobody can take one in between."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn


@contextmanager
def closed_port() -> Iterator[int]:
    """Hold a port during the block on which nobody listens: whoever connects is refused."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield int(held.getsockname()[1])


class App:
    """An ASGI app behind a real server on a port of its own, from `open` to `close`."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])

    def open(self, app: Any) -> None:
        """Serve the app and return once it answers."""
        self._server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
        self._thread = threading.Thread(
            target=self._server.run, args=([self._listener],), daemon=True
        )
        self._thread.start()
        while not self._server.started:
            assert self._thread.is_alive(), "the server died while it started"
            time.sleep(0.005)

    def close(self) -> None:
        """Stop serving; return when the server has ended."""
        self._server.should_exit = True
        self._thread.join()
