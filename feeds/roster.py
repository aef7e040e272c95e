"""The list of subscribers as a table: what an operator keeps in a spreadsheet, read and written.

Bytes in, wishes out, and the other way round. Chinese spreadsheets save CSV in the code page
of Windows, so a file that is no UTF-8 is read as GB18030. A list is taken whole or not at all.
Only `enrol` writes.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import get_args

from feeds.addresses import checked, is_channel
from feeds.errors import AddressRefused
from store.database import Database
from store.records import Filter, Subscription
from store.subscribers import Rhythm, subscribe

LISTS = ("regions", "topics", "genres", "sources", "words")
SWITCHES = {"possibly": True, "all_quiet": False, "diffs": True, "details": True}
COLUMNS = ("address", "rhythm", *LISTS, *SWITCHES)
_YES, _NO = ("1", "yes", "true", "是"), ("0", "no", "false", "否")


@dataclass(frozen=True, slots=True)
class Wish:
    """One row: who wants what; the address is already checked."""

    address: str
    filter: Filter
    rhythm: Rhythm = "daily"
    all_quiet: bool = False
    diffs: bool = True
    details: bool = True


def wish(values: Mapping[str, str]) -> Wish:
    """Return the wish of one row of strings; a missing or empty cell is the default.

    Several values in one cell are parted by `;`. Raises AddressRefused naming the column.
    """
    address = checked(values.get("address") or "")
    rhythm = (values.get("rhythm") or "daily").strip()
    if rhythm not in get_args(Rhythm):
        raise AddressRefused(f"rhythm: {rhythm!r} is none of {', '.join(get_args(Rhythm))}")
    if is_channel(address) and rhythm != "immediately":
        raise AddressRefused("rhythm: a channel takes immediate alerts only; write `immediately`")
    lists = {name: _several(values.get(name) or "") for name in LISTS}
    on = {name: _switch(name, values.get(name) or "") for name in SWITCHES}
    return Wish(
        address=address,
        filter=Filter(**lists, possibly=on.pop("possibly")),
        rhythm=rhythm,  # type: ignore[arg-type]
        **on,
    )


def read(content: bytes) -> list[Wish]:
    """Return the wishes of a CSV file with a heading row; only `address` must be a column.

    Raises AddressRefused naming every bad row by its line, never by its address.
    """
    rows = csv.DictReader(io.StringIO(_text(content)))
    unknown = set(rows.fieldnames or ()) - set(COLUMNS)
    if "address" not in (rows.fieldnames or ()) or unknown:
        raise AddressRefused(
            f"subscribers: the heading row must be of {', '.join(COLUMNS)}, with `address`"
            + (f"; unknown: {', '.join(sorted(map(str, unknown)))}" if unknown else "")
        )
    found, bad = [], []
    try:
        for row in rows:
            try:
                found.append(wish(row))
            except AddressRefused as refused:
                bad.append(f"line {rows.line_num}: {refused}")
    except csv.Error as error:
        raise AddressRefused(f"subscribers: line {rows.line_num}: no CSV: {error}") from error
    if bad:
        raise AddressRefused(f"subscribers: nothing imported; {'; '.join(bad)}")
    return found


def write(subscriptions: Sequence[Subscription]) -> str:
    """Return the list as CSV text that `read` reads back."""
    text = io.StringIO()
    rows = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    rows.writeheader()
    for one in subscriptions:
        values = {name: ";".join(getattr(one.filter, name)) for name in LISTS}
        on = {name: getattr(one, name) for name in SWITCHES if name != "possibly"}
        switches = {name: "yes" if value else "no" for name, value in on.items()}
        possibly = "yes" if one.filter.possibly else "no"
        head = {"address": one.address, "rhythm": one.rhythm}
        rows.writerow({**head, **values, **switches, "possibly": possibly})
    return text.getvalue()


def enrol(database: Database, wishes: Sequence[Wish], now: datetime) -> list[int]:
    """Subscribe all of them in one transaction; return the subscriptions' numbers in order."""
    with database.writing() as session:
        made = [
            subscribe(
                session,
                wish.address,
                wish.filter,
                now,
                rhythm=wish.rhythm,
                all_quiet=wish.all_quiet,
                diffs=wish.diffs,
                details=wish.details,
            )
            for wish in wishes
        ]
    return [subscription.id for subscription in made]


def _text(content: bytes) -> str:
    for charset in ("utf-8-sig", "gb18030"):
        with suppress(UnicodeDecodeError):  # the next one decides; none left is an error below
            return content.decode(charset)
    raise AddressRefused("subscribers: neither UTF-8 nor GB18030; save it as UTF-8")


def _several(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.replace("；", ";").split(";") if part.strip())


def _switch(name: str, cell: str) -> bool:
    value = cell.strip().lower()
    if value and value not in (*_YES, *_NO):
        raise AddressRefused(f"{name}: {cell!r} is neither yes nor no")
    return value in _YES if value else SWITCHES[name]
