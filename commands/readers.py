"""Those who read: subscriptions and the digests they get."""

from pathlib import Path
from typing import Annotated

import typer

from commands.console import (
    FAILED,
    OK,
    AsJson,
    app,
    deliveries_app,
    err,
    out,
    print_json,
    read_bytes,
    subscribers_app,
)
from config import load_config


@app.command()
def digest(
    date: Annotated[str | None, typer.Option(help="Day, as 2026-06-07.")] = None,
    to: Annotated[str | None, typer.Option(help="Only this address, with --dry-run.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print; store and send none.")] = False,
    receipts: Annotated[str | None, typer.Option(help="Show what became of a day's mails.")] = None,
    html: Annotated[Path | None, typer.Option(help="With --receipts: as a page.")] = None,
    as_json: AsJson = False,
) -> None:
    """Compose and send the digests that are due, or those of one day."""
    from feeds.receipts import receipts as receipts_of
    from feeds.receipts import receipts_page
    from scheduler import Job
    from terminal import receipts_view

    job = Job(load_config())
    if receipts is not None:
        rows = receipts_of(job.database, receipts)
        if html is not None:
            html.write_bytes(receipts_page(rows, receipts))
            out.print(f"{html}: {len(rows)} mails", soft_wrap=True)
            return
        print_json(rows) if as_json else out.print(receipts_view(rows, receipts))
        return
    if dry_run:
        for message in job.preview(date, to):
            typer.echo(message)
        return
    delivered, problems = job.mail(date)
    out.print(f"digests: {delivered.states if delivered else 'not sent'}")
    for problem in (*problems, *(delivered.troubles if delivered else ())):
        err.print(problem, markup=False, soft_wrap=True)
    raise typer.Exit(FAILED if problems else OK)


@app.command()
def subscribe(
    address: Annotated[str, typer.Argument(help="A mail address, or an apprise URL (alerts).")],
    rhythm: Annotated[str, typer.Option(help="daily, weekly or immediately.")] = "daily",
    region: Annotated[list[str] | None, typer.Option(help="GB/T 2260 code, e.g. 32.")] = None,
    topic: Annotated[list[str] | None, typer.Option()] = None,
    genre: Annotated[list[str] | None, typer.Option()] = None,
    source: Annotated[list[str] | None, typer.Option()] = None,
    word: Annotated[list[str] | None, typer.Option(help="In title, 文号 or text.")] = None,
    all_quiet: Annotated[bool, typer.Option(help="Mail on days without news too.")] = False,
    diffs: Annotated[bool, typer.Option(help="Show what a revision changed.")] = True,
    details: Annotated[bool, typer.Option(help="Name the sources not looked at.")] = True,
) -> None:
    """Send digests or alerts to an address; no filter = every announced change."""
    from feeds import roster
    from scheduler import Job

    lists = {"regions": region, "topics": topic, "genres": genre, "sources": source, "words": word}
    cells = {name: ";".join(values or ()) for name, values in lists.items()}
    on = {"all_quiet": all_quiet, "diffs": diffs, "details": details}
    cells |= {name: "yes" if value else "no" for name, value in on.items()}
    wish = roster.wish({"address": address, "rhythm": rhythm, **cells})
    job = Job(load_config())
    (made,) = roster.enrol(job.database, [wish], job.clock())
    out.print(f"subscription {made}")


@app.command()
def unsubscribe(
    address: Annotated[str, typer.Argument(help="The address, or a subscription's number.")],
    erase: Annotated[bool, typer.Option("--erase", help="Forget the address everywhere.")] = False,
) -> None:
    """End every subscription of an address, or the one of that number."""
    from config import mail_settings
    from feeds.erasure import erase as forget
    from scheduler import Job
    from store import subscribers

    job = Job(load_config())
    number = int(address) if address.isdigit() else None
    with job.database.writing() as session:
        ended = subscribers.unsubscribe(session, address, number)
    out.print(f"{ended} subscriptions ended")
    if erase:
        out.print(f"{forget(job.database, mail_settings(job.config), address)} mails forgotten")
    raise typer.Exit(OK if ended or erase else FAILED)


@app.command()
def oneclick(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
) -> None:
    """Serve the unsubscribe links of the mails (RFC 8058); put HTTPS before it."""
    import uvicorn

    from feeds.oneclick import application
    from jobs.settings import signet
    from store.database import Database

    config = load_config()
    desk = application(Database(config.database), signet(config))
    at = (host or config.oneclick_host, port or config.oneclick_port)
    out.print(f"http://{at[0]}:{at[1]}/unsubscribe/", soft_wrap=True)
    uvicorn.run(desk, host=at[0], port=at[1], log_level="warning", limit_concurrency=100)


@deliveries_app.callback()
def deliveries(context: typer.Context, as_json: AsJson = False) -> None:
    """List the mails that wait, or whose end nobody knows."""
    from feeds.receipts import standing
    from jobs.settings import open_database
    from terminal import rows_table

    if context.invoked_subcommand is not None:
        return
    with open_database(load_config()).reading() as session:
        rows = standing(session)["waiting"]
    print_json(rows) if as_json else out.print(rows_table(rows, "邮件"))


@deliveries_app.command("resend")
def deliveries_resend(numbers: list[int]) -> None:
    """Send these mails again at the next round: unknown ones that did not arrive, refused ones."""
    from feeds.redelivery import resend
    from jobs.settings import open_database

    out.print(f"{resend(open_database(load_config()), numbers)} mails wait to be sent again")


@deliveries_app.command("writeoff")
def deliveries_writeoff(numbers: list[int]) -> None:
    """Give these mails up: they arrived after all, or shall not be sent."""
    from feeds.redelivery import write_off
    from jobs.settings import open_database

    out.print(f"{write_off(open_database(load_config()), numbers)} mails written off")


@subscribers_app.command("list")
def subscribers_list(as_json: AsJson = False) -> None:
    """List the active subscriptions."""
    from scheduler import Job
    from store import codec, digests
    from terminal import rows_table, subscription_rows

    with Job(load_config()).database.reading() as session:
        found = digests.subscriptions(session, suspended=True)
    if as_json:
        print_json([codec.dump(one) for one in found])
    else:
        out.print(rows_table(subscription_rows(found), "订阅"))


@subscribers_app.command("import")
def subscribers_import(file: Path) -> None:
    """Subscribe everybody in a CSV file (as `export` writes it); all of it or nothing."""
    from feeds import roster
    from scheduler import Job

    job = Job(load_config())
    made = roster.enrol(job.database, roster.read(read_bytes(file)), job.clock())
    out.print(f"{len(made)} rows, {len(set(made))} subscriptions")


@subscribers_app.command("export")
def subscribers_export() -> None:
    """Print the active subscriptions as CSV; a file of addresses: keep it as one."""
    from feeds import roster
    from scheduler import Job
    from store import digests

    with Job(load_config()).database.reading() as session:
        typer.echo(roster.write(digests.subscriptions(session, suspended=True)), nl=False)
