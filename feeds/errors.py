"""What can go wrong while publishing, as one small tree.

FeedsError
├── UnsafeName     an id from the ledger cannot be a file name
├── MailRefused    no message can be made or the mail settings contradict themselves
├── AddressRefused an address that no mail can be sent to, or a list of them that cannot be read
├── BadFilter      a feed address asks for something nobody can answer
├── NotResendable  a mail that a person wants sent again, or written off, is past that
├── SecretUnusable the secret of unsubscribe links is too short, or its file cannot be used
├── HandOnFailed   the command after a publication did not do its work; it stays owed
└── AlertFailed    a channel did not take an alert; it stays due
"""


class FeedsError(Exception):
    """Base of everything this room raises; the message says what, which, cause, what to do."""


class UnsafeName(FeedsError):
    """An id from the ledger holds characters that must not reach a file name."""


class MailRefused(FeedsError):
    """The mail settings contradict themselves, or an address cannot be written in a header."""


class AddressRefused(FeedsError):
    """An address is no mail address and no channel; the message never repeats it."""


class BadFilter(FeedsError):
    """The query of a feed's address has an unknown name, or more than anybody means."""


class NotResendable(FeedsError):
    """A delivery cannot be sent again or written off as it stands; nothing was changed."""


class SecretUnusable(FeedsError):
    """The secret that signs unsubscribe links is too short, or its file cannot be used."""


class HandOnFailed(FeedsError):
    """The operator's command after a publication could not be started, failed or hung."""


class AlertFailed(FeedsError):
    """A configured alert channel did not accept an alert."""
