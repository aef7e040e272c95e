"""What can go wrong in the store, as one small tree.

StoreError
├── LedgerBroken     the database contradicts an invariant; stop and verify
├── NewerDatabase    the database was written by a newer program
├── BackupError      a backup cannot be made, or is not whole
├── DecisionRefused  an operator asked to merge or split what cannot be
└── LockHeld         another run holds the lock (exit 75)
"""


class StoreError(Exception):
    """Base of everything this room raises; the message says what, which, cause, what to do."""


class LedgerBroken(StoreError):
    """The database contradicts an invariant of the ledger."""


class NewerDatabase(StoreError):
    """The database carries a migration that this program does not know."""


class BackupError(StoreError):
    """A backup cannot be made, is not whole, or has no place to go."""


class DecisionRefused(StoreError):
    """An operator asked to merge or split what is not there or cannot be."""


class LockHeld(StoreError):
    """Another run holds the lock on this data folder."""
