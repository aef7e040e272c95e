"""The command line's app and its manners: where answers go, what errors look like, exit codes."""

import atexit
import json
import logging
import re
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated, Any, NoReturn

import structlog
import typer
from rich.console import Console, ConsoleOptions, RenderableType
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.segment import Segment

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

OK, FAILED, BAD_USAGE, SLIP, UNUSABLE, LOCKED = 0, 1, 2, 70, 74, 75
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


class InertConsole(Console):
    """A console on which titles from pages cannot steer the terminal (ECMA-48 escapes, bidi)."""

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """Yield what is shown, control characters in it replaced; Rich's own styles stay."""
        for segment in super().render(renderable, options):
            shown = segment.control or not _CONTROLS.search(segment.text)
            yield (
                segment if shown else Segment(_CONTROLS.sub("\ufffd", segment.text), segment.style)
            )


out = InertConsole(markup=False)
err = InertConsole(markup=False, stderr=True)

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


LINE_EVERY_S = 30.0
"""How often long work writes a line where there is no terminal to draw a bar in."""


class ProgressView:
    """Shows how far long work is: one bar in a terminal, else now and then a plain line.

    Work that ends before its first line is due says nothing. Call it with (stage, done, total).
    """

    def __init__(self, console: Console, clock: Callable[[], float] = time.monotonic) -> None:
        self._console = console
        self._clock = clock
        self._spoke_at: float | None = None
        self._bar: Progress | None = None

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Show that `done` of `total` are through with this stage."""
        if self._console.is_terminal:
            self._draw(stage, done, total)
        else:
            self._say(stage, done, total)

    def _draw(self, stage: str, done: int, total: int) -> None:
        if self._bar is None:
            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
            self._bar = Progress(
                *columns, TimeRemainingColumn(), console=self._console, transient=True
            )
            self._bar.add_task(stage)
            self._bar.start()
            atexit.register(self._bar.stop)
        self._bar.update(TaskID(0), description=stage, completed=done, total=total)
        if done >= total:
            self._bar.stop()
            self._bar = None

    def _say(self, stage: str, done: int, total: int) -> None:
        now = self._clock()
        if self._spoke_at is None:
            self._spoke_at = now
        elif now - self._spoke_at >= LINE_EVERY_S:
            self._spoke_at = now
            self._console.print(f"{stage} {done}/{total}", highlight=False)


show_progress = ProgressView(err)
"""The one view of a command's work; a function of (stage, done, total) to whoever reports it."""


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
