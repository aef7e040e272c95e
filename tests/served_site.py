"""A published ledger behind the real app on a loopback port, for tests of what is served."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from loopback import App

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
        connection = HTTPConnection("127.0.0.1", self.port)
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
    server = App()
    site = ServedSite(database, public, server.port)
    server.open(_noting(application(database, public, site.settings), site.answers))
    try:
        yield site
    finally:
        server.close()
