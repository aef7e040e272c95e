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

from crawler.body import TOO_LARGE
from store.records import Outcome

MAX_SAID_CHARS = 160


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
    (CannotResolveHostError, "unreachable", "域名无法解析"),
    (DownloadConnectionRefusedError, "unreachable", "连接被拒绝"),
    (DownloadTimeoutError, "unreachable", "没有及时回应"),
    (DownloadCancelledError, "drifted", TOO_LARGE),
    (ResponseDataLossError, "drifted", "正文不完整：没有收完连接就断了"),
    (DownloadFailedError, "unreachable", "连接失败"),
    (UnsupportedURLSchemeError, "drifted", "不是 http 地址"),
    (MemoryError, "drifted", "内存不足，超过 crawl_memory_mb 的限制"),
)


def outcome_of(error: BaseException, redirects: int = 0) -> tuple[Outcome, str]:
    """Return the outcome and the one-line detail for a request that brought no page.

    redirects: how many the request had followed. An error nobody foresaw is `drifted` under its
    own name: the page is counted and visible, and the run goes on.
    """
    if isinstance(error, Refusal):
        return error.outcome, str(error)
    if isinstance(error, IgnoreRequest) and redirects:
        return "drifted", f"跳转没有尽头：第 {redirects} 次后放弃"
    for kind, outcome, meaning in _NETWORK:
        if isinstance(error, kind):
            return outcome, _joined(meaning, _said(error))
    return "drifted", _joined(type(error).__name__, _said(error))


def _said(error: BaseException) -> str:
    """Return what the error says in one line; for Twisted's collections, what the first one says.

    A failed TLS handshake is named: the operator may have to write an exception for it.
    """
    reasons = getattr(error.__cause__, "reasons", None)
    root: BaseException = reasons[0].value if reasons else error
    tls = "TLS: " if type(root).__module__.startswith(("OpenSSL", "service_identity")) else ""
    return tls + " ".join(str(root).split())[:MAX_SAID_CHARS]


def _joined(meaning: str, said: str) -> str:
    return f"{meaning}（{said}）" if said else meaning
