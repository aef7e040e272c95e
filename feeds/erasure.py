"""Forgets an address: in the database, in the copies of its mails, in the Maildir."""

import mailbox

from feeds.settings import MailSettings
from store import subscribers
from store.database import Database


def erase(database: Database, settings: MailSettings, address: str) -> int:
    """Remove every trace of the address; return how many mails to it were forgotten.

    What it was told stays in the ledger and in the receipts, under a number, without a name.
    Backups made before still hold it.
    """
    with database.writing() as session:
        mails = subscribers.erase(session, address)
    for subscription_id in {subscription_id for _, subscription_id in mails}:
        for copy in settings.digests.glob(f"*-{subscription_id}.eml"):
            copy.unlink()
    if settings.maildir.is_dir():
        _empty_maildir(mailbox.Maildir(settings.maildir), {name for name, _ in mails})
    return len(mails)


def _empty_maildir(box: mailbox.Maildir, message_ids: set[str]) -> None:
    for key in [key for key, message in box.items() if str(message["Message-ID"]) in message_ids]:
        box.remove(key)
    box.close()
