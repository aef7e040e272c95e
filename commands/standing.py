"""How the product stands and what its operator should do next."""

from typing import Annotated

import typer

from commands.console import FAILED, OK, AsJson, app, out, print_json
from config import load_config


@app.command()
def status(
    as_json: AsJson = False,
    max_age: Annotated[
        float | None, typer.Option(help="Exit 1 if no run ended within so many hours.")
    ] = None,
) -> None:
    """Show on one screen how sources, runs, digests, deliveries and the disk stand."""
    from commands.board import status_view
    from scheduler import Job

    state = Job(load_config()).status()
    if as_json:
        print_json([state])
    else:
        out.print(status_view(state))
    late = max_age is not None and (state["age_h"] is None or state["age_h"] > max_age)
    raise typer.Exit(FAILED if late else OK)


@app.command()
def triage(as_json: AsJson = False) -> None:
    """Show the week's work in order, each with the page as saved and the command that helps."""
    from commands.board import task_rows, triage_view
    from jobs.triage import FOLDER, save_pages, tasks
    from scheduler import Job

    job = Job(load_config())
    found = save_pages(
        tasks(job.database, job.sources, job.clock()),
        job.config.archive,
        job.config.data / FOLDER,
    )
    if as_json:
        print_json(task_rows(found))
    else:
        out.print(triage_view(found))


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
