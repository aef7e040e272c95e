"""Keeping what was gathered: backup and restore, retention, whether all is sound."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.console import FAILED, OK, AsJson, app, err, out, print_json, show_progress, stop
from config import CONFIG_FILE, load_config

if TYPE_CHECKING:
    from config import Config

KEEPING = "keep"
"""The lock that keeps a pruning from moving what a backup is copying."""


@app.command()
def backup(
    destination: Annotated[Path, typer.Argument(help="Folder of backups, on another disk.")],
    keep: Annotated[int | None, typer.Option(min=1, help="Backups that stay; none: all.")] = None,
    as_json: AsJson = False,
) -> None:
    """Back up database, archive, mails and configuration, while everything runs on."""
    from jobs.rhythm import utc_now
    from store.backup import back_up
    from store.lock import lock

    config = load_config()
    with lock(config.data, KEEPING, utc_now()):
        made = back_up(
            config.database, config.data, destination, utc_now(), config=_kept(config), keep=keep
        )
    size = sum(item.bytes for item in made.items)
    if as_json:
        print_json([{"folder": str(made.folder), "files": len(made.items), "bytes": size}])
        return
    out.print(
        f"{made.folder}: {len(made.items)} files, {size / 1e6:.1f} MB, "
        f"{made.linked} unchanged since the backup before",
        soft_wrap=True,
    )


@app.command()
def restore(
    source: Annotated[Path, typer.Argument(help="A backup, or the folder of backups: the last.")],
    replace: Annotated[bool, typer.Option("--replace", help="Move what is there aside.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Only say whether it is whole.")] = False,
) -> None:
    """Bring the data folder to what a backup holds, then publish anew."""
    from jobs.rhythm import utc_now
    from store.backup import defects, latest, read_manifest
    from store.lock import lock
    from store.restore import restore as bring_back

    config = load_config()
    folder = latest(source) or source
    if check:
        found = list(defects(read_manifest(folder)))
        out.print("\n".join(found) or f"{folder}: whole", soft_wrap=True)
        raise typer.Exit(FAILED if found else OK)
    with lock(config.data, "run", utc_now()), lock(config.data, "mail", utc_now()):
        done = bring_back(folder, config.data, config.database, utc_now(), replace=replace)
    out.print(
        f"{config.data}: as of {done.made_at:%Y-%m-%d %H:%M} UTC; configuration lies in "
        f"{folder / 'config'}; now run `policywatch publish`",
        soft_wrap=True,
    )


@app.command()
def prune(
    older_than: Annotated[int, typer.Option(min=30, help="Days that everything stays at least.")],
    preview: Annotated[bool, typer.Option("--preview", help="Only say what would go.")] = False,
) -> None:
    """Drop old captures that nothing was read from, and old visits; nothing shown is lost."""
    from crawler.pruning import prune as drop
    from jobs.rhythm import utc_now
    from store.database import Database
    from store.lock import lock

    config, now = load_config(), utc_now()
    with lock(config.data, "run", now), lock(config.data, KEEPING, now):
        gone = drop(
            Database(config.database),
            config.archive,
            now - timedelta(days=older_than),
            now,
            preview=preview,
            progress=show_progress,
        )
    verb = "would go" if preview else "gone"
    out.print(
        f"{gone.captures} captures {verb} from {gone.files} files, {gone.freed_bytes} bytes; "
        f"{gone.visits} visits {verb}",
        soft_wrap=True,
    )


@app.command()
def verify(
    quick: Annotated[bool, typer.Option("--quick", help="The database alone.")] = False,
) -> None:
    """Check whether database, archive and feeds keep their promises."""
    from crawler.soundness import archive_problems
    from feeds.continuity import feed_problems
    from store.database import Database
    from store.verify import problems

    config = load_config()
    database = Database(config.database)
    with database.reading() as session:
        found = problems(session)
    if not quick:
        found += archive_problems(database, config.archive, show_progress)
        found += feed_problems(database, config.public)
    for problem in found:
        err.print(problem, markup=False, soft_wrap=True)
    if found:
        stop(f"{len(found)} problems", FAILED)
    out.print("sound")


def _kept(config: "Config") -> dict[str, Path]:
    """Return the files of configuration by their name in a backup; they hold no secrets."""
    files = {CONFIG_FILE: Path(CONFIG_FILE), "classify_rules.toml": config.classify_rules}
    sources = {f"sources/{path.name}": path for path in sorted(config.sources.glob("*.toml"))}
    return {name: path for name, path in {**files, **sources}.items() if path and path.is_file()}
