"""Signs what a link in a mail may do, so that nobody can do it with a link they made up.

A token names one subscription and proves, by HMAC-SHA256 (RFC 2104) under a secret of this
installation, that we wrote it. It never expires: a mail of years ago must still let its reader go.
"""

import base64
import hmac
import os
import re
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from feeds.errors import SecretUnusable
from store import faults

faults.register(
    secret_link_before="the secret of unsubscribe links is on disk and has not its name",
    secret_link_after="the secret of unsubscribe links has just got its name",
)

SECRET_BYTES = 32
LEAST_SECRET_BYTES = 16
_MAC_BYTES = 21
"""168 bits, written in 28 characters without padding."""
_TOKEN = re.compile(r"([1-9]\d{0,17})\.[A-Za-z0-9_-]{28}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Signet:
    """The secret of this installation and what is made with it; never shown, never logged."""

    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) < LEAST_SECRET_BYTES:
            raise SecretUnusable(
                f"unsubscribe secret: {len(self.secret)} bytes, at least {LEAST_SECRET_BYTES} are "
                "needed; set unsubscribe_secret to a long random text, or unset it"
            )

    def token(self, subscription_id: int) -> str:
        """Return the token of this subscription, always the same: `17.` and 28 characters."""
        said = f"subscription:{subscription_id}".encode()
        mac = hmac.digest(self.secret, said, "sha256")[:_MAC_BYTES]
        return f"{subscription_id}.{base64.urlsafe_b64encode(mac).decode()}"

    def read(self, token: str) -> int | None:
        """Return the subscription the token names, None if we did not write it.

        Compared in constant time, so that answers do not tell how much of a guess was right.
        """
        found = _TOKEN.fullmatch(token)
        if found is None:
            return None
        subscription_id = int(found[1])
        genuine = hmac.compare_digest(self.token(subscription_id).encode(), token.encode())
        return subscription_id if genuine else None


def kept_secret(path: Path) -> bytes:
    """Return the secret in the file at `path`, made there when there is none yet.

    Readable by its owner alone (0600), whole before it has its name, and never replaced: a new
    secret would make every link in every mail already sent a dead one.
    Raises SecretUnusable if it cannot be read or made.
    """
    try:
        if not path.exists():
            _make(path)
        return path.read_bytes()
    except OSError as error:
        raise SecretUnusable(
            f"{path}: the secret of unsubscribe links: {error.strerror}; "
            "let this user read and write the data folder"
        ) from error


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    made = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(made, "wb") as file:
        file.write(secrets.token_bytes(SECRET_BYTES))
        file.flush()
        os.fsync(file.fileno())
    try:
        faults.reach("secret_link_before")
        os.link(beside, path)  # fails where another process was first: its secret holds
        faults.reach("secret_link_after")
    except FileExistsError:
        return
    finally:
        beside.unlink()
