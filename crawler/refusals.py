"""Why a request was not sent or its answer not taken: one exception per reason, each an outcome.

Scrapy middlewares raise these; `outcome_of` turns them, and the failures of the network, into the
outcome and the one-line detail of a visit. Pure.
"""

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)

from store.records import Outcome


class Refusal(IgnoreRequest):
    """Base: this program decided not to ask or not to take the answer."""

    outcome: Outcome = "blocked"


class RobotsDenied(Refusal):
    """robots.txt forbids the address, or its answer makes us stay away (RFC 9309)."""

    outcome: Outcome = "robots_denied"


class RobotsUnreachable(Refusal):
    """There was no answer at all, not even to robots.txt."""

    outcome: Outcome = "unreachable"


class PrivateAddress(Refusal):
    """The host is this machine or its neighbours."""

    outcome: Outcome = "unreachable"


class HostResting(Refusal):
    """The host's circuit breaker is open because it turned us away."""

    outcome: Outcome = "blocked"


class HostSilent(Refusal):
    """The host's circuit breaker is open because it does not answer."""

    outcome: Outcome = "unreachable"


class BudgetSpent(Refusal):
    """The host's requests of the day are used up; the page waits for the next run."""

    outcome: Outcome = "blocked"


class Challenged(Refusal):
    """A challenge stands in front of the page."""

    outcome: Outcome = "challenged"


class UnreadableBody(Refusal):
    """The body cannot be unpacked."""

    outcome: Outcome = "drifted"


_NETWORK: tuple[tuple[type[Exception], Outcome, str], ...] = (
    (CannotResolveHostError, "unreachable", "the host name is not known (DNS)"),
    (DownloadConnectionRefusedError, "unreachable", "connection refused"),
    (DownloadTimeoutError, "unreachable", "no answer in time"),
    (DownloadCancelledError, "drifted", "body larger than allowed"),
    (ResponseDataLossError, "drifted", "body cut short: the connection closed before its end"),
    (DownloadFailedError, "unreachable", "connection failed"),
    (UnsupportedURLSchemeError, "drifted", "not an http address"),
)


def outcome_of(error: BaseException, redirects: int = 0) -> tuple[Outcome, str]:
    """Return the outcome and the one-line detail for a request that brought no page.

    redirects: how many the request had followed. An error nobody foresaw is `drifted` under its
    own name: the page is counted and visible, and the run goes on.
    """
    if isinstance(error, Refusal):
        return error.outcome, str(error)
    if isinstance(error, IgnoreRequest) and redirects:
        return "drifted", f"redirect loop: given up after {redirects} redirects"
    for kind, outcome, meaning in _NETWORK:
        if isinstance(error, kind):
            return outcome, f"{meaning}: {_first_line(error)}"
    return "drifted", f"{type(error).__name__}: {_first_line(error)}"


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [""])[0][:160]
