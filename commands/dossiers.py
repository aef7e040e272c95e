"""Policies: one dossier shown, dossiers made one or apart by the operator."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from commands.console import FAILED, AsJson, app, out, policies_app, print_json, stop
from config import load_config

if TYPE_CHECKING:
    from sqlmodel import Session


@app.command()
def policy(name: str, as_json: AsJson = False) -> None:
    """Show the dossiers with that id, 文号, or words in their title, and all around them."""
    from crawler.account import account
    from store import codec, dossiers
    from store.database import Database
    from terminal import account_rows, policy_view

    with Database(load_config().database).reading() as session:
        ids = dossiers.named(session, name) or [name]
        found = [account(session, p) for i in ids if (p := dossiers.policy(session, i))]
    if not found:
        stop(f"policy {name}: none by that id, 文号 or title", FAILED)
    for one in found:
        if as_json:
            print_json([codec.dump(one.policy) | {"account": account_rows(one)}])
        else:
            out.print(policy_view(one))


@policies_app.command("leads")
def policies_leads(as_json: AsJson = False) -> None:
    """List the policies that relevant pages cite and nobody has seen, most cited first."""
    from crawler.leads import leads
    from store import codec
    from store.database import Database
    from terminal import lead_rows, rows_table

    with Database(load_config().database).reading() as session:
        found = leads(session)
    if as_json:
        print_json(codec.dump(lead) for lead in found)
    else:
        out.print(rows_table(lead_rows(found), "待查原文"))


@policies_app.command("merge")
def policies_merge(
    ids: Annotated[list[str], typer.Argument(metavar="ID ID…", help="As `policy` shows them.")],
) -> None:
    """Make dossiers one for good: the oldest id survives, the others lead to it."""
    from store import decisions

    with _editing() as (session, now):
        survivor = decisions.merge(session, ids, now)
    out.print(f"{survivor}: one policy now; remembered, told in everything.xml")


@policies_app.command("split")
def policies_split(
    url: Annotated[str, typer.Argument(help="A page's address, as `policy` shows it.")],
    part: Annotated[int | None, typer.Option(help="Of a page with several documents.")] = None,
) -> None:
    """Give a page a dossier of its own for good."""
    from store import decisions

    with _editing() as (session, now):
        left, policy_id = decisions.split(session, url, part, now)
    out.print(f"{policy_id}: split from {left}; remembered, told in everything.xml")


@contextmanager
def _editing() -> Iterator[tuple["Session", datetime]]:
    """Yield a write transaction and its instant between runs; what it did is published."""
    from feeds.publish import publish
    from scheduler import open_database, publish_settings, utc_now
    from store.lock import lock

    config = load_config()
    with lock(config.data, "run", utc_now()):
        database = open_database(config)
        with database.writing() as session:
            yield session, utc_now()
        publish(database, config.public, publish_settings(config))
