"""Reading pages: one by hand, many from a manifest or an archive, all of them anew."""

from pathlib import Path
from typing import Annotated, Any

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
    read_bytes,
    show_progress,
    stop,
)
from config import Config, load_config


def _configured() -> Config:
    """Return the configuration; from here on this process classifies by the rules it names."""
    from jobs.settings import rules_of
    from pipelines.classify import adopt

    config = load_config()
    if config.classify_rules is not None:
        adopt(rules_of(config))
    return config


@app.command()
def replay(files: list[Path], as_json: AsJson = False) -> None:
    """Run the pipeline over captured responses (WARC), offline and deterministic."""
    from crawler.bundle import warc_files
    from crawler.replay import replay_files
    from crawler.sources import load_sources
    from feeds.publish import publish
    from scheduler import open_database, publish_settings, utc_now
    from store.lock import lock
    from terminal import replay_table

    config = _configured()
    with lock(config.data, "run", utc_now()), warc_files(files) as warcs:
        database = open_database(config)
        summary = replay_files(
            database, warcs, load_sources(config.sources), utc_now, show_progress
        )
        publish(database, config.public, publish_settings(config))
    (err if as_json else out).print(replay_table(summary))
    if as_json:
        print_json([summary.counts()])
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
        stop("inspect: give either one file or address, or --manifest", BAD_USAGE)
    config = _configured()
    if manifest is not None:
        print_json(inspect_manifest(manifest))
        return
    assert target is not None
    if target.startswith(("http://", "https://")):
        page = fetch_page(target, config.user_agent)
        reading = read_page(
            page.body, page.content_type, page.url, status=page.status, headers=page.headers
        )
    else:
        reading = read_page(read_bytes(Path(target)), content_type, url or "")
    if html is not None:
        _write_beside(html, reading)
    elif as_json:
        print_json([reading_json(reading)])
    else:
        out.print(reading_view(reading))


def _write_beside(path: Path, reading: Any) -> None:
    from feeds.beside import beside

    try:
        path.write_text(beside(reading), encoding="utf-8")
    except OSError as error:
        stop(f"{path}: cannot be written: {error.strerror}; name another file", BAD_USAGE)
    out.print(f"{path}: page and reading side by side")


@app.command()
def decode(
    manifest: Annotated[Path, typer.Option(help="JSONL of pages to decode.")],
    as_json: AsJson = True,
) -> None:
    """Run the decode step alone over the pages of a manifest."""
    from crawler.inspection import decode_manifest

    print_json(decode_manifest(manifest))


@app.command()
def identify(
    manifest: Annotated[Path, typer.Option(help="JSONL of documents, in order, by group.")],
    as_json: AsJson = True,
) -> None:
    """Say what each document is to those before it; each group is a fresh archive."""
    from crawler.trial import identify_manifest

    _configured()
    print_json(identify_manifest(manifest))


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
        print_json(rows)
    else:
        out.print(rows_table(rows, "编码"))


@app.command()
def redecode() -> None:
    """Read every archived page anew after an upgrade; differences are corrections, not news."""
    from scheduler import Job

    read = Job(load_config(), progress=show_progress).redecode()
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

    found = Job(load_config(), progress=show_progress).reclassify(preview=preview)
    rows = [{"url": f.page_url, "title": f.title, "difference": f.difference} for f in found]
    if as_json:
        print_json(rows)
    else:
        from terminal import rows_table

        out.print(rows_table(rows, "将会改变" if preview else "重新分类"))
