"""The `policywatch` command: each verb reads its arguments, calls a room, prints what came back.

Exit codes: 0 done, 1 something failed, 2 bad configuration or usage, 70 a slip of ours, 74 the disk
or the database refuses, 75 another run holds the lock, 143 told to stop. Tables for people,
`--json` for programs; diagnostics go to standard error. The verbs are in `commands/`.
"""

import logging
import os
import sys
import traceback
from typing import Annotated

import typer

from commands import dossiers, keeping, readers, reading, running, sites, standing
from commands.console import BAD_USAGE, LOCKED, SLIP, UNUSABLE, app, configure_logs, out, stop
from config import ConfigError, program_version

__all__ = [
    "app",
    "dossiers",
    "keeping",
    "main",
    "out",
    "readers",
    "reading",
    "running",
    "sites",
    "standing",
]


def main() -> None:
    """Run the command line; what a room refuses becomes one readable line and an exit code."""
    from crawler.errors import CrawlerError
    from feeds.errors import FeedsError
    from store.errors import LockHeld, StoreError

    os.umask(0o077)  # ledger, archive and mails are ours alone; what is public says so itself
    configure_logs()
    try:
        app()
    except LockHeld as held:
        stop(held, LOCKED)
    except ConfigError as error:
        stop(error, BAD_USAGE)
    except (CrawlerError, FeedsError, StoreError) as error:
        stop(error, BAD_USAGE)
    except Exception as error:
        from store.explain import explained

        words = explained(error)
        if words is None:
            traceback.print_exc()  # a slip of ours: shown whole, with the place
            sys.exit(SLIP)
        stop(words, UNUSABLE)


@app.callback(invoke_without_command=True)
def _options(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log every step.")] = False,
) -> None:
    context.obj = verbose
    if verbose:
        configure_logs(logging.DEBUG)
    if version:
        typer.echo(program_version())
        raise typer.Exit


if __name__ == "__main__":
    main()
