"""Request budgets: so many requests to a host in a day, shared by all sources on that host.

Pure but for its own memory.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from crawler.addresses import host_key
from crawler.sources import Source

DAILY = 600
"""Requests to a host in a day unless its source says otherwise: file hosts and portals too."""


@dataclass
class Budgets:
    """Requests left today, by host; a host nobody granted anything has DAILY."""

    _left: dict[str, int] = field(default_factory=dict)

    def grant(self, host: str, requests: int) -> None:
        """Set what is left for a host; of two grants the smaller counts."""
        self._left[host] = min(max(requests, 0), self._left.get(host, requests))

    def left(self, host: str) -> int | None:
        """Return the requests left, or None for a host that was never asked nor granted any."""
        return self._left.get(host)

    def spend(self, host: str) -> bool:
        """Take one request; False when there is none left."""
        left = self._left.setdefault(host, DAILY)
        if left > 0:
            self._left[host] = left - 1
        return left > 0


def groups_by_host(sources: Iterable[Source]) -> list[list[Source]]:
    """Return the sources in groups; two that share a host are in one group."""
    groups: list[tuple[set[str], list[Source]]] = []
    for source in sources:
        urls = (source.base_url, *source.aliases, *(c.url for c in source.columns))
        hosts, members = {host_key(url) for url in urls}, [source]
        for group in [g for g in groups if g[0] & hosts]:
            groups.remove(group)
            hosts, members = hosts | group[0], group[1] + members
        groups.append((hosts, members))
    return [members for _, members in groups]
