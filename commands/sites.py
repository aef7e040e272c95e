"""The sites that are watched: listed, added, examined, found, released."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from commands.console import (
    BAD_USAGE,
    FAILED,
    OK,
    AsJson,
    app,
    err,
    out,
    print_json,
    show_progress,
    sources_app,
    stop,
)
from config import load_config

if TYPE_CHECKING:
    from crawler.sources import Source


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
    from jobs.rhythm import upcoming
    from scheduler import Job
    from store import columns, health, revisits
    from terminal import source_rows, sources_view

    job = Job(load_config())
    with job.database.reading() as session:
        statuses = {s.source_id: s for s in health.statuses(session)}
        delays = delays_of(job.sources, revisits.stocks(session, job.clock()))
        next_at = upcoming(job.sources.values(), columns.states(session), job.clock())
    if as_json:
        print_json(source_rows(job.sources, statuses, delays, next_at))
    else:
        out.print(sources_view(job.sources, statuses, delays))


def _show_doubts(as_json: bool) -> None:
    from dataclasses import asdict

    from pipelines.doubts import doubts
    from scheduler import Job
    from store.readings import snapshot_facts
    from terminal import rows_table

    with Job(load_config()).database.reading() as session:
        rows = [asdict(doubt) for doubt in doubts(snapshot_facts(session))]
    if as_json:
        print_json(rows)
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
        lambda source_id: show_progress(source_id, 1, len(chosen)),
    )
    examined = examine_all(chosen, practice)
    if as_json:
        print_json(e.as_json() for e in examined)
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
        progress=lambda source_id: show_progress(source_id, 1, len(chosen)),
    )
    sound = sum(e.sound for e in trip.examined)
    out.print(f"{trip.bundle}: {trip.size} bytes, {trip.answers} answers", soft_wrap=True)
    out.print(f"{sound} of {len(chosen)} sources sound, {trip.left_out} answers left out")
    raise typer.Exit(OK if trip.answers else FAILED)


def _chosen(sources: Mapping[str, "Source"], ids: list[str] | None) -> list["Source"]:
    """Return the named sources, or every enabled one."""
    if unknown := sorted(set(ids or ()) - set(sources)):
        stop(f"source {', '.join(unknown)}: unknown; see `policywatch sources`", BAD_USAGE)
    return [sources[i] for i in dict.fromkeys(ids or [i for i in sources if sources[i].enabled])]


@app.command()
def release(source: str) -> None:
    """Announce what the flood gate held back of a source."""
    from scheduler import Job

    count = Job(load_config()).release(source)
    out.print(f"{source}: {count} changes announced")
