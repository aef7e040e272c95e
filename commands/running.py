"""Running the product: the demo, a run, the daemon, the server, how it stands."""

import json
from pathlib import Path
from typing import Annotated

import typer

from commands.console import (
    BAD_USAGE,
    FAILED,
    app,
    err,
    out,
    show_progress,
    stop,
)
from config import load_config


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
    from jobs.stopping import EXIT_STOPPED, Stopped, stop_on_signals
    from scheduler import Job
    from terminal import run_table

    job = Job(load_config(), progress=show_progress)
    if unknown := sorted(set(source or ()) - set(job.sources)):
        stop(f"source {', '.join(unknown)}: unknown; see `policywatch sources`", BAD_USAGE)
    everything = [source_id for source_id, s in job.sources.items() if s.enabled]
    backfill = backfill_of(pages, since)
    if backfill and not (source or once):
        stop("--pages and --since need --source ID or --once: name what to walk back", BAD_USAGE)
    try:
        with stop_on_signals(job.stop):
            report = job.run(source or (everything if once else None), backfill)
    except Stopped as stopped:
        stop(stopped, EXIT_STOPPED)
    out.print(run_table(report, job.sources))
    for problem in report.problems:
        err.print(problem)
    raise typer.Exit(report.exit_code)


@app.command()
def daemon(context: typer.Context) -> None:
    """Run until stopped: due sources every ten minutes, the digest at its hour."""
    from crawler.sources import load_sources
    from scheduler import Daemon

    config = load_config()
    load_sources(config.sources)  # a bad file is refused now; the runs read it anew each time
    Daemon(config, verbose=bool(context.obj)).serve()


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
    site = application(
        Database(config.database, read_only=True), config.public, publish_settings(config)
    )
    at = (host or config.serve_host, port or config.serve_port)
    out.print(f"http://{at[0]}:{at[1]}/", soft_wrap=True)
    uvicorn.run(site, host=at[0], port=at[1], log_level="warning", limit_concurrency=500)


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
        stop(done.problem, FAILED)


@app.command()
def config() -> None:
    """Print the effective configuration, secrets masked."""
    typer.echo(json.dumps(load_config().masked(), ensure_ascii=False, indent=2))
