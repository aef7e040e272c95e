"""Says "still alive" to a service outside, which raises the alarm when it hears nothing.

The one trouble that this program cannot report is that it does not run. The service only counts
calls (healthchecks.io and its like): a GET without content is enough, nothing else is told.
"""

from urllib.error import URLError
from urllib.request import Request, urlopen

from feeds.inert import safe_link
from store import faults

faults.register(
    heartbeat_call_before="all is told and the service that waits for a sign has not heard it",
    heartbeat_call_after="the service that waits for a sign has just heard it",
)

TIMEOUT_S = 10.0


def beat(url: str, user_agent: str, timeout_s: float = TIMEOUT_S) -> str | None:
    """Call the address; return None when it was answered, else one line for the operator.

    The address is a secret of the operator (who knows it can fake a heartbeat) and is not repeated.
    """
    if safe_link(url) is None:
        return "heartbeat_url: not an http(s) address; correct the configuration"
    try:
        faults.reach("heartbeat_call_before")
        with urlopen(Request(url, headers={"User-Agent": user_agent}), timeout=timeout_s):
            faults.reach("heartbeat_call_after")
            return None
    except (URLError, OSError) as error:
        reason = getattr(error, "reason", error)
        return f"heartbeat_url: not answered ({reason}); an alarm may come from outside"
