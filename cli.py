"""The `policywatch` command: each verb reads its arguments, calls a room, prints what came back.

Exit codes: 0 done, 1 something failed, 2 bad configuration or usage, 75 another run holds the
lock. Tables for people, `--json` for programs; diagnostics go to standard error.
"""

import json
import logging
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import structlog
import typer
from rich.console import Console

from config import ConfigError, load_config, program_version

if TYPE_CHECKING:
    from sqlmodel import Session

    from crawler.sources import Source

app = typer.Typer(
    name="policywatch",
    help="监测民政与社会工作政策：抓取、修复编码、识别、存储、发布、通知。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
sources_app = typer.Typer(help="List the watched columns; add one.", invoke_without_command=True)
app.add_typer(sources_app, name="sources")
subscribers_app = typer.Typer(help="List, import and export subscriptions.", no_args_is_help=True)
app.add_typer(subscribers_app, name="subscribers")
policies_app = typer.Typer(help="Say which pages are one policy.", no_args_is_help=True)
app.add_typer(policies_app, name="policies")

OK, FAILED, BAD_USAGE, LOCKED = 0, 1, 2, 75
out = Console()
err = Console(stderr=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, one object a line.")]


def main() -> None:
    """Run the command line; what a room refuses becomes one readable line and an exit code."""
    from crawler.errors import CrawlerError
    from feeds.errors import FeedsError
    from store.errors import LockHeld, StoreError

    _configure_logs()
    try:
        app()
    except LockHeld as held:
        _stop(held, LOCKED)
    except ConfigError as error:
        _stop(error, BAD_USAGE)
    except (CrawlerError, FeedsError, StoreError) as error:
        _stop(error, BAD_USAGE)


@app.callback(invoke_without_command=True)
def _options(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log every step.")] = False,
) -> None:
    if verbose:
        _configure_logs(logging.DEBUG)
    if version:
        typer.echo(program_version())
        raise typer.Exit


@app.command()
def demo(
    data: Annotated[Path, typer.Option(help="Folder to fill.")] = Path("var/demo"),
    days: Annotated[int, typer.Option(min=1, help="Days to let pass.")] = 6,
) -> None:
    """Crawl the sample sites on this machine, let days pass, show what a reader gets."""
    from demo import play

    raise typer.Exit(play(data, days, out))


@app.command()
def run(
    once: Annotated[bool, typer.Option("--once", help="Every enabled source, due or not.")] = False,
    source: Annotated[list[str] | None, typer.Option(help="Crawl this source now.")] = None,
    pages: Annotated[int | None, typer.Option(min=1, help="Backfill: pages of a list.")] = None,
    since: Annotated[str | None, typer.Option(help="Backfill: not before 2019, 2019-06.")] = None,
) -> None:
    """Crawl what is due now, publish, send what is due (for cron).

    With --pages or --since, fetch what the sources published before they were watched; a backfill
    that the day's requests end, or a kill, goes on where it stopped when the same is asked again.
    """
    from crawler.backfill import backfill_of
    from scheduler import Job
    from terminal import run_table

    job = Job(load_config(), progress=_progress)
    if unknown := sorted(set(source or ()) - set(job.sources)):
        _stop(f"source {', '.join(unknown)}: unknown; see `policywatch sources`", BAD_USAGE)
    everything = [source_id for source_id, s in job.sources.items() if s.enabled]
    backfill = backfill_of(pages, since)
    if backfill and not (source or once):
        _stop("--pages and --since need --source ID or --once: name what to walk back", BAD_USAGE)
    report = job.run(source or (everything if once else None), backfill)
    out.print(run_table(report, job.sources))
    for problem in report.problems:
        err.print(problem)
    raise typer.Exit(report.exit_code)


@app.command()
def daemon() -> None:
    """Run until stopped: due sources every ten minutes, the digest at its hour."""
    from scheduler import Job, serve_forever

    serve_forever(Job(load_config()))


@app.command()
def replay(files: list[Path], as_json: AsJson = False) -> None:
    """Run the pipeline over captured responses (WARC), offline and deterministic."""
    from crawler.bundle import warc_files
    from crawler.replay import replay_files
    from crawler.sources import load_sources
    from feeds.publish import publish
    from pipelines.classify import adopt
    from scheduler import open_database, publish_settings, rules_of, utc_now
    from store.lock import lock
    from terminal import replay_table

    config = load_config()
    adopt(rules_of(config))
    with lock(config.data, "run", utc_now()), warc_files(files) as warcs:
        database = open_database(config)
        summary = replay_files(database, warcs, load_sources(config.sources), utc_now, _progress)
        publish(database, config.public, publish_settings(config))
    (err if as_json else out).print(replay_table(summary))
    if as_json:
        _print_json([summary.counts()])
    raise typer.Exit(OK if summary.accounted else FAILED)


@app.command()
def inspect(
    target: Annotated[str | None, typer.Argument(help="A file or an http(s) address.")] = None,
    url: Annotated[str | None, typer.Option(help="The address the file was served from.")] = None,
    content_type: Annotated[str | None, typer.Option(help="Its Content-Type header.")] = None,
    manifest: Annotated[Path | None, typer.Option(help="JSONL of pages to inspect.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write page and reading side by side.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show everything the product thinks about a page; nothing is stored."""
    from crawler.inspection import fetch_page, inspect_manifest, reading_json
    from crawler.page import read_page
    from terminal import reading_view

    if (target is None) == (manifest is None):
        _stop("inspect: give either one file or address, or --manifest", BAD_USAGE)
    if manifest is not None:
        _print_json(inspect_manifest(manifest))
        return
    assert target is not None
    if target.startswith(("http://", "https://")):
        page = fetch_page(target, load_config().user_agent)
        reading = read_page(
            page.body, page.content_type, page.url, status=page.status, headers=page.headers
        )
    else:
        reading = read_page(_read(Path(target)), content_type, url or "")
    if html is not None:
        _write_beside(html, reading)
    elif as_json:
        _print_json([reading_json(reading)])
    else:
        out.print(reading_view(reading))


@app.command()
def decode(
    manifest: Annotated[Path, typer.Option(help="JSONL of pages to decode.")],
    as_json: AsJson = True,
) -> None:
    """Run the decode step alone over the pages of a manifest."""
    from crawler.inspection import decode_manifest

    _print_json(decode_manifest(manifest))


@app.command()
def identify(
    manifest: Annotated[Path, typer.Option(help="JSONL of documents, in order, by group.")],
    as_json: AsJson = True,
) -> None:
    """Say what each document is to those before it; each group is a fresh archive."""
    from crawler.trial import identify_manifest

    _print_json(identify_manifest(manifest))


@app.command(name="publish")
def publish_command() -> None:
    """Bring the feeds and the site in line with the ledger."""
    from feeds.publish import publish
    from scheduler import publish_settings
    from store.database import Database

    config = load_config()
    done = publish(Database(config.database), config.public, publish_settings(config))
    out.print(f"{config.public}: {len(done.written)} written, {done.unchanged} unchanged")
    if done.problem:
        _stop(done.problem, FAILED)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
) -> None:
    """Serve the published folder, feeds by filter and search over HTTP; writes nothing."""
    import uvicorn

    from feeds.web import application
    from scheduler import publish_settings
    from store.database import Database

    config = load_config()
    site = application(Database(config.database), config.public, publish_settings(config))
    at = (host or config.serve_host, port or config.serve_port)
    out.print(f"http://{at[0]}:{at[1]}/", soft_wrap=True)
    uvicorn.run(site, host=at[0], port=at[1], log_level="warning", limit_concurrency=500)


@app.command()
def digest(
    date: Annotated[str | None, typer.Option(help="Day, as 2026-06-07.")] = None,
    to: Annotated[str | None, typer.Option(help="Only this address, with --dry-run.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print; store and send none.")] = False,
    receipts: Annotated[str | None, typer.Option(help="Show what became of a day's mails.")] = None,
    as_json: AsJson = False,
) -> None:
    """Compose and send the digests that are due, or those of one day."""
    from feeds.receipts import receipts as receipts_of
    from scheduler import Job
    from terminal import receipts_view

    job = Job(load_config())
    if receipts is not None:
        rows = receipts_of(job.database, receipts)
        _print_json(rows) if as_json else out.print(receipts_view(rows, receipts))
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
def status(
    as_json: AsJson = False,
    max_age: Annotated[
        float | None, typer.Option(help="Exit 1 if no run ended within so many hours.")
    ] = None,
) -> None:
    """Show each source's health, the last run, digests and deliveries."""
    from scheduler import Job
    from terminal import status_view

    state = Job(load_config()).status()
    if as_json:
        _print_json([state])
    else:
        out.print(status_view(state))
    late = max_age is not None and (state["age_h"] is None or state["age_h"] > max_age)
    raise typer.Exit(FAILED if late else OK)


@app.command()
def verify() -> None:
    """Check whether the database keeps its promises."""
    from store.database import Database
    from store.verify import problems

    with Database(load_config().database).reading() as session:
        found = problems(session)
    for problem in found:
        err.print(problem, markup=False, soft_wrap=True)
    out.print("sound" if not found else f"{len(found)} problems")
    raise typer.Exit(FAILED if found else OK)


@sources_app.callback()
def sources(
    context: typer.Context,
    doubts: Annotated[bool, typer.Option("--doubts", help="What looks badly read.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the watched columns, how sure their addresses are, their sources' health."""
    if context.invoked_subcommand is not None:
        return
    if doubts:
        _show_doubts(as_json)
        return
    from crawler.revisits import delays_of
    from scheduler import Job
    from store import health, revisits
    from terminal import source_rows, sources_view

    job = Job(load_config())
    with job.database.reading() as session:
        statuses = {s.source_id: s for s in health.statuses(session)}
        delays = delays_of(job.sources, revisits.stocks(session, job.clock()))
    rows = source_rows(job.sources, statuses, delays)
    if as_json:
        _print_json(rows)
    else:
        out.print(sources_view(rows))


def _show_doubts(as_json: bool) -> None:
    from dataclasses import asdict

    from pipelines.doubts import doubts
    from scheduler import Job
    from store.readings import snapshot_facts
    from terminal import rows_table

    with Job(load_config()).database.reading() as session:
        rows = [asdict(doubt) for doubt in doubts(snapshot_facts(session))]
    if as_json:
        _print_json(rows)
    else:
        out.print(rows_table(rows, "存疑的页面"))


@sources_app.command("add")
def sources_add(url: Annotated[str, typer.Argument(help="Address of a column.")]) -> None:
    """Show what would be read of a column, and write its definition to be reviewed."""
    from crawler.proposals import propose_column
    from scheduler import Job
    from terminal import trial_view

    trial = propose_column(Job(load_config()).bureau(), url)
    out.print(trial_view(trial))
    raise typer.Exit(OK if trial.path else FAILED)


@app.command()
def discover(start: Annotated[str, typer.Argument(metavar="HOST")]) -> None:
    """Find the columns of a site from its host or any page of it, and propose them."""
    from crawler.proposals import propose_site
    from scheduler import Job
    from terminal import proposal_view

    bureau = Job(load_config()).bureau()
    proposal = propose_site(bureau, start, lambda url: err.print(url, soft_wrap=True))
    out.print(proposal_view(proposal))
    raise typer.Exit(OK if proposal.survey.columns else FAILED)


@app.command()
def doctor(
    source: Annotated[list[str] | None, typer.Argument(help="Source ids; none: all.")] = None,
    as_json: AsJson = False,
) -> None:
    """Check every step of a visit to a source: what it means, what to do."""
    from crawler.doctor import Practice, client_maker, examine_all
    from crawler.last_good import last_good_visits
    from scheduler import Job
    from terminal import examinations_view

    config = load_config()
    job = Job(config)
    chosen = _chosen(job.sources, source)
    practice = Practice(
        client_maker(config.user_agent),
        job.clock,
        lambda s: last_good_visits(job.database, config.archive, s, job.clock()),
        lambda source_id: _progress(source_id, 1, len(chosen)),
    )
    examined = examine_all(chosen, practice)
    if as_json:
        _print_json(e.as_json() for e in examined)
    else:
        out.print(examinations_view(examined))
    raise typer.Exit(OK if all(e.sound for e in examined) else FAILED)


@app.command()
def fieldtrip(
    minutes: Annotated[float, typer.Option(min=0, help="How long to look around.")] = 15,
    source: Annotated[list[str] | None, typer.Option(help="Only this source.")] = None,
) -> None:
    """Look at every source politely and pack what came back into one bundle to send."""
    from crawler.fieldtrip import travel
    from crawler.sources import load_sources
    from scheduler import utc_now

    config = load_config()
    chosen = _chosen(load_sources(config.sources), source)
    trip = travel(
        chosen,
        config.data / f"fieldtrip-{utc_now():%Y%m%dT%H%M%S}.zip",
        agent=config.user_agent,
        clock=utc_now,
        minutes=minutes,
        progress=lambda source_id: _progress(source_id, 1, len(chosen)),
    )
    sound = sum(e.sound for e in trip.examined)
    out.print(f"{trip.bundle}: {trip.size} bytes, {trip.answers} answers", soft_wrap=True)
    out.print(f"{sound} of {len(chosen)} sources sound, {trip.left_out} answers left out")
    raise typer.Exit(OK if trip.answers else FAILED)


@app.command(name="import")
def import_command(
    path: Annotated[Path, typer.Argument(metavar="PAGE", help="HTML, MHT, or a folder.")],
    url: Annotated[str | None, typer.Option(help="The address it was saved from.")] = None,
) -> None:
    """Take in pages that a person saved from a browser."""
    from crawler.importing import Importer
    from feeds.publish import publish
    from scheduler import Job, publish_settings
    from store.lock import lock
    from terminal import rows_table

    config = load_config()
    job = Job(config)
    with lock(config.data, "run", job.clock()):
        importer = Importer(job.database, config.archive, job.sources, job.clock)
        taken = importer.take(path, url)
        publish(job.database, config.public, publish_settings(config))
    out.print(rows_table([t.shown() for t in taken], "导入"))
    raise typer.Exit(OK if all(t.kind != "refused" for t in taken) else FAILED)


@app.command()
def encodings(as_json: AsJson = False) -> None:
    """Summarise by source what pages declared, what they were, what was repaired or lost."""
    from store.database import Database
    from store.encodings import stories
    from terminal import encoding_rows, rows_table

    with Database(load_config().database).reading() as session:
        rows = encoding_rows(stories(session))
    if as_json:
        _print_json(rows)
    else:
        out.print(rows_table(rows, "编码"))


@app.command()
def redecode() -> None:
    """Read every archived page anew after an upgrade; differences are corrections, not news."""
    from scheduler import Job

    read = Job(load_config(), progress=_progress).redecode()
    out.print(f"{read.pages} pages read anew, {len(read.changes)} changes")
    for url, why in read.unreadable.items():
        err.print(f"{url}: {why}", markup=False, soft_wrap=True)
    raise typer.Exit(FAILED if read.unreadable else OK)


@app.command()
def reclassify(
    preview: Annotated[bool, typer.Option("--preview", help="Show it; change nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Classify the archive anew after the rules changed; differences are corrections, not news."""
    from scheduler import Job

    found = Job(load_config(), progress=_progress).reclassify(preview=preview)
    rows = [{"url": f.page_url, "title": f.title, "difference": f.difference} for f in found]
    if as_json:
        _print_json(rows)
    else:
        from terminal import rows_table

        out.print(rows_table(rows, "将会改变" if preview else "重新分类"))


@app.command()
def release(source: str) -> None:
    """Announce what the flood gate held back of a source."""
    from scheduler import Job

    count = Job(load_config()).release(source)
    out.print(f"{source}: {count} changes announced")


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


@subscribers_app.command("list")
def subscribers_list(as_json: AsJson = False) -> None:
    """List the active subscriptions."""
    from scheduler import Job
    from store import codec, digests
    from terminal import rows_table

    with Job(load_config()).database.reading() as session:
        rows = [codec.dump(one) for one in digests.subscriptions(session, suspended=True)]
    if as_json:
        _print_json(rows)
    else:
        out.print(rows_table(rows, "订阅"))


@subscribers_app.command("import")
def subscribers_import(file: Path) -> None:
    """Subscribe everybody in a CSV file (as `export` writes it); all of it or nothing."""
    from feeds import roster
    from scheduler import Job

    job = Job(load_config())
    made = roster.enrol(job.database, roster.read(_read(file)), job.clock())
    out.print(f"{len(made)} rows, {len(set(made))} subscriptions")


@subscribers_app.command("export")
def subscribers_export() -> None:
    """Print the active subscriptions as CSV; a file of addresses: keep it as one."""
    from feeds import roster
    from scheduler import Job
    from store import digests

    with Job(load_config()).database.reading() as session:
        typer.echo(roster.write(digests.subscriptions(session, suspended=True)), nl=False)


@app.command()
def ack(
    subject: Annotated[str, typer.Argument(help="As `status` names it; `all` for every alarm.")],
    days: Annotated[int, typer.Option(min=1, help="No reminder for so many days.")] = 7,
) -> None:
    """Say that an alarm is known: no reminders for a while."""
    from datetime import timedelta

    from scheduler import Job
    from store import alarms

    job = Job(load_config())
    until = job.clock() + timedelta(days=days)
    with job.database.writing() as session:
        count = alarms.acknowledge(session, None if subject == "all" else subject, until)
    out.print(f"{subject}: {count} alarms acknowledged for {days} days")
    raise typer.Exit(OK if count else FAILED)


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
        _stop(f"policy {name}: none by that id, 文号 or title", FAILED)
    for one in found:
        if as_json:
            _print_json([codec.dump(one.policy) | {"account": account_rows(one)}])
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
        _print_json(codec.dump(lead) for lead in found)
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


@app.command()
def config() -> None:
    """Print the effective configuration, secrets masked."""
    typer.echo(json.dumps(load_config().masked(), ensure_ascii=False, indent=2))


def _chosen(sources: Mapping[str, "Source"], ids: list[str] | None) -> list["Source"]:
    """Return the named sources, or every enabled one."""
    if unknown := sorted(set(ids or ()) - set(sources)):
        _stop(f"source {', '.join(unknown)}: unknown; see `policywatch sources`", BAD_USAGE)
    return [sources[i] for i in dict.fromkeys(ids or [i for i in sources if sources[i].enabled])]


def _configure_logs(level: int = logging.WARNING) -> None:
    terminal = sys.stderr.isatty()
    render = (
        structlog.dev.ConsoleRenderer()
        if terminal
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            render,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),  # as it is when it speaks
    )


def _progress(stage: str, done: int, total: int) -> None:
    if err.is_terminal:
        err.print(f"{stage} {done}/{total}", end="\r")


def _print_json(values: Iterable[Any]) -> None:
    for value in values:
        typer.echo(json.dumps(value, ensure_ascii=False))


def _write_beside(path: Path, reading: Any) -> None:
    from feeds.beside import beside

    try:
        path.write_text(beside(reading), encoding="utf-8")
    except OSError as error:
        _stop(f"{path}: cannot be written: {error.strerror}; name another file", BAD_USAGE)
    out.print(f"{path}: page and reading side by side")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        _stop(f"{path}: {error.strerror}; name a readable file", BAD_USAGE)


def _stop(why: object, code: int) -> NoReturn:
    err.print(str(why), style="red", markup=False, highlight=False, soft_wrap=True)
    sys.exit(code)


if __name__ == "__main__":
    main()
