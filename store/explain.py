"""What the disk or the database refused, in one line: what, which, why, what to do.

For the edges of the program only: inside, the exception itself travels, because a disk that is
full is everybody's trouble and no page's fault.
"""

import errno

from sqlalchemy.exc import DBAPIError

_DATABASE = {
    "database or disk is full": "the disk is full: free some space",
    "disk i/o error": "the disk is full or fails: free some space, look at the kernel's log",
    "readonly database": "the disk or the file is read-only: let this user write the data folder",
    "unable to open database file": "its folder is missing, read-only or full: look at its folder",
    "database is locked": "another program has held it for a minute: end that one (see `fuser`)",
    "malformed": "the file is damaged: run `policywatch restore` with the last backup",
    "not a database": "the file is damaged: run `policywatch restore` with the last backup",
}
"""Words of SQLite's own messages (sqlite3.c, sqlite3ErrStr) and what they ask of an operator."""

_DISK = {
    errno.ENOSPC: "free some space",
    errno.EDQUOT: "the quota is used up: free some space",
    errno.EFBIG: "a limit on file sizes holds here (ulimit -f): raise it",
    errno.EROFS: "mount it writable; a disk that fails turns so by itself: see the kernel log",
    errno.EACCES: "let this user read and write the data folder",
    errno.EPERM: "let this user read and write the data folder",
    errno.EIO: "the disk fails: look at the kernel's log, restore from a backup",
}

_AGAIN = "nothing that was recorded is lost, and the next run goes on where this one stopped"


def explained(error: BaseException) -> str | None:
    """Return the line for an operator; None for what is no trouble of disk or database."""
    if isinstance(error, DBAPIError):
        said = str(error.orig)
        advice = next((a for words, a in _DATABASE.items() if words in said.lower()), None)
        return f"database: {said}; {advice}; {_AGAIN}" if advice else None
    if isinstance(error, OSError) and error.errno in _DISK:
        place = f"{error.filename}: " if error.filename else ""
        return f"{place}{error.strerror}; {_DISK[error.errno]}; {_AGAIN}"
    return None
