"""The one table that all listings are shown in."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text


def rows_table(rows: Sequence[Mapping[str, Any]], title: str | None = None) -> RenderableType:
    """Return a table of like rows, columns named by the first; a line when there are none."""
    if not rows:
        return Text("（无）")
    table = Table(title=title)
    for name in rows[0]:
        table.add_column(name, overflow="fold")  # an address that is cut cannot be copied
    for row in rows:
        table.add_row(*(Text("" if value is None else str(value)) for value in row.values()))
    return table
