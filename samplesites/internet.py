"""Starting and stopping the sample sites: one loopback port each, one calendar for all.

Binds to 127.0.0.1 only. Ports run from `port_base`; when one is taken, the whole range moves up,
so that sources keep their order.
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from samplesites.articles import library
from samplesites.calendar import Calendar
from samplesites.roster import ROSTER, Roster, source_toml
from samplesites.web import Site, SiteServer

PORT_BASE = 18800
PORT_STEP = 100
POLL_S = 0.02
"""How soon a server notices that it is to stop."""
HIGHEST_BASE = 65000


class PortsTaken(OSError):
    """No free range of loopback ports was found; the message says which were tried."""


class SampleInternet:
    """The running sites. Made by `serve`; days pass only through `advance`."""

    def __init__(self, servers: Sequence[SiteServer], calendar: Calendar) -> None:
        self._servers = tuple(servers)
        self._calendar = calendar

    @property
    def sites(self) -> dict[str, Site]:
        """The running sites by source id."""
        return {server.site.card.id: server.site for server in self._servers}

    @property
    def addresses(self) -> dict[str, str]:
        """The base URL of each site by source id, without a trailing slash."""
        return {source_id: site.base_url for source_id, site in self.sites.items()}

    @property
    def day(self) -> int:
        """The day the sites live in, 0 at the start."""
        return self._calendar.day

    @property
    def now(self) -> datetime:
        """The aware UTC instant at which today is looked at: 07:30 in Shanghai."""
        return self._calendar.now

    def advance(self, days: int = 1) -> None:
        """Let days pass on all sites at once."""
        self._calendar.advance(days)

    def write_sources(self, folder: Path) -> list[Path]:
        """Write one source definition per site into `folder` and return their paths."""
        folder.mkdir(parents=True, exist_ok=True)
        paths = []
        for source_id, site in self.sites.items():
            paths.append(folder / f"{source_id}.toml")
            paths[-1].write_text(source_toml(site), encoding="utf-8")
        return paths


@contextmanager
def serve(
    calendar: Calendar | None = None, port_base: int | None = None, *, roster: Roster = ROSTER
) -> Iterator[SampleInternet]:
    """Run the sites of `roster` until the block ends; all threads and ports are then released.

    calendar: shared with the caller, day 0 by default. port_base: first port of the range; a
    higher one is taken when it is not free. Raises PortsTaken when none is.
    """
    calendar = calendar or Calendar()
    servers = _bound(calendar, port_base or PORT_BASE, roster)
    threads = [threading.Thread(target=server.serve_forever, args=(POLL_S,)) for server in servers]
    for thread in threads:
        thread.start()
    try:
        yield SampleInternet(servers, calendar)
    finally:
        for server in servers:
            server.shutdown()
            server.server_close()
        for thread in threads:
            thread.join()


def _bound(calendar: Calendar, port_base: int, roster: Roster) -> list[SiteServer]:
    for base in range(port_base, HIGHEST_BASE, PORT_STEP):
        servers: list[SiteServer] = []
        try:
            for offset, (family, card) in enumerate(roster):
                servers.append(SiteServer(base + offset, calendar))
                servers[-1].site = family(card, f"http://127.0.0.1:{base + offset}", library())
        except OSError:
            for server in servers:
                server.server_close()
        else:
            return servers
    raise PortsTaken(
        f"samplesites: no {len(roster)} free ports on 127.0.0.1 from {port_base} to "
        f"{HIGHEST_BASE}; close what listens there or give another port_base"
    )
