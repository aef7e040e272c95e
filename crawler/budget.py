"""Request budgets: so many requests to a host in a day, shared by all sources on that host.

Pure but for its own memory.
"""

from dataclasses import dataclass, field

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
