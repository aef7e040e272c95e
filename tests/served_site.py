"""A published ledger behind the real app on a free loopback port, for tests of what is served."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import uvicorn

from feeds.publish import publish
from feeds.settings import PublishSettings
from feeds.web import application
from store.database import Database


class ServedSite:
    """The app at work: its address, its folder, a way to publish again."""

    def __init__(self, database: Database, public: Path, port: int) -> None:
        self.answers: list[tuple[str, int]] = []
        self.database = database
        self.public = public
        self.port = port
        self.settings = PublishSettings(public_url=self.url)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def publish(self) -> None:
        publish(self.database, self.public, self.settings)

    def get(
        self, path: str, method: str = "GET", **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers (lower case) and body; `if_none_match=` names a header."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, headers=names)
        response = connection.getresponse()
        body = response.read()
        connection.close()
        return response.status, {k.lower(): v for k, v in response.getheaders()}, body


def _noting(app: Any, answers: list[tuple[str, int]]) -> Any:
    """Return the app, noting the path and status of each answer."""

    async def noting(scope: Any, receive: Any, send: Any) -> None:
        async def noted(message: Any) -> None:
            if message["type"] == "http.response.start":
                answers.append((scope["path"], message["status"]))
            await send(message)

        await app(scope, receive, noted)

    return noting


@contextmanager
def served(database: Database, public: Path) -> Iterator[ServedSite]:
    """Run the app over this ledger and folder during the block."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    site = ServedSite(database, public, port)
    app = _noting(application(database, public, site.settings), site.answers)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started and time.monotonic() < deadline:
        threading.Event().wait(0.01)
    try:
        yield site
    finally:
        server.should_exit = True
        thread.join(timeout=20)
