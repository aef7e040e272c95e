"""Policies: one dossier shown; dossiers made one or apart, by the operator or by the rules."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from commands.console import (
    FAILED,
    AsJson,
    app,
    out,
    policies_app,
    print_json,
    show_progress,
    stop,
)
from config import load_config

if TYPE_CHECKING:
    from sqlmodel import Session

    from store.database import Database


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
    from crawler.binding import bind_steps
    from store import decisions

    with _editing() as (session, now):
        survivor = decisions.merge(session, ids, now)
        bind_steps(session, [survivor, *ids], now)
    out.print(f"{survivor}: one policy now; remembered, told in everything.xml")


@policies_app.command("split")
def policies_split(
    url: Annotated[str, typer.Argument(help="A page's address, as `policy` shows it.")],
    part: Annotated[int | None, typer.Option(help="Of a page with several documents.")] = None,
) -> None:
    """Give a page a dossier of its own for good."""
    from crawler.binding import bind_steps
    from store import decisions

    with _editing() as (session, now):
        left, policy_id = decisions.split(session, url, part, now)
        bind_steps(session, [left, policy_id], now)
    out.print(f"{policy_id}: split from {left}; remembered, told in everything.xml")


@app.command()
def reidentify(
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without this, only show it.")] = False,
    as_json: AsJson = False,
) -> None:
    """Put every page into its dossier anew; differences are corrections, not news."""
    from crawler import reidentifying
    from crawler.sources import load_sources
    from scheduler import utc_now
    from store.database import Database
    from terminal import rows_table

    config = load_config()
    sources = load_sources(config.sources)
    if yes:
        with _between_runs() as database:
            found = reidentifying.reidentify(database, sources, utc_now, show_progress)
    else:
        found = reidentifying.preview(Database(config.database), sources, show_progress)
    rows = [{"url": f.page_url, "title": f.title, "difference": f.difference} for f in found]
    if as_json:
        print_json(rows)
        return
    out.print(rows_table(rows, "重新识别" if yes else "将会改变"))
    if rows and not yes:
        out.print("policywatch reidentify --yes 写入；人工判定优先，不发通知")


@contextmanager
def _editing() -> Iterator[tuple["Session", datetime]]:
    """Yield a write transaction and its instant between runs; what it did is published."""
    from scheduler import utc_now

    with _between_runs() as database, database.writing() as session:
        yield session, utc_now()


@contextmanager
def _between_runs() -> Iterator["Database"]:
    """Yield the database while no run can start; what was done is published."""
    from feeds.publish import publish
    from scheduler import open_database, publish_settings, utc_now
    from store.lock import lock

    config = load_config()
    with lock(config.data, "run", utc_now()):
        database = open_database(config)
        yield database
        publish(database, config.public, publish_settings(config))
