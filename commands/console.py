"""The command line's app and its manners: where answers go, what errors look like, exit codes."""

import json
import logging
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, NoReturn

import structlog
import typer
from rich.console import Console

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
deliveries_app = typer.Typer(
    help="Mails that did not get through: which, and what becomes of them.",
    invoke_without_command=True,
)
app.add_typer(deliveries_app, name="deliveries")
policies_app = typer.Typer(help="Say which pages are one policy.", no_args_is_help=True)
app.add_typer(policies_app, name="policies")

OK, FAILED, BAD_USAGE, UNUSABLE, LOCKED = 0, 1, 2, 74, 75
out = Console()
err = Console(stderr=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, one object a line.")]


def configure_logs(level: int = logging.WARNING) -> None:
    """Send structured logs to standard error: readable in a terminal, JSON elsewhere."""
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


def show_progress(stage: str, done: int, total: int) -> None:
    """Show how far long work is, in a terminal only."""
    if err.is_terminal:
        err.print(f"{stage} {done}/{total}", end="\r")


def print_json(values: Iterable[Any]) -> None:
    """Print one JSON value a line."""
    for value in values:
        typer.echo(json.dumps(value, ensure_ascii=False))


def read_bytes(path: Path) -> bytes:
    """Return the file's bytes; a file that cannot be read ends the command."""
    try:
        return path.read_bytes()
    except OSError as error:
        stop(f"{path}: {error.strerror}; name a readable file", BAD_USAGE)


def stop(why: object, code: int) -> NoReturn:
    """Say why in one line and end with that exit code."""
    err.print(str(why), style="red", markup=False, highlight=False, soft_wrap=True)
    sys.exit(code)
