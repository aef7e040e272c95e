"""Hands a finished publication on: runs the operator's command (rsync, ossutil, …), no shell."""

import subprocess
from collections.abc import Sequence

from feeds.errors import HandOnFailed

TIMEOUT_S = 600


def hand_on(command: Sequence[str], timeout_s: float = TIMEOUT_S) -> None:
    """Run the command and wait for it; nothing for an empty one.

    Raises HandOnFailed if it cannot be started, fails or takes too long. What was published stays
    published, and the next publication hands all of it on.
    """
    if not command:
        return
    try:
        done = subprocess.run(
            list(command), capture_output=True, text=True, timeout=timeout_s, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise HandOnFailed(f"after_publish {command[0]}: {error}; mend the setting") from error
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip()[-300:]
        raise HandOnFailed(f"after_publish {command[0]}: exit code {done.returncode}: {said}")
